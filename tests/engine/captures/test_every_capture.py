"""What must hold for each registered capture, on networks of every task; and that the checks catch captures that break it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch

from engine.capturing.base import CAPTURES, capture
from engine.capturing.context import CaptureContext
from engine.snapshot import Bars, Tiles, Units, Want
from tests.helpers import capture_promises
from tests.helpers.capture_promises import PROMISES, context_of, taken
from tests.helpers.problems import CASES, Case

VECTOR = CASES[0]


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("name", list(CAPTURES))
def test_it_keeps_every_promise(name: str, case: Case) -> None:
    for promise in PROMISES:
        promise(name, case)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_each_pinned_example_has_maps_of_its_own(case: Case) -> None:
    """Those of the second are what the network alone makes of the second."""
    context = context_of(case)
    first = case.design.layers[0].id
    (found, failures) = taken(context, [Want("feature_maps", first, 1), Want("feature_maps", first, 0)])
    assert not failures
    problem = context.problem
    inputs, _ = problem.prepare(problem.data.split("test").take(torch.tensor([1])))
    expected = context.network.until(inputs, first)[0].float().flatten().numpy()
    shown, other = (found[Want("feature_maps", first, subject)] for subject in (1, 0))
    if isinstance(shown, Units):
        np.testing.assert_array_equal(shown.values, expected)
        assert not np.array_equal(shown.values, other.values)
        return
    values = np.concatenate([shown.values(index).ravel() for index in range(len(shown.levels))])
    assert np.abs(values - expected).max() <= (shown.high - shown.low).max() / 254
    assert not np.array_equal(shown.levels, other.levels) or not np.array_equal(shown.low, other.low)


# -- captures that break a promise --

Broken = Callable[[CaptureContext, Want], Any]


def writes_weights(context: CaptureContext, want: Want) -> Any:
    next(iter(context.network.parameters())).mul_(2)


def leaves_training_mode(context: CaptureContext, want: Want) -> Any:
    context.network.train()


def draws(context: CaptureContext, want: Want) -> Any:
    return Bars(("a",), torch.rand(1).numpy())


def draws_with_numpy(context: CaptureContext, want: Want) -> Any:
    return Bars(("a",), np.random.rand(1).astype(np.float32))


def leaves_a_hook(context: CaptureContext, want: Want) -> Any:
    context.network.register_forward_hook(lambda *_: None)


def returns_tensors(context: CaptureContext, want: Want) -> Any:
    return Bars(("a",), torch.zeros(1))  # type: ignore[arg-type]


def returns_a_type_of_its_own(context: CaptureContext, want: Want) -> Any:
    return {"a": 1.0}


def returns_the_weights(context: CaptureContext, want: Want) -> Any:
    return Bars(("a",), next(iter(context.network.parameters())).numpy())


def returns_too_much(context: CaptureContext, want: Want) -> Any:
    return Bars(("a",), np.zeros(1 << 20, np.float32))


def knows_only_vectors(context: CaptureContext, want: Want) -> Any:
    (width,) = context.activations()[want.layer][0].shape
    return Bars(("a",), np.array([width], np.float32))


def trips_over_nan(context: CaptureContext, want: Want) -> Any:
    total = float(sum(values.sum() for values in context.network.parameters()))
    return Bars(("a",), np.array([int(total)], np.float32))


def counts_pins_itself(context: CaptureContext, want: Want) -> Any:
    return Bars(("a",), np.array([context.pinned[want.subject].label], np.float32))


def wants_a_layer(context: CaptureContext, want: Want) -> Any:
    return Bars(("a",), np.array([len(context.activations()[want.layer])], np.float32))


@pytest.fixture
def enrolled(request: pytest.FixtureRequest) -> Iterator[str]:
    capture("broken")(request.param)
    yield "broken"
    CAPTURES.remove("broken")


@pytest.mark.parametrize(
    ("enrolled", "promise"),
    [
        (writes_weights, "changes_nothing"),
        (leaves_training_mode, "changes_nothing"),
        (draws, "changes_nothing"),
        (draws, "is_the_same_twice"),
        (draws_with_numpy, "changes_nothing"),
        (leaves_a_hook, "changes_nothing"),
        (returns_tensors, "is_plain"),
        (returns_a_type_of_its_own, "is_plain"),
        (returns_the_weights, "is_plain"),
        (returns_too_much, "is_plain"),
        (knows_only_vectors, "shows_every_layer"),
        (trips_over_nan, "survives_weights_that_are_no_numbers"),
        (counts_pins_itself, "a_missing_example_is_a_sentence"),
        (wants_a_layer, "what_it_raises_is_for_people"),
    ],
    indirect=["enrolled"],
)
def test_a_capture_that_breaks_a_promise_is_caught(enrolled: str, promise: str) -> None:
    volume = CASES[2]
    with torch.random.fork_rng(), pytest.raises(AssertionError):
        getattr(capture_promises, promise)(enrolled, volume)


def test_a_capture_that_keeps_them_passes() -> None:
    capture("loudest")(lambda context, want: Bars(("a",), np.ones(1, np.float32)))
    try:
        for promise in PROMISES:
            promise("loudest", VECTOR)
    finally:
        CAPTURES.remove("loudest")


def test_tiles_of_several_dimensions_lie_below_one_another() -> None:
    signal, volume = CASES[1], CASES[2]
    shapes = {}
    for case in (signal, volume):
        found, _ = taken(context_of(case), [Want("feature_maps", "c"), Want("filters", "c"), Want("feature_maps", "@in")])
        shapes[case.name] = [tiles.levels.shape for tiles in found.values() if isinstance(tiles, Tiles)]
    assert shapes == {
        "signal": [(4, 1, 16), (8, 1, 3), (2, 1, 16)],
        "volume": [(4, 5 * 6, 7), (4, 9, 3), (1, 5 * 6, 7)],
    }
