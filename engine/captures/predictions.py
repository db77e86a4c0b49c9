"""Predictions: what the network takes a wall of test images for."""

from __future__ import annotations

import numpy as np
import torch

from engine.captures.base import capture
from engine.captures.context import CaptureContext
from engine.snapshot import Wall, Want


@capture("predictions", every=1.0)
def predictions(context: CaptureContext, want: Want) -> Wall:
    """The same 64 images every time, spread over the test split, with class and confidence."""
    confidence, predicted = torch.softmax(context.wall_logits.float(), dim=1).max(dim=1)
    both = torch.stack([confidence, predicted.float()]).cpu().numpy()  # one copy; class indices are exact in float32
    gallery = context.gallery
    return Wall(gallery.pictures, gallery.labels, both[1].astype(np.int64), both[0], gallery.indices)
