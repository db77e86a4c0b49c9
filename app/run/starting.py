"""Starting: whether a document can be trained, and the data that a run of it needs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.document import Document
from engine.data.pieces import Between
from engine.data.source import DATASETS
from engine.fit import require_augmentations, require_fit
from engine.words import percent

if TYPE_CHECKING:
    from engine.data.dataset import DataSet


def require_startable(document: Document) -> None:
    """DesignError or DataError, often with a fix, where it is known before the data are read that nothing can be learned."""
    from engine.training.objective import require_objective

    task = require_fit(document.config.task, document.data, document.design)
    if task is not None:
        require_objective(document.config, task, document.design)
    if document.data in DATASETS:
        require_augmentations(document.config.augment, DATASETS.get(document.data).slots)


def needs_other_data(before: Document, after: Document) -> bool:
    """Whether the data of one document, as they are loaded, do not serve the other."""
    return _as_loaded(before) != _as_loaded(after)


def _as_loaded(document: Document) -> tuple[object, ...]:
    config = document.config
    return document.data, document.design.input_shape, config.seed, config.validation_share


def getting(data: str) -> str:
    """What has to be done to get the data called so: "Reading mnist", "Making strokes"."""
    verb = "Making" if data in DATASETS and DATASETS.get(data).is_made else "Reading"
    return f"{verb} {Path(data).name}"


def getting_so_far(data: str, done: float) -> str:
    """The same with the share ``done`` of it, 0..1, where there is some: "Reading mnist… 40 %"."""
    return f"{getting(data)}… {percent(done, 0)}" if done else f"{getting(data)}…"


def load_data(document: Document, between: Between) -> DataSet:
    """The data of ``document``; called on a thread of its own. ``between`` is called between two pieces."""
    from engine.data.load import load

    config = document.config
    return load(document.data, document.design.input_shape, config.seed, config.validation_share, between=between)
