"""From raw examples to tensors that fit a network, filled piece by piece, so that little is there twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor

from engine.data.dataset import Split
from engine.data.meaning import Array, Slot
from engine.data.pieces import Between, never, pieces
from engine.data.source import Labels, RawSplit


def fitted_split(
    part: RawSplit,
    where: Labels | None,
    slots: Mapping[str, Slot],
    shape: Sequence[int] | None,
    between: Between = never,
) -> Split:
    """The examples ``where`` (all for None) as tensors, brought to the network's input of ``shape`` where their meaning knows
    how; None keeps them as they are. What needs no change at all is not copied."""
    return Split({name: _fitted(values, where, slots.get(name), shape, between) for name, values in part.values.items()})


def _fitted(values: Array, where: Labels | None, slot: Slot | None, shape: Sequence[int] | None, between: Between) -> Tensor:
    count = len(values) if where is None else len(where)
    stored = values.shape[1:]
    largest = stored if slot is None or shape is None else slot.meaning.fitted_shape(stored, shape)
    whole: Tensor | None = None
    for piece in pieces(count, stored, tuple(largest), between=between):
        given = torch.from_numpy(np.ascontiguousarray(values[piece if where is None else where[piece]]))
        fitted = given if slot is None or shape is None else slot.meaning.fit(given, shape)
        if where is None and fitted is given and values.flags.c_contiguous:
            return torch.from_numpy(values)
        if whole is None:
            whole = fitted.new_empty((count, *fitted.shape[1:]))
        whole[piece] = fitted
    assert whole is not None  # there is a piece even of nothing
    return whole
