"""CurveView: what views of numbers over steps have in common. A view of new curves is a handful of lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSlider, QToolButton, QWidget

from engine.snapshot import Snapshot
from widgets.common.axes import label
from widgets.common.curves import CurvePlot
from widgets.common.words import number
from widgets.views.base import Focus, View


class CurveView(View):
    """Plots the series of ``curves``: (name in the History, title, colour's name, with a smoothed overlay)."""

    curves: ClassVar[tuple[tuple[str, str, str, bool], ...]] = ()
    value_text: ClassVar[Callable[[float], str]] = staticmethod(number)
    tick_text: ClassVar[Callable[[float], str]] = staticmethod(label)
    log_switch: ClassVar[bool] = True
    smoothing_slider: ClassVar[bool] = True
    group = "curves"
    area = "top"

    def content(self) -> QWidget:
        self.plot = CurvePlot(self.look, value_text=self.value_text, tick_text=self.tick_text)
        self.plot.setAccessibleName(f"{self.title} over training steps")
        for name, title, colour, smooth in self.curves:
            self.plot.add_curve(name, title, colour, smooth=smooth)
        self._make_controls()
        self.plot.zoomed.connect(self.fit_button.setVisible)
        return self.plot

    def _make_controls(self) -> None:
        self.fit_button = QToolButton(text="fit", toolTip="Show all points again (double click)", visible=False)
        self.fit_button.clicked.connect(self.plot.fit)
        self.log_button = QToolButton(text="log", checkable=True, toolTip="Logarithmic axis")
        self.log_button.toggled.connect(self.plot.set_log)
        self._smooth_word = QLabel("smooth", objectName="muted")
        self.smoothing = QSlider(Qt.Orientation.Horizontal, minimum=0, maximum=99)
        self.smoothing.setAccessibleName("Smoothing")
        self.smoothing.setToolTip("Weight of the moving average that lies over the raw points")
        self.smoothing.setFixedWidth(self.look.px(56))
        self.smoothing.valueChanged.connect(lambda value: self.plot.set_smoothing(value / 100))
        self.smoothing.setValue(90)

    def controls(self) -> list[QWidget]:
        smooth = [self._smooth_word, self.smoothing] if self.smoothing_slider else []
        return [self.fit_button, *([self.log_button] if self.log_switch else []), *smooth]

    def draw(self, snapshot: Snapshot, focus: Focus) -> str:
        for name, *_ in self.curves:
            series = snapshot.history[name]
            self.plot.set_points(name, series.steps, series.values)
        if not any(len(snapshot.history[name]) for name, *_ in self.curves):
            return "The first points appear after the first steps of training."
        self.plot.set_step_cursor(snapshot.cursor)
        self.set_subtitle(self.summary(snapshot))
        return ""

    def summary(self, snapshot: Snapshot) -> str:
        """The subtitle, right of the key: the last curve's newest value at the snapshot's step."""
        value = snapshot.history[self.curves[-1][0]].until(snapshot.step)
        return "" if value is None else self.value_text(value)

    def restyle(self) -> None:
        self.smoothing.setFixedWidth(self.look.px(56))
        super().restyle()
