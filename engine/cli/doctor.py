"""``doctor``: what this machine has and lacks, and what to type to mend it."""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.cli.commands import DONE, INSTALL, MISTAKE
from engine.cli.output import print_json, table
from engine.cli.system_libraries import apt_line, missing_libraries, qt_folder
from engine.files.versions import installed_version, layerscope_version

_NEEDED = (
    "PySide6-Essentials",
    "torch",
    "numpy",
    "pillow",
    "pydantic",
    "safetensors",
    "scikit-learn",
    "tqdm",
    "platformdirs",
)


@dataclass(frozen=True)
class Finding:
    """One line of the report: ``fine`` False means that something needed is missing, and ``remedy`` says what to do."""

    what: str
    state: str
    fine: bool = True
    remedy: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``doctor``."""
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Print every finding and, below, every remedy; 2 if something needed is missing."""
    findings = list(examine())
    troubles = [finding for finding in findings if not finding.fine]
    if options.json:
        print_json({"fine": not troubles, "findings": [vars(finding) for finding in findings]})
    else:
        print(table(("", "", ""), [("ok" if each.fine else "MISSING", each.what, each.state) for each in findings]).lstrip())
        for finding in findings:
            if finding.remedy:
                print(f"\n{finding.what}: {finding.remedy}")
    return MISTAKE if troubles else DONE


def examine() -> Iterator[Finding]:
    """All findings, the quick ones first."""
    yield Finding("layerscope", layerscope_version())
    yield _python()
    yield from _packages()
    yield from _window()
    yield from _devices()
    yield from _data_folders()


def _python() -> Finding:
    state = f"{platform.python_version()} on {platform.platform(terse=True)}, {os.cpu_count()} cores"
    return Finding(
        "Python", state, sys.version_info >= (3, 11), "" if sys.version_info >= (3, 11) else "Use Python 3.11 or newer."
    )


def _packages() -> Iterator[Finding]:
    for name in _NEEDED:
        version = installed_version(name)
        yield Finding(name, version or "not installed", bool(version), "" if version else INSTALL)
    qt = installed_version("PySide6-Essentials")
    if sys.version_info < (3, 12) and qt.startswith("6.12"):
        remedy = 'python -m pip install "PySide6-Essentials>=6.11.3,<6.12"'
        yield Finding("Qt with this Python", f"PySide6 {qt} aborts on Python 3.11 after a while", False, remedy)


def _window() -> Iterator[Finding]:
    """What the window needs of the system; only Linux leaves that to the user."""
    qt = qt_folder()
    if not sys.platform.startswith("linux") or qt is None:
        return
    missing = missing_libraries(qt)
    if missing is None:
        yield Finding("system libraries", "not examined, there is no ldd")
    elif missing:
        yield Finding("system libraries", f"missing: {', '.join(missing)}", False, apt_line(missing))
    else:
        yield Finding("system libraries", "all there")
    if not Path("/etc/fonts").is_dir():
        yield Finding("fonts", "no font configuration", False, "sudo apt-get install fontconfig fonts-dejavu-core")
    display = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY")
    yield Finding("display", display or "none here: the window cannot open, all commands work")


def _devices() -> Iterator[Finding]:
    try:
        import torch
    except (ImportError, OSError) as error:
        yield Finding("torch", f"cannot be loaded: {error}", False, INSTALL)
        return
    if torch.cuda.is_available():
        yield Finding("device", f"cuda: {torch.cuda.get_device_name()}")
    elif torch.backends.mps.is_available():
        yield Finding("device", "mps")
    else:
        yield Finding(
            "device", f"cpu, {torch.get_num_threads()} threads; no CUDA or MPS device found by torch {torch.__version__}"
        )


def _data_folders() -> Iterator[Finding]:
    try:
        from engine.data.folders import data_folder
    except ImportError as error:
        yield Finding("data folder", f"not examined: {error}", False, INSTALL)
        return
    folder = data_folder()
    origin = "$LAYERSCOPE_DATA" if os.environ.get("LAYERSCOPE_DATA") else "the user data folder"
    if not folder.is_dir():
        yield Finding("data folder", f"{folder} ({origin}) does not exist; built-in sets need none")
        return
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_dir())
    yield Finding("data folder", f"{folder} ({origin}) holds {', '.join(names) or 'nothing yet'}")
