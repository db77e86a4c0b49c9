"""Recent: the designs and runs that were opened or saved last, and the menu that opens them again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.actions import ActionSpec
from app.window import MainWindow

MOST = 10


class Recent(QObject):
    """GUI thread only. ``changed`` says that the list is another."""

    changed = Signal()

    def __init__(self, kept: Iterable[str] = (), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._paths = [Path(each) for each in kept][:MOST]

    @property
    def paths(self) -> list[Path]:
        """The newest first; what is not there any more is left out."""
        return [path for path in self._paths if _is_there(path)]

    @property
    def kept(self) -> tuple[str, ...]:
        """For the settings. What is missing leaves for good, but for what lies on a disk that is away."""
        return tuple(str(path) for path in self._paths if _is_there(path) or not _is_there(path.parent))

    def add(self, path: Path) -> None:
        """``path`` was opened or saved just now."""
        path = path.absolute()
        self._paths = [path, *(other for other in self._paths if other != path)][:MOST]
        self.changed.emit()


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # on a disk that does not answer
        return False


class RecentMenu(QObject):
    """The entries of File > Open recent, which the command palette has too. ``open_path`` opens one."""

    def __init__(self, recent: Recent, window: MainWindow, open_path: Callable[[Path], object]) -> None:
        super().__init__(window)
        self._recent, self._window, self._open_path = recent, window, open_path
        recent.changed.connect(self.fill)
        window.menu.aboutToShow.connect(self.fill)
        self.fill()

    def fill(self) -> None:
        """As the list is now."""
        table = self._window.actions_table
        table.remove("recent.")
        for number, path in enumerate(self._recent.paths):
            what = "run" if path.is_dir() else "design"
            title = f"{path.name.removesuffix('.design.json')}  ({what} in {path.parent.name or path.anchor})"
            spec = ActionSpec(f"recent.{number}", title, "File", help=f"Open {path}.", group="open", within="Open recent")
            table.add(spec, partial(self._open_path, path))
        self._window.fill_menu()
