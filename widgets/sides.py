"""Sides: the stage between two side panels, which share the width with it, fold away where there is no room, and come back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf

from pydantic import BaseModel, ConfigDict
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QHBoxLayout, QSizePolicy, QSplitter, QWidget

from widgets.common.icons import pixmap
from widgets.places import MINIMUM, divide
from widgets.theme import Look

LEAST_STAGE = MINIMUM[0] + 8
"""The width in grid pixels that the stage keeps; a panel that would take of it folds away."""
GOOD_STAGE = 480
"""The width that the stage gets before the panels get theirs."""
HANDLE = 14  # the width of what brings a panel back, in grid pixels


@dataclass(frozen=True)
class Side:
    """A panel at the ``left`` or right: its usual and its least width in grid pixels."""

    name: str
    title: str
    keys: str
    left: bool
    width: int
    least: int


SIDES = (
    Side("network", "network list", "Ctrl+B", True, 350, 236),
    Side("inspector", "inspector", "Ctrl+I", False, 300, 224),
)


class SideState(BaseModel):
    """What is kept of a panel: whether it is wished for, and how wide it is where there is room, in grid pixels."""

    model_config = ConfigDict(frozen=True)

    shown: bool = True
    width: float = 0.0


class Sides(QWidget):
    """``changed`` says that a panel came or went. GUI thread only."""

    changed = Signal()

    def __init__(self, look: Look, network: QWidget, stage: QWidget, inspector: QWidget) -> None:
        super().__init__()
        self._look = look
        self._panels = {"network": network, "inspector": inspector}
        self._stage = stage
        self._wished = ["inspector", "network"]  # in the order in which they were asked for
        self._widths = {side.name: float(side.width) for side in SIDES}
        self._has_handles = True
        self.splitter = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False, handleWidth=1)
        self.splitter.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        for place, widget in enumerate((network, stage, inspector)):
            self.splitter.addWidget(widget)
            self.splitter.setStretchFactor(place, 1 if widget is stage else 0)
        self.splitter.splitterMoved.connect(self._note_widths)
        self.handles = {side.name: _Handle(look, side) for side in SIDES}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for widget in (self.handles["network"], self.splitter, self.handles["inspector"]):
            row.addWidget(widget)
        for name, handle in self.handles.items():
            handle.clicked.connect(lambda _=False, name=name: self.show_side(name, True))
        look.changed.connect(self._arrange)
        self._arrange()

    def is_shown(self, name: str) -> bool:
        """Whether the panel is to be seen: it is wished for, and there is room."""
        return not self._panels[name].isHidden()

    def toggle(self, name: str) -> None:
        """Hide the panel, or bring it back."""
        self.show_side(name, not self.is_shown(name))

    def show_side(self, name: str, shown: bool) -> None:
        """Bring a panel back, in place of the other one where there is no room for both; or hide it."""
        self._wished = [other for other in self._wished if other != name] + ([name] if shown else [])
        self._arrange()

    def set_handles(self, shown: bool) -> None:
        """Whether a narrow button at the edge stands for a panel that is away."""
        self._has_handles = shown
        self._arrange()

    def state(self) -> dict[str, SideState]:
        """What is to be kept, in the order in which the panels were asked for."""
        others = [side.name for side in SIDES if side.name not in self._wished]
        names = [*self._wished, *others]
        return {name: SideState(shown=name in self._wished, width=self._widths[name]) for name in names}

    def restore(self, state: Mapping[str, SideState]) -> None:
        """As ``state`` said."""
        known = {name: each for name, each in state.items() if name in self._panels}
        new = [name for name in ("inspector", "network") if name not in known]
        self._wished = [*(name for name, each in known.items() if each.shown), *new]
        least = {side.name: side.least for side in SIDES}
        self._widths |= {name: max(float(least[name]), each.width) for name, each in known.items() if 0 < each.width < inf}
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The panels keep their widths as long as the stage has enough."""
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        """Only now is there a width to divide."""
        super().showEvent(event)
        self._arrange()

    def _seen(self) -> set[str]:
        """Which panels are to be seen: before there is a width, all that are wished for."""
        if not self.isVisible():
            return set(self._wished)
        return room_for(self.width() / self._look.scale - (HANDLE if self._has_handles else 0), self._wished)

    def _arrange(self) -> None:
        scale, px, seen = self._look.scale, self._look.px, self._seen()
        came_or_went = seen != {name for name in self._panels if self.is_shown(name)}
        keyboard = QApplication.focusWidget()
        for side in SIDES:
            panel = self._panels[side.name]
            if side.name not in seen and keyboard is not None and panel.isAncestorOf(keyboard):
                keyboard.clearFocus()  # Qt would give it to any button beside
            panel.setVisible(side.name in seen)
            panel.setMinimumWidth(px(side.least))
            self.handles[side.name].setVisible(self._has_handles and side.name not in seen)
        self._stage.setMinimumWidth(px(LEAST_STAGE))
        away = [self.handles[name].sizeHint().width() for name in self._panels if not self.handles[name].isHidden()]
        widths = side_widths((self.width() - sum(away)) / scale, {name: self._widths[name] for name in seen})
        sizes = [px(widths.get(name, 0)) for name in self._panels]
        self.splitter.setSizes([sizes[0], max(1, self.width() - sum(away) - sum(sizes)), sizes[1]])
        if came_or_went:
            self.changed.emit()

    def _note_widths(self) -> None:
        """A border was dragged: that is how wide the panels are to be."""
        for name, panel in self._panels.items():
            if self.is_shown(name):
                self._widths[name] = panel.width() / self._look.scale


def room_for(width: float, wished: Sequence[str]) -> set[str]:
    """Which of the ``wished`` panels have room beside the stage on ``width`` grid pixels; the last asked for come first."""
    least = {side.name: side.least for side in SIDES}
    seen: set[str] = set()
    for name in reversed(wished):
        if LEAST_STAGE + sum(least[other] for other in seen) + least[name] <= width:
            seen.add(name)
    return seen


def side_widths(width: float, wanted: Mapping[str, float]) -> dict[str, float]:
    """How wide the panels are where they are ``wanted`` so wide: all that, unless the stage would have too little."""
    if sum(wanted.values()) + GOOD_STAGE <= width:
        return dict(wanted)
    least = {side.name: side.least for side in SIDES}
    shares, floors = [*wanted.values(), GOOD_STAGE], [*(least[name] for name in wanted), LEAST_STAGE]
    return dict(zip(wanted, map(float, divide(width, shares, floors)), strict=False))


class _Handle(QAbstractButton):
    """A narrow button at the window's edge that brings a panel back."""

    def __init__(self, look: Look, side: Side) -> None:
        super().__init__()
        self._look, self._side = look, side
        self.setAccessibleName(f"Show the {side.title}")
        self.setToolTip(f"Show the {side.title} ({side.keys})")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Ignored)
        look.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(HANDLE), self._look.px(HANDLE))

    def paintEvent(self, event: QPaintEvent) -> None:
        look, lit = self._look, self.underMouse() or self.hasFocus()
        picture = pixmap(
            look, "chevron_right" if self._side.left else "chevron_left", look.colour("text" if lit else "muted"), 10
        )
        size = picture.deviceIndependentSize()
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), look.colour("hover" if lit else "panel"))
            edge = self.width() - 1 if self._side.left else 0
            painter.fillRect(edge, 0, 1, self.height(), look.colour("outline" if self.hasFocus() else "line"))
            painter.drawPixmap(round((self.width() - size.width()) / 2), round((self.height() - size.height()) / 2), picture)
