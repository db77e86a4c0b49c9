"""The accuracy view: the share of images named rightly, in training batches and on the validation images."""

from __future__ import annotations

import numpy as np

from engine.snapshot import Snapshot
from engine.words import percent, whole_percent
from widgets.views.base import view
from widgets.views.curve_view import CurveView


@view
class AccuracyView(CurveView):
    """How often the network is right, on the images it learns from and on images it does not."""

    name = "accuracy"
    title = "Accuracy"
    help = "The share of images named rightly: each training batch (faint), its moving average, and the validation images."
    order = 20
    key = (("training", "training"), ("validation", "good"))
    curves = (("train/accuracy", "training", "training", True), ("validation/accuracy", "validation", "good", False))
    log_switch = False
    smoothing_slider = False
    empty_text = "Press Space to train: the share of images named rightly is drawn here."

    @staticmethod
    def value_text(value: float) -> str:
        return percent(value)

    @staticmethod
    def tick_text(value: float) -> str:
        return whole_percent(value)

    def summary(self, snapshot: Snapshot) -> str:
        series = snapshot.history["validation/accuracy"]
        now = series.until(snapshot.step)
        if now is None:
            return super().summary(snapshot)
        upto = int(np.searchsorted(series.steps, snapshot.step, side="right"))
        best = int(np.argmax(np.nan_to_num(series.values[:upto], nan=-1.0)))
        return f"{percent(now)} · best {percent(float(series.values[best]))} at step {series.steps[best]:,.0f}"
