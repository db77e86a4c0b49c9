"""CurveView: what views of numbers over steps have in common. A view of new curves is a handful of lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QLabel, QSlider, QToolButton, QVBoxLayout, QWidget

from engine.numbers import Numbers
from engine.snapshot import Snapshot
from engine.words import number, tick
from widgets.common.given import given
from widgets.viewing.base import Focus, View

if TYPE_CHECKING:
    from widgets.common.curves import CurvePlot


_WITH_WORD = 480  # grid pixels from which the slider bears its word
_WITH_SLIDER = 400  # from which there is room for it beside the words of the key
_USUAL = 90  # per cent of the average that is the last one


class CurveView(View):
    """Plots ``curves``: (name, title, colour's name, with a smoothed overlay). ``series`` says which numbers of the History a
    name stands for; by default those of that name."""

    curves: ClassVar[tuple[tuple[str, str, str, bool], ...]] = ()
    log_switch: ClassVar[bool] = True
    smoothing_slider: ClassVar[bool] = True
    group = "curves"
    area = "top"
    every = 0.4

    def value_text(self, value: float) -> str:
        """A value in readouts."""
        return number(value)

    def tick_text(self, value: float) -> str:
        """A value at the axis."""
        return tick(value)

    def series(self, name: str) -> str:
        """The name in the History of the curve ``name``."""
        return name

    def content(self) -> QWidget:
        self._made: CurvePlot | None = None
        self._holder = QWidget()
        self._room = QVBoxLayout(self._holder)
        self._room.setContentsMargins(0, 0, 0, 0)
        self._make_controls()
        return self._holder

    @property
    def plot(self) -> CurvePlot:
        """The plot; it is made when the first points are there: the window appears without waiting for pyqtgraph."""
        if self._made is None:
            self._made = self._make_plot()
            self._room.addWidget(self._made)
        return self._made

    def _make_plot(self) -> CurvePlot:
        from widgets.common.curves import CurvePlot

        plot = CurvePlot(self.look, value_text=self.value_text, tick_text=self.tick_text, log=self.log_button.isChecked())
        plot.setAccessibleName(f"{self.title} over training steps")
        for name, title, colour, smooth in self.curves:
            plot.add_curve(name, title, colour, smooth=smooth)
        plot.set_smoothing(self.smoothing.value() / 100)
        plot.zoomed.connect(self.fit_button.setVisible)
        return plot

    def _make_controls(self) -> None:
        self.fit_button = given(QToolButton(), text="fit", toolTip="Show all points again (double click)", visible=False)
        self.fit_button.clicked.connect(lambda: self.plot.fit())
        self.log_button = given(QToolButton(), text="log", checkable=True, toolTip="Logarithmic axis")
        self.log_button.toggled.connect(lambda log: self.plot.set_log(log))
        self._smooth_word = given(QLabel("smooth"), objectName="muted")
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self.smoothing.setRange(0, 99)
        self.smoothing.setAccessibleName("Smoothing")
        self.smoothing.setToolTip("Weight of the moving average that lies over the raw points")
        self.smoothing.setFixedWidth(self.look.px(56))
        self.smoothing.setValue(_USUAL)
        self.smoothing.valueChanged.connect(lambda value: self.plot.set_smoothing(value / 100))
        for spare in {self.log_button, self._smooth_word, self.smoothing} - set(self.controls()):
            spare.hide()
            spare.setParent(self._holder)  # else it is a window of its own, which outlives this one

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_header()

    def _share_header(self) -> None:
        """In a narrow card the slider and its word give their room to the key and the figures; the menu smooths as well."""
        if not self.smoothing_slider:
            return
        for part, least in ((self._smooth_word, _WITH_WORD), (self.smoothing, _WITH_SLIDER)):
            if part.parentWidget() is not None:
                part.setVisible(self.width() >= self.look.px(least))

    def controls(self) -> list[QWidget]:
        smooth = [self._smooth_word, self.smoothing] if self.smoothing_slider else []
        return [self.fit_button, *([self.log_button] if self.log_switch else []), *smooth]

    def draw(self, snapshot: Snapshot, focus: Focus) -> str:
        if not any(len(snapshot.history[self.series(name)]) for name, *_ in self.curves):
            return "The first points appear after the first steps of training."
        for name, *_ in self.curves:
            series = snapshot.history[self.series(name)]
            self.plot.set_points(name, series.steps, series.values)
        self.plot.set_step_cursor(snapshot.cursor)
        self.set_subtitle(*self.summary(snapshot))
        return ""

    def summary(self, snapshot: Snapshot) -> tuple[str, ...]:
        """The subtitle, right of the key, from long to short: the last curve's newest value at the snapshot's step."""
        value = snapshot.history[self.series(self.curves[-1][0])].until(snapshot.step)
        return ("" if value is None else self.value_text(value),)

    def numbers(self) -> list[Numbers]:
        return [] if self._made is None or self.is_empty else [self._made.numbers()]

    def menu_actions(self) -> list[QAction]:
        if self._made is None:
            return []
        fit = QAction("Show all points", self._made)
        fit.triggered.connect(self._made.fit)
        smooth = QAction("Smooth the curves", self._made, checkable=True, checked=self.smoothing.value() > 0)
        smooth.toggled.connect(lambda smooth: self.smoothing.setValue(_USUAL if smooth else 0))
        return [fit, smooth] if self.smoothing_slider else [fit]

    def restyle(self) -> None:
        self.smoothing.setFixedWidth(self.look.px(56))
        self._share_header()
        super().restyle()
