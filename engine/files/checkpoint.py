"""Checkpoints: a run between two steps as one file, which gives back exactly the run that was saved, or a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.build import Network
from engine.design.network import NetworkDesign
from engine.design.places import owner
from engine.errors import FileError
from engine.files.metrics_file import LAST_STEP
from engine.files.tensor_file import read_header, read_tensors, write_tensors
from engine.registry import brief
from engine.training.kinds import OPTIMISERS
from engine.training.state import TrainingState

FORMAT = "layerscope-checkpoint/1"
INTERIM = "interim"
"""In the header of one that the next one replaces."""
_STATE, _NOUN = "state", "a checkpoint"
_EARLIER = "Delete it to go on from an earlier one."


def save_checkpoint(path: Path, state: TrainingState, header: Mapping[str, Any]) -> None:
    """Write ``state`` in one step, with ``header`` (JSON-ready, any keys but "state") beside it."""
    write_tensors(path, FORMAT, state.tensors(), {**header, _STATE: state.info()})


def is_interim(path: Path) -> bool:
    """Whether the checkpoint ``path`` was written between two epochs, to be replaced; a damaged one was not."""
    try:
        return read_header(path, FORMAT, _NOUN).get(INTERIM) is True
    except FileError:
        return False


def is_checkpoint_of(path: Path, state: TrainingState) -> bool:
    """Whether the checkpoint ``path`` is of the same moment as ``state``; a damaged one is not."""
    try:
        return state.is_as(read_header(path, FORMAT, _NOUN)[_STATE])
    except (FileError, KeyError, TypeError):
        return False


def load_checkpoint(path: Path) -> tuple[TrainingState, dict[str, Any]]:
    """The state and the header that were saved; FileError where the file is no checkpoint. Nothing in it is executed."""
    tensors, header = read_tensors(path, FORMAT, _NOUN)
    try:
        state = TrainingState.from_parts(tensors, header.pop(_STATE))
    except (KeyError, ValueError, TypeError, OverflowError):
        raise FileError(f"'{path}' is a damaged checkpoint: its header does not describe its tensors") from None
    counts = (state.step, state.epoch, state.batch)
    if min(counts) < 0 or max(counts) > LAST_STEP or not 0 <= state.seconds < float("inf"):
        raise FileError(f"'{path}' is a damaged checkpoint: it counts {brief(state.step)} steps")
    return state, header


def require_fit(state: TrainingState, design: NetworkDesign, path: Path) -> None:
    """Raise FileError, naming the layer, unless the weights in ``state`` (read from ``path``) are those of ``design``."""
    expected = _expected(design)
    require_weights_fit(state.network, design, path, expected)
    for name, tensor in state.optimizer.items():
        weight = name.rpartition("/")[0]
        if weight not in expected or (tensor.dim() and tensor.shape != expected[weight].shape):
            raise _misfit(path, design, weight, "the optimiser's memory of it is of another network")
    _require_memory(state, design, path)
    for device, tensor in state.rng.items():
        if tensor.dtype != torch.uint8 or tensor.dim() != 1 or (device == "cpu" and not _is_random_state(tensor)):
            raise FileError(f"'{path}' is a damaged checkpoint: its random numbers for '{device}' cannot be", _EARLIER)


def _is_random_state(tensor: Tensor) -> bool:
    """Whether a generator on the CPU can go on from it."""
    try:
        torch.Generator().set_state(tensor)
    except (RuntimeError, TypeError):
        return False
    return True


def _require_memory(state: TrainingState, design: NetworkDesign, path: Path) -> None:
    """FileError where the optimiser remembers less of one weight than of the others, or than its kind always does."""
    found: dict[str, set[str]] = {}
    for name in state.optimizer:
        weight, _, key = name.rpartition("/")
        found.setdefault(weight, set()).add(key)
    kind = OPTIMISERS.get(state.optimizer_kind) if state.optimizer_kind in OPTIMISERS else None
    wanted = set(kind.memory if kind is not None and state.step else ()).union(*found.values())
    for name in _trained(design):
        missing = wanted - found.get(name, set())
        if missing:
            raise FileError(
                f"'{path}' is a damaged checkpoint: the optimiser's memory of '{name}' lacks {brief(min(missing))}",
                _EARLIER,
            )


def _trained(design: NetworkDesign) -> list[str]:
    """The names of the weights that a step moves: those of layers from which something leads to an output."""
    flat = design.flat
    sources = dict(zip((spec.id for spec in flat.layers), flat.wiring(), strict=True))
    waiting, leading = [flat.layers[-1].id, *(id for id, _ in flat.heads)] if flat.layers else [], set()
    while waiting:
        id = waiting.pop()
        if id not in leading:
            leading.add(id)
            waiting += [source for source in sources[id] if source in sources]
    with torch.device("meta"):
        return [name for name, _ in Network(design).layers.named_parameters() if owner(name, sources) in leading]


def require_weights_fit(
    weights: Mapping[str, Tensor], design: NetworkDesign, path: Path, expected: Mapping[str, Tensor] | None = None
) -> None:
    """Raise FileError, naming the layer, unless ``weights`` are a ``Network(design).layers.state_dict()``."""
    expected = _expected(design) if expected is None else expected
    for name in [*expected, *weights]:
        if name not in weights:
            raise _misfit(path, design, name, f"'{name}' is missing")
        if name not in expected:
            raise _misfit(path, design, name, f"the design has no {brief(name)}")
        has, wants = tuple(weights[name].shape), tuple(expected[name].shape)
        if has != wants:
            raise _misfit(path, design, name, f"'{name}' has the shape {list(has)}, not {list(wants)}")
        if weights[name].dtype != expected[name].dtype:
            raise _misfit(path, design, name, f"'{name}' holds {weights[name].dtype}, not {expected[name].dtype}")


def _expected(design: NetworkDesign) -> dict[str, Tensor]:
    """Names, shapes and types of a design's weights, without the memory for them."""
    with torch.device("meta"):
        return dict(Network(design).layers.state_dict())


def _misfit(path: Path, design: NetworkDesign, name: str, reason: str) -> FileError:
    layer = owner(name, design.outputs)
    return FileError(
        f"The weights in '{path}' do not fit layer {brief(layer)}: {reason}", "Use the design they were trained with."
    )
