"""What every meaning of data promises, checked on real stored values; raises AssertionError at the first broken one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch

from engine.data.meaning import Array, Meaning, Slot
from engine.data.source import DATASETS
from engine.files.run_card import DataRecord, RunCard, load_card, save_card
from engine.training.config import training_config

COUNT = 6


def bank() -> list[tuple[Array, tuple[str, ...], bool]]:
    """(array, names, padded) of every kind that a user might have: what ``Meaning.recognised`` picks from."""
    rng = np.random.default_rng(0)
    boxes = np.sort(rng.uniform(0, 20, (COUNT, 3, 2, 2)), axis=2).reshape(COUNT, 3, 4)
    return [
        (rng.integers(0, 256, (COUNT, 3, 8, 6), dtype=np.uint8), (), False),
        (rng.random((COUNT, 8, 6)) < 0.4, (), False),
        (np.arange(COUNT) % 3, ("a", "b", "c"), False),
        (rng.standard_normal((COUNT, 2)) * 5 + 3, ("x", "y"), False),
        (rng.standard_normal((COUNT, 2, 20)), (), False),
        (rng.standard_normal((COUNT, 1, 4, 5, 6)), (), False),
        (rng.integers(1, 5, (COUNT, 7)), ("", "a", "b", "c", "d"), True),
        (np.concatenate([boxes, rng.integers(0, 2, (COUNT, 3, 1))], 2), ("cat", "dog"), True),
    ]


def example_of(kind: type[Meaning]) -> tuple[Slot, Array]:
    """A slot of the kind and stored values (N, *shape): recognised among arrays, or from a source that has one."""
    for values, names, padded in bank():
        if found := kind.recognised(values, names, padded):
            meaning, stored = found
            return Slot("thing", meaning, tuple(stored.shape[1:]), padded), stored
    for source in DATASETS.entries():
        for slot in source.slots.values():
            if type(slot.meaning) is kind and source.availability(Path("nowhere")).ready:
                return slot, source.load(0).test[slot.name][:COUNT]
    raise AssertionError(f"nothing is recognised as {kind.kind}, and no data set has it")


def measured_example(kind: type[Meaning]) -> tuple[Slot, Array]:
    """An example as a data set has it, with what was measured."""
    slot, stored = example_of(kind)
    return slot.with_meaning(slot.meaning.measured(torch.from_numpy(stored))), stored


def check_meaning(kind: type[Meaning]) -> None:
    """Every promise, for values as they are read and for a single one; saving is checked by ``check_round_trip``."""
    slot, stored = measured_example(kind)
    assert type(slot.meaning) is kind, "measuring keeps the kind"
    for values in (stored, stored[:1]):
        _check_stored(slot, values)
        _check_encoding(slot, values)
        _check_changes(slot, values)
        _check_words(slot, values)


def _check_stored(slot: Slot, values: Array) -> None:
    meaning = slot.meaning
    assert values.dtype.name in meaning.dtypes
    assert not meaning.fault(values), "good values have no fault"
    if values.dtype.kind == "f":
        wrong = values.copy()
        wrong.flat[0] = np.nan
        assert meaning.fault(wrong), "numbers that are not finite are a fault"
    if values.dtype.kind == "i":
        assert meaning.fault(values - 1000) and meaning.fault(values + 1000), "indices out of range are a fault"


def _check_encoding(slot: Slot, values: Array) -> None:
    meaning, tensor = slot.meaning, torch.from_numpy(values.copy())
    encoded = meaning.encode(tensor)
    assert tuple(encoded.shape) == (len(values), *slot.network_shape)
    assert encoded.dtype == (torch.int64 if meaning.reads == "tokens" else torch.float32)
    assert np.array_equal(tensor.numpy(), values), "encoding writes nothing"
    assert torch.equal(meaning.encode(tensor), encoded)
    _check_same(meaning.decode(encoded), tensor, "decode is the inverse of encode")
    target = meaning.target(tensor)
    assert len(target) == len(values)
    if tensor.dtype != torch.int64:
        outputs = (target - 0.5) * 30 if tensor.dtype == torch.bool else target  # a mask is answered with logits
        answered = meaning.answered(outputs)
        assert answered.shape == tensor.shape, "answers have the shape of stored values"
        _check_same(answered, tensor, "answered is the inverse of target")
        _check_gradient(meaning, tensor)


def _check_gradient(meaning: Meaning, tensor: torch.Tensor) -> None:
    with torch.inference_mode():
        meaning.encode(tensor)  # a first use without gradients spoils nothing
    inputs = (tensor / 255 if tensor.dtype == torch.uint8 else tensor.float()).requires_grad_()
    encoded = meaning.encode(inputs)
    assert encoded.requires_grad, "encode is differentiable"
    encoded.sum().backward()
    assert inputs.grad is not None and inputs.grad.isfinite().all() and inputs.grad.any()


def _check_same(natural: torch.Tensor, stored: torch.Tensor, words: str) -> None:
    """Natural units of stored values: floats as they are, bytes as 0..1, yes and no as 1 and 0, classes as their one place."""
    if stored.dtype == torch.int64 and natural.shape != stored.shape:
        natural = natural.argmax(1)
    if stored.dtype == torch.uint8 and natural.dtype != torch.uint8:
        stored = stored / 255
    assert torch.allclose(natural.reshape(stored.shape).double(), stored.double(), atol=1e-4), words


def _check_changes(slot: Slot, values: Array) -> None:
    meaning, tensor = slot.meaning, torch.from_numpy(values.copy())
    still = torch.zeros(len(values), dtype=torch.int64)
    for changed in (meaning.moved(tensor, still, still), meaning.mirrored(meaning.mirrored(tensor))):
        assert changed.dtype == tensor.dtype and torch.allclose(changed.double(), tensor.double(), atol=1e-4)
    fitted = meaning.fit(tensor, (1, 16, 12))
    assert len(fitted) == len(values) and fitted.dtype == tensor.dtype
    assert not meaning.fitted((1, 16, 12)).fault(fitted.numpy())
    assert np.array_equal(tensor.numpy(), values), "changes write nothing"


def _check_words(slot: Slot, values: Array) -> None:
    meaning = slot.meaning
    assert meaning.title and meaning.help.endswith(".")
    for value in values:
        before = value.copy()
        picture = meaning.picture(value)
        assert picture.dtype == np.uint8 and picture.ndim == 3 and picture.shape[0] in (1, 3) and picture.size
        assert np.array_equal(value, before), "a picture writes nothing"
        assert len(meaning.words(value)) <= 100 and "\n" not in meaning.words(value)
    facts = meaning.facts(slot.shape)
    assert 0 < len(facts) <= 80 and "\n" not in facts and not facts.endswith(".")


def check_round_trip(kind: type[Meaning], folder: Path) -> None:
    """All that an enrolled meaning knows goes through a run's card."""
    slot, _ = measured_example(kind)
    path = folder / "config.json"
    save_card(path, RunCard(training_config(), DataRecord("set", "00", {slot.name: slot})))
    json.loads(path.read_text(encoding="utf-8"))
    assert load_card(path).data.slots == {slot.name: slot}, "all that a meaning knows is saved with a run"
