"""The conformance suite itself: it accepts odd kinds that keep their promises, and rejects each that breaks one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.design.kinds import LayerKind
from tests.engine.layers import odd_kinds
from tests.helpers import layer_promises
from tests.helpers.layer_promises import PROMISES, inputs_are_left_alone

RIGHT = (
    odd_kinds.TwoMaps,
    odd_kinds.TokenParity,
    odd_kinds.Largest,
    odd_kinds.Blend,
    odd_kinds.Measured,
    odd_kinds.Noisy,
)
WRONG: tuple[tuple[type[LayerKind], Callable[..., None]], ...] = (
    (odd_kinds.Miscounted, layer_promises.shape_and_costs_are_torchs),
    (odd_kinds.WrongShape, layer_promises.shape_and_costs_are_torchs),
    (odd_kinds.WrongProducts, layer_promises.multiply_adds_are_torchs),
    (odd_kinds.OtherSource, layer_promises.source_computes_the_same),
    (odd_kinds.OtherCall, layer_promises.source_computes_the_same),
    (odd_kinds.BlendBackwards, layer_promises.source_computes_the_same),
    (odd_kinds.Unlearnable, layer_promises.gradient_arrives),
    (odd_kinds.UndeclaredTerm, layer_promises.shape_and_costs_are_torchs),
    (odd_kinds.MissingTerm, layer_promises.shape_and_costs_are_torchs),
    (odd_kinds.DisturbingNoise, layer_promises.draws_are_its_own),
    (odd_kinds.HiddenFilters, layer_promises.filters_are_declared),
    (odd_kinds.InPlace, layer_promises.inputs_are_left_alone),
)


@pytest.mark.parametrize("kind", RIGHT, ids=lambda kind: kind.kind)
@settings(max_examples=20)
@given(features=st.integers(1, 12))
def test_a_kind_that_keeps_its_promises_is_accepted(kind: type[LayerKind], features: int) -> None:
    layer, shapes = kind(), [(features,)] * kind.inputs_allowed[0]
    for promise in PROMISES:
        promise(layer, shapes)
    inputs_are_left_alone(layer, shapes)


@pytest.mark.parametrize(("kind", "promise"), WRONG, ids=lambda value: value.__name__)
def test_a_kind_that_breaks_a_promise_is_rejected_for_it(kind: type[LayerKind], promise: Any) -> None:
    with pytest.raises(AssertionError):
        promise(kind(), [(7,)] * kind.inputs_allowed[0])


def test_each_wrong_kind_breaks_no_other_promise_in_the_suite() -> None:
    """So that each rejection above is for its own reason."""
    for kind in (
        odd_kinds.Miscounted,
        odd_kinds.WrongProducts,
        odd_kinds.OtherCall,
        odd_kinds.DisturbingNoise,
        odd_kinds.HiddenFilters,
    ):
        shapes = [(7,)] * kind.inputs_allowed[0]
        broken = []
        for promise in PROMISES:
            try:
                promise(kind(), shapes)
            except AssertionError:
                broken.append(promise)
        assert broken == [promise for wrong, promise in WRONG if wrong is kind]


def test_every_promise_is_broken_by_some_kind() -> None:
    assert {promise for _, promise in WRONG} == {*PROMISES, inputs_are_left_alone}
