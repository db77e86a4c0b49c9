"""Built-in networks as documents: each with the data and the training that it is shown with."""

from __future__ import annotations

from pathlib import Path

from app.document import Document
from engine.design.values import own_values
from engine.errors import LayerscopeError
from engine.fit import require_fit
from engine.training.config import training_config
from engine.zoo import family, network

EXAMPLES = Path(__file__).parent.parent / "resources" / "designs"
"""The example designs that come with the program; nothing is ever written there."""

OF_THE_USER = ("epochs", "batch_size", "seed", "validation_share", "device", "capture_budget")
"""Settings that say how a person works, not what a network needs: they stay."""


def builtin_document(expression: str, before: Document) -> Document:
    """The network that ``expression`` names, ready to be trained.

    Where its family names no data or training, those of ``before`` stay if the network can learn with them; else it gets the
    usual ones. DesignError for an expression that names nothing.
    """
    design, shown_with = network(expression), family(expression)
    kept = before.with_design(design)
    if not shown_with.data and not shown_with.training and _can_learn(kept):
        return kept
    values = own_values(before.config)
    config = training_config(**{name: values[name] for name in OF_THE_USER}, **shown_with.training)
    return Document(design, shown_with.data or Document(design).data, config)


def _can_learn(document: Document) -> bool:
    try:
        require_fit(document.config.task, document.data, document.design)
    except LayerscopeError:
        return False
    return True
