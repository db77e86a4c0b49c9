"""Answer: what the network makes of a pinned example: probabilities, a picture, numbers."""

from __future__ import annotations

from typing import Any

from engine.capturing.base import capture
from engine.capturing.context import CaptureContext
from engine.snapshot import Want


@capture("answer")
def answer(context: CaptureContext, want: Want) -> Any:
    """As the task shows one answer: Bars or PictureRows."""
    task, roles = context.problem.task, context.problem.roles
    return task.answer(context.pinned_outputs(want.subject), context.pinned_targets(want.subject), roles)
