"""Probabilities: what the network takes the pinned image for."""

from __future__ import annotations

import torch

from engine.captures.base import capture
from engine.captures.context import CaptureContext
from engine.snapshot import Bars, Want


@capture("probabilities")
def probabilities(context: CaptureContext, want: Want) -> Bars:
    """The softmax of the logits, one bar per class."""
    values = torch.softmax(context.pinned_logits[0].float(), dim=0).cpu().numpy()
    values.flags.writeable = False
    return Bars(context.data.classes, values, context.pinned.label, "probability")
