"""Numbers in words: few figures, no needless zeros, one form everywhere."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.words import counted, large, number, percent, tick, whole_percent


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.48249, "0.482"),
        (-1.5, "−1.5"),
        (999.6, "1,000"),
        (12345.6, "12,346"),
        (2e-5, "2e−5"),
        (-1.234e-4, "−1.23e−4"),
        (2.5e6, "2.5e6"),
        (math.nan, "not a number"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
    ],
)
def test_three_figures(value: float, text: str) -> None:
    assert number(value) == text


def test_as_many_figures_as_asked_for() -> None:
    assert [number(value, 2) for value in (0.0021, 0.14, 35.2, 351.0, -1.64)] == ["0.0021", "0.14", "35", "351", "−1.6"]
    assert number(3.14159, 4) == "3.142"


@given(st.floats(-1e12, 1e12, allow_nan=False), st.integers(1, 6))
def test_a_number_can_be_read_back(value: float, figures: int) -> None:
    read = float(number(value, figures).replace("−", "-").replace(",", ""))
    assert math.isclose(read, value, rel_tol=0.51 * 10 ** (1 - figures), abs_tol=0)


def test_axis_labels_are_short_and_exact() -> None:
    assert [tick(value) for value in (0.0, 0.25, 2000.0, -1.5, 1e-4, 2.5e6, 12345.5)] == [
        "0",
        "0.25",
        "2,000",
        "−1.5",
        "1e−4",
        "2.5e6",
        "12,345.5",
    ]


def test_shares_in_percent() -> None:
    assert percent(0.9661) == "96.6 %" and percent(0.9661, 0) == "97 %" and percent(0.98534, 2) == "98.53 %"
    assert percent(None) == "–" and percent(math.nan) == "not a number"
    assert whole_percent(1.0) == "100 %" and whole_percent(0.975) == "97.5 %"


@pytest.mark.parametrize(
    ("count", "text"), [(8320, "8,320"), (512_736, "0.51 M"), (12_300_000, "12.3 M"), (3_870_000_000, "3.87 G")]
)
def test_large_counts(count: int, text: str) -> None:
    assert large(count) == text


@pytest.mark.parametrize(("count", "text"), [(0, "0 layers"), (1, "1 layer"), (2, "2 layers"), (9999, "9,999 layers")])
def test_one_thing_is_no_plural(count: int, text: str) -> None:
    assert counted(count, "layer") == text
