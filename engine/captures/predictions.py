"""Predictions: what the network makes of examples spread over the test split."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from engine.capturing.base import capture
from engine.capturing.context import CaptureContext
from engine.snapshot import Want


@capture("predictions", every=1.0)
def predictions(context: CaptureContext, want: Want) -> Any:
    """The same examples every time, as the task shows many answers: a Wall, PictureRows or Pairs."""
    gallery, problem = context.gallery, context.problem
    found = problem.task.overview(context.gallery_outputs, gallery.targets, problem.roles, gallery.values)
    return replace(found, indices=gallery.indices)
