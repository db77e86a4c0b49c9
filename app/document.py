"""Document: everything a person edits, in one immutable value, so that one kind of undo serves for all of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from engine.design.network import NetworkDesign
from engine.training.config import TrainingConfig


@dataclass(frozen=True)
class Document:
    """The design, the data it is to learn from (a name or a folder) and how it is to be trained."""

    design: NetworkDesign
    data: str = "strokes"
    config: TrainingConfig = field(default_factory=TrainingConfig)

    def with_design(self, design: NetworkDesign) -> Document:
        """The same data and training for another design."""
        return replace(self, design=design)
