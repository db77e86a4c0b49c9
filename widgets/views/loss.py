"""The loss view: training loss of every step with its moving average, and validation loss."""

from __future__ import annotations

from widgets.viewing.base import view
from widgets.viewing.curve_view import CurveView


@view
class LossView(CurveView):
    """How wrong the network is, on the images it learns from and on images it does not."""

    name = "loss"
    title = "Loss"
    help = "How wrong the network is: each training batch (faint), its moving average, and the validation images."
    order = 10
    telling = 2
    key = (("training", "training"), ("validation", "validation"))
    curves = (("train/loss", "training", "training", True), ("validation/loss", "validation", "validation", False))
    empty_text = "Press Space to train: the loss of every step is drawn here."
