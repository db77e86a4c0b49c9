"""Recent: the designs and runs that were opened or saved last, and the menu that opens them again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import Enum, auto
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.actions import ActionSpec
from app.run.answers import Answers, Asker
from app.window import MainWindow

MOST = 10
RECENT = "recent"
"""The cause of what the banner says of an entry that was chosen."""


class Recent(QObject):
    """GUI thread only. ``changed`` says that the list is another. No disk is asked: one that does not answer would hold up the
    window."""

    changed = Signal()

    def __init__(self, kept: Iterable[str] = (), parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.paths = [Path(each) for each in kept][:MOST]  # the newest first

    @property
    def kept(self) -> tuple[str, ...]:
        """For the settings."""
        return tuple(str(path) for path in self.paths)

    def add(self, path: Path) -> None:
        """``path`` was opened or saved just now."""
        path = path.absolute()
        self.paths = [path, *(other for other in self.paths if other != path)][:MOST]
        self.changed.emit()

    def drop(self, path: Path) -> None:
        """``path`` is not there any more."""
        self.paths = [other for other in self.paths if other != path]
        self.changed.emit()


class Place(Enum):
    """What became of a path."""

    THERE = auto()
    GONE = auto()
    AWAY = auto()  # as is the folder that it was in: its disk may come back


def place_of(path: Path) -> Place:
    """It may take as long as a disk does that does not answer."""
    if _is_there(path):
        return Place.THERE
    return Place.GONE if _is_there(path.parent) else Place.AWAY


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:
        return False


class RecentMenu(QObject):
    """The entries of File > Open recent, which the command palette has too. ``open_path`` opens one. Whether it is still there is
    asked when it is chosen, on a thread of its own; when the answer comes and ``moment``, which tells what is open and being
    opened, is another, that stays."""

    def __init__(
        self,
        recent: Recent,
        window: MainWindow,
        answers: Answers,
        open_path: Callable[[Path], object],
        moment: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._recent, self._window, self._open_path, self._moment = recent, window, open_path, moment
        self._finder: Asker[Place] = Asker("layerscope-recent", answers)
        recent.changed.connect(self.fill)
        self.fill()

    def fill(self) -> None:
        """As the list is now."""
        table = self._window.actions_table
        table.remove("recent.")
        for number, path in enumerate(self._recent.paths):
            what = "design" if path.suffix == ".json" else "run"
            title = f"{path.name.removesuffix('.design.json')}  ({what} in {path.parent.name or path.anchor})"
            spec = ActionSpec(f"recent.{number}", title, "File", help=f"Open {path}.", group="open", within="Open recent")
            table.add(spec, partial(self._choose, path))
        self._window.fill_menu()

    def _choose(self, path: Path) -> None:
        def find() -> Iterator[Place]:
            yield place_of(path)

        self._window.banner.tell(f"Opening {path.name}…", cause=RECENT)
        self._finder.ask(find, partial(self._found, path, self._moment()), lambda _: None)

    def _found(self, path: Path, before: object, place: Place) -> None:
        banner = self._window.banner
        banner.cured(RECENT)
        if place is Place.THERE and self._moment() != before:
            banner.tell(f"{path.name} answers now: choose it again to open it.", cause=RECENT)
        elif place is Place.THERE:
            self._open_path(path)
        elif place is Place.GONE:
            self._recent.drop(path)
            banner.tell(f"There is no {path.name} in “{path.parent}” any more; it has left the list.", "error", cause=RECENT)
        else:
            away = f"The folder “{path.parent}” cannot be reached. Connect its disk, then choose {path.name} again."
            banner.tell(away, "error", cause=RECENT)
