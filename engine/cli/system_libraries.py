"""Which system libraries the window needs and this Linux lacks, and the Debian/Ubuntu packages that hold them."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

_LINKED = ("Qt/plugins/platforms/libqxcb.so", "Qt/lib/libQt6Gui.so.6", "Qt/lib/libQt6Widgets.so.6", "Qt/lib/libQt6DBus.so.6")
_MODULES = ("QtCore.abi3.so", "QtGui.abi3.so", "QtWidgets.abi3.so")

_PACKAGES = {
    "libEGL": "libegl1",
    "libGL": "libgl1",
    "libOpenGL": "libopengl0",
    "libX11": "libx11-6",
    "libX11-xcb": "libx11-xcb1",
    "libdbus-1": "libdbus-1-3",
    "libfontconfig": "fontconfig",
    "libfreetype": "libfreetype6",
    "libglib-2.0": "libglib2.0-0",
    "libgthread-2.0": "libglib2.0-0",
    "libxcb": "libxcb1",
    "libxcb-cursor": "libxcb-cursor0",
    "libxcb-icccm": "libxcb-icccm4",
    "libxcb-image": "libxcb-image0",
    "libxcb-keysyms": "libxcb-keysyms1",
    "libxcb-randr": "libxcb-randr0",
    "libxcb-render": "libxcb-render0",
    "libxcb-render-util": "libxcb-render-util0",
    "libxcb-shape": "libxcb-shape0",
    "libxcb-shm": "libxcb-shm0",
    "libxcb-sync": "libxcb-sync1",
    "libxcb-util": "libxcb-util1",
    "libxcb-xfixes": "libxcb-xfixes0",
    "libxcb-xkb": "libxcb-xkb1",
    "libxkbcommon": "libxkbcommon0",
    "libxkbcommon-x11": "libxkbcommon-x11-0",
}
"""Library without its version, to the package of Debian and Ubuntu that holds it."""


def qt_folder() -> Path | None:
    """Where PySide6 is installed, found without importing it."""
    spec = importlib.util.find_spec("PySide6")
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]) if places else None


def missing_libraries(qt: Path) -> tuple[str, ...] | None:
    """File names of the shared libraries that Qt's X11 window needs and the loader does not find, sorted.

    None where that cannot be asked, because there is no ``ldd``.
    """
    ldd = shutil.which("ldd")
    if ldd is None:
        return None
    missing: set[str] = set()
    for part in (*_LINKED, *_MODULES):
        if (qt / part).exists():
            answer = subprocess.run([ldd, str(qt / part)], capture_output=True, text=True, timeout=30, check=False)
            missing.update(not_found(answer.stdout))
    return tuple(sorted(missing))


def not_found(ldd_output: str) -> tuple[str, ...]:
    """The names that a print-out of ``ldd`` marks as not found."""
    return tuple(re.findall(r"^\s*(\S+) => not found", ldd_output, flags=re.MULTILINE))


def apt_line(libraries: Iterable[str]) -> str:
    """The one command that installs what holds ``libraries`` on Debian and Ubuntu; "" for none."""
    packages = sorted({_PACKAGES.get(_stem(name), _stem(name).lower()) for name in libraries})
    return f"sudo apt-get install {' '.join(packages)}" if packages else ""


def _stem(library: str) -> str:
    return library.partition(".so")[0]
