"""Layers with several inputs name the branch that does not fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.design.branches import odd_one, with_names
from engine.design.check import check
from engine.design.network import LayerSpec, NetworkDesign, layer
from engine.errors import DesignError


def three_branches(join: str, *filters_and_strides: tuple[int, int]) -> NetworkDesign:
    branches = [
        layer(f"c{number}", "conv2d", ("@in",), filters=filters, kernel=1, stride=stride)
        for number, (filters, stride) in enumerate(filters_and_strides, 1)
    ]
    return NetworkDesign("n", (3, 8, 8), (*branches, layer("join", join, tuple(spec.id for spec in branches))))


def error_of(design: NetworkDesign, place: str = "join") -> DesignError:
    error = check(design)[place].error
    assert error is not None and error.field == "inputs"
    return error


@pytest.mark.parametrize("odd", [0, 1, 2])
@pytest.mark.parametrize("join", ["add", "multiply"])
def test_of_three_branches_the_one_that_is_not_as_the_others_is_named(join: str, odd: int) -> None:
    sizes = [(4, 2)] * 3
    sizes[odd] = (4, 4)
    problem = error_of(three_branches(join, *sizes)).problem
    assert problem.startswith(f"input {odd + 1} ('c{odd + 1}') is 4 × 2 × 2"), problem


@pytest.mark.parametrize("odd", [0, 1, 2])
def test_concat_names_the_branch_with_other_sizes(odd: int) -> None:
    sizes = [(4, 1), (5, 1), (6, 1)]
    sizes[odd] = (4, 2)
    error = error_of(three_branches("concat", *sizes))
    other = 2 if odd == 0 else 1
    assert error.problem.startswith(f"input {odd + 1} ('c{odd + 1}') is 4 × 4 × 4, which cannot be joined to")
    assert f"('c{other}')" in error.problem
    assert "Put an upsample layer with scale 2 behind the one of 4 × 4 × 4" in error.suggestion


def test_of_two_the_second_is_named_and_what_it_is_compared_with() -> None:
    error = error_of(three_branches("add", (4, 1), (6, 1)))
    assert error.problem == "input 2 ('c2') is 6 × 8 × 8, which cannot be added to input 1 ('c1') of 4 × 8 × 8"
    assert error.suggestion == "Put a 1×1 convolution with 4 filters behind the one with 6 channels."


def test_the_networks_input_and_layers_in_blocks_have_names_too() -> None:
    inner = (layer("c", "conv2d", filters=6, kernel=1), layer("sum", "add", ("c", "@in")))
    design = NetworkDesign("n", (3, 8, 8), (layer("res", "block", repeat=2, layers=inner),))
    assert error_of(design, "res.0.sum").problem.startswith("input 2 ('@in') is 3 × 8 × 8")
    assert "input 1 ('res.0.c')" in error_of(design, "res.0.sum").problem


@pytest.mark.parametrize("shape", [(5,), (5, 7), (5, 7, 6), (5, 4, 3, 2)])
def test_vectors_sequences_maps_and_volumes_are_laid_side_by_side(shape: tuple[int, ...]) -> None:
    design = NetworkDesign("n", shape, (layer("a", "relu"), LayerSpec("j", layer("j", "concat").parameters, ("a", "@in", "a"))))
    assert check(design)["j"].output_shape == (15, *shape[1:])


@given(st.lists(st.integers(0, 3), min_size=1, max_size=6))
def test_the_odd_one_is_none_of_the_most(values: list[int]) -> None:
    found = odd_one(values)
    if found is None:
        assert len(set(values)) == 1
        return
    odd, usual = found
    assert values[odd] != values[usual] and values.count(values[usual]) == max(map(values.count, values))


def test_numbers_that_are_no_branch_are_left_alone() -> None:
    error = DesignError("input 3 and an input of 2", "Use input 1.", field="inputs")
    assert with_names(error, ["a", "b"]).problem == "input 3 and an input of 2"
    assert with_names(error, ["a", "b"]).suggestion == "Use input 1 ('a')."
