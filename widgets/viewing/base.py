"""What a view is: a panel of the stage that draws Snapshots and says what it wants captured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, TypeVar

from PySide6.QtCore import QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QPainter
from PySide6.QtWidgets import QLabel, QMenu, QStackedLayout, QVBoxLayout, QWidget

from engine.errors import LayerscopeError
from engine.numbers import Numbers, numbers_of
from engine.registry import Registry
from engine.snapshot import LIVE_SECONDS, Snapshot, Want
from widgets.common.hidden import lay_out
from widgets.common.save_dialog import ask_save
from widgets.common.sharing import Telling, add_entries
from widgets.common.sketches import draw_sketch
from widgets.common.stale import StaleTint
from widgets.common.words import begun_without
from widgets.theme import Look
from widgets.viewing.share import share_of

GROUPS: tuple[tuple[str, str], ...] = (
    ("curves", "Curves"),
    ("network", "Inside the network"),
    ("data", "Data"),
    ("answers", "Answers"),
    ("health", "Health"),
    ("tools", "Tools"),
)
"""What views are about, in the order in which they are listed: (name, title)."""


@dataclass(frozen=True)
class Focus:
    """What the user looks at: the selected layer's id ("" = none or the input), and the selected unit of it (-1 = none)."""

    layer: str = ""
    unit: int = -1


class View(QWidget):
    """A panel of the stage. Subclass it in one file of widgets/views/ and decorate it with ``@view``.

    A view is given Snapshots and never knows whether they are live or past. It builds its widgets in ``content``,
    says what it needs in ``wants`` and paints in ``draw``. GUI thread only. Registering gives it a dock in the
    workspaces it names, a menu entry, a command in the palette, a menu that copies and saves it, and the conformance tests.
    """

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    help: ClassVar[str] = ""
    workspaces: ClassVar[tuple[str, ...]] = ("watch",)
    group: ClassVar[str] = "network"  # one of GROUPS: views of a group share a place as tabs where there is no room
    opens: ClassVar[bool] = True  # whether it is open at first, in the workspaces it names
    area: ClassVar[str] = "middle"  # top | middle | side: where the default layout puts it
    order: ClassVar[int] = 50  # smaller ones come first in their area
    height_share: ClassVar[int] = 1  # how much of its area's height it gets beside the others
    readable: ClassVar[int] = (
        0  # the width in grid pixels from which what it holds reads well, where that is more than its title's
    )
    telling: ClassVar[int] = 50  # presentation mode shows few views: those with the smallest numbers
    every: ClassVar[float] = LIVE_SECONDS  # between two drawings at least, while a run trains
    key: ClassVar[tuple[tuple[str, str], ...]] = ()  # (words, name of a colour): what the colours mean, beside the title
    empty_text: ClassVar[str] = "Press Space to train: the picture appears here."

    title_changed = Signal(str)
    subtitle_changed = Signal(str)
    layer_chosen = Signal(str)
    unit_chosen = Signal(int)
    image_chosen = Signal(int)  # index of a test image to pin
    told = Signal(str)  # why something that was asked for could not be done
    done = Signal(str)  # that something was done which is not seen

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.snapshot: Snapshot | None = None
        self.focus = Focus()
        self.subtitle = ""
        self.subtitles: tuple[str, ...] = ("",)
        self.ask_save = ask_save
        self.setObjectName(f"view-{self.name}")
        self.setAccessibleName(self.title)
        self.setAccessibleDescription(self.help)
        self._empty = QLabel(self.empty_text, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._empty.setObjectName("empty")
        self._empty.setMinimumSize(1, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        body = self._body = QWidget()
        self._body_layout = QVBoxLayout(body)
        self._body_layout.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(body)
        self._body_layout.addWidget(self.content())
        self._tint = StaleTint(look, body)
        look.changed.connect(self._look_changed)

    # -- to be written by each view --

    def content(self) -> QWidget:
        """Build the view's widget; called once, from the constructor."""
        raise NotImplementedError

    def wants(self, focus: Focus) -> frozenset[Want]:
        """What has to be captured for this view while it is visible."""
        return frozenset()

    def is_changed(self, before: Snapshot, after: Snapshot, focus: Focus) -> bool:
        """Whether this view looks otherwise at ``after`` than at ``before``; by default: whether anything it wants was captured
        anew or is missing, or, where it wants nothing, always: then it draws the numbers, and while a run trains there are
        always new ones. A view that wants captures and draws the history beside them says True."""
        wants = self.wants(focus)
        before_all = (before.design, before.pinned, before.cursor)
        if not wants or before_all != (after.design, after.pinned, after.cursor):
            return True
        return any(want not in after.captured or before.captured.get(want) is not after.captured[want] for want in wants)

    def draw(self, snapshot: Snapshot, focus: Focus) -> str:
        """Paint ``snapshot``; return "" when there was something to draw, else a sentence that says why not."""
        raise NotImplementedError

    def controls(self) -> list[QWidget]:
        """Small widgets for the right end of the view's title bar."""
        return []

    def numbers(self) -> list[Numbers]:
        """What is shown as numbers, for files: by default all that was captured for the view, one of each form."""
        if self.snapshot is None or self.is_empty:
            return []
        captured = [self.snapshot.captured.get(want) for want in sorted(self.wants(self.focus), key=repr)]
        return [numbers for each in captured if (numbers := numbers_of(each)) is not None]

    def shared_part(self) -> QWidget:
        """The part of the view that pictures of it show: all of it."""
        return self._body

    def menu_actions(self) -> list[QAction]:
        """What the view's menu offers before copying and saving."""
        return []

    def restyle(self) -> None:
        """The theme or scale changed: redraw what was drawn."""
        self.redraw()

    @classmethod
    def sketch(cls, painter: QPainter, box: QRectF, look: Look) -> None:
        """Draw what this view is like, for the view picker where there is no picture of it yet: by default, by its group."""
        draw_sketch(cls.group, painter, box, look)

    def _look_changed(self) -> None:
        self.restyle()
        if self.is_empty:
            lay_out(self._body)

    # -- for the view's own use --

    def redraw(self) -> None:
        """Draw the last snapshot again, after one of the view's controls changed."""
        if self.snapshot is not None:
            self.show_snapshot(self.snapshot, self.focus)

    def set_title(self, text: str) -> None:
        """Call this view otherwise from now on, where its name depends on the task: "Accuracy", "Mean squared error"."""
        if text != self.title:
            self.title = text  # type: ignore[misc]  # the class's own title is what it begins with
            self.setAccessibleName(text)
            self.title_changed.emit(text)

    def set_subtitle(self, text: str, *shorter: str) -> None:
        """What stands beside the title, in plain text; where there is no room for it, the first of ``shorter`` that fits: a card
        shows no half numbers. Costs nothing while it stays the same."""
        if (text, *shorter) != self.subtitles:
            self.subtitle, self.subtitles = text, (text, *shorter)
            self.subtitle_changed.emit(text)

    # -- its menu --

    def menu(self) -> QMenu:
        """What can be done with the view: its own actions, then copy and save what is shown, once there is something."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        own = self.menu_actions()
        menu.addActions(own)
        if own:
            menu.addSeparator()
        if self.is_empty:
            menu.addAction("Nothing to copy or save yet").setEnabled(False)
        else:
            add_entries(menu, share_of(self), self.ask_save, Telling(self.done.emit, self.told.emit))
        return menu

    def open_menu(self, place: QPoint) -> None:
        """Open the menu at a place of the screen, with the keyboard on its first entry."""
        menu = self.menu()
        menu.popup(place)
        first = next((action for action in menu.actions() if action.isEnabled() and not action.isSeparator()), None)
        if first is not None:
            menu.setActiveAction(first)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """A right click, or the menu key."""
        self.open_menu(event.globalPos())

    # -- called by the window --

    def show_snapshot(self, snapshot: Snapshot, focus: Focus) -> None:
        """Draw ``snapshot``, or say why there is nothing to draw."""
        self.snapshot, self.focus = snapshot, focus
        reason = self._why_unknown(snapshot, focus) or self.draw(snapshot, focus)
        if reason:
            self._empty.setText(reason)
            self.set_subtitle("")
        if self.is_empty != bool(reason):
            self._stack.setCurrentIndex(0 if reason else 1)

    def _why_unknown(self, snapshot: Snapshot, focus: Focus) -> str:
        """The layer looked at may have been added since the network of ``snapshot`` was built: then there is nothing of it."""
        layer = focus.layer
        is_wanted = any(layer and want.layer == layer for want in self.wants(focus))
        return begun_without(layer) if is_wanted and layer not in snapshot.design else ""

    def set_stale(self, stale: bool, note: str = "") -> None:
        """Tint the picture while it does not show what it should; ``note`` says why: "recomputing"."""
        if stale:
            self._tint.cover(note)
        else:
            self._tint.hide()

    def say_why_empty(self, sentence: str) -> None:
        """Where nothing has been shown yet, say why; "" says what is usually said."""
        if self.snapshot is None:
            self._empty.setText(sentence or self.empty_text)

    def clear(self) -> None:
        """Back to the empty state, as before the first run."""
        self.snapshot = None
        self._empty.setText(self.empty_text)
        self._stack.setCurrentIndex(0)
        self.set_stale(False)
        self.set_subtitle("")

    @property
    def is_empty(self) -> bool:
        """Whether the empty state is showing."""
        return self._stack.currentIndex() == 0


VIEWS: Registry[type[View]] = Registry("view", "widgets.views", LayerscopeError)

V = TypeVar("V", bound=type[View])


def view(cls: V) -> V:
    """Class decorator: enrol a view. A group that is not in GROUPS is a bug of ours."""
    if cls.group not in dict(GROUPS):
        raise ValueError(f"the view '{cls.name}' names the group '{cls.group}', which is none of {[name for name, _ in GROUPS]}")
    VIEWS.add(cls.name, cls)
    return cls
