"""The headline view: the number by which the task is judged, in training batches and on the validation examples."""

from __future__ import annotations

import numpy as np

from engine.snapshot import Metric, Snapshot
from engine.words import number, percent, tick, whole_percent
from widgets.viewing.base import view
from widgets.viewing.curve_view import CurveView


def metric_text(metric: Metric, value: float) -> str:
    """A value of ``metric`` with its unit: "93.5 %", "0.21 mm"."""
    if metric.unit == "share":
        return percent(value)
    return f"{number(value)} {metric.unit}".strip()


def headline_words(snapshot: Snapshot) -> tuple[str, str]:
    """How good the network is at the step of ``snapshot``, in words and in short: "Accuracy 93.5 %", "93.5 %": on the validation
    examples, or before the first validation in the last training batch. ("", "") where nothing is known."""
    metric = snapshot.task.headline
    if metric is None:
        return "", ""
    for series, note in (("validation", ""), ("train", " in training")):
        value = snapshot.history[f"{series}/{metric.name}"].until(snapshot.step)
        if value is not None:
            return f"{metric.title}{note} {metric_text(metric, value)}", metric_text(metric, value)
    return "", ""


@view
class HeadlineView(CurveView):
    """How good the network is by its task's own measure: accuracy, intersection over union, an error."""

    name = "headline"
    title = "Accuracy"
    help = "How good the network is by its task's measure: each training batch (faint), its average, and the validation examples."
    order = 20
    telling = 4
    key = (("training", "training"), ("validation", "good"))
    curves = (("train", "training", "training", True), ("validation", "validation", "good", False))
    log_switch = False
    smoothing_slider = False
    empty_text = "Press Space to train: how good the network is by its task's measure is drawn here."

    _metric = Metric("accuracy", "Accuracy", "share")

    def value_text(self, value: float) -> str:
        return percent(value) if self._metric.unit == "share" else number(value)

    def tick_text(self, value: float) -> str:
        return whole_percent(value) if self._metric.unit == "share" else tick(value)

    def series(self, name: str) -> str:
        return f"{name}/{self._metric.name}"

    def draw(self, snapshot: Snapshot, focus: object) -> str:
        metric = snapshot.task.headline
        if metric is None:
            return "The task has no measure but its loss."
        if metric != self._metric:
            self._metric = metric
            self.set_title(metric.title)
            if self._made is not None:
                self._made.fit()  # a range chosen for another measure says nothing
        return super().draw(snapshot, self.focus)

    def summary(self, snapshot: Snapshot) -> tuple[str, ...]:
        series = snapshot.history[self.series("validation")]
        now = series.until(snapshot.step)
        if now is None:
            return super().summary(snapshot)
        upto = int(np.searchsorted(series.steps, snapshot.step, side="right"))
        best = int(np.argmax(np.nan_to_num(self._metric.sign * series.values[:upto], nan=-np.inf)))
        best_value = self.value_text(float(series.values[best]))
        value = metric_text(self._metric, now)
        return f"{value} · best {best_value} at step {series.steps[best]:,.0f}", f"{value} · best {best_value}", value
