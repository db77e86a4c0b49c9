"""Curves made short: extremes survive, averages are the textbook's, lost points are kept apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.snapshot import Series
from widgets.common import axes
from widgets.common.curve_data import Curve
from widgets.common.decimate import min_max, moving_average, thinned


@given(arrays(np.float64, st.integers(1, 400), elements=st.floats(-1e6, 1e6)), st.integers(1, 60))
def test_no_extreme_is_lost_and_steps_ascend(values: np.ndarray, pixels: int) -> None:
    steps = np.arange(len(values), dtype=float)
    x, y = min_max(steps, values, 0, max(len(values) - 1, 1), pixels)
    assert y.max() == values.max() and y.min() == values.min()
    assert (np.diff(x) >= 0).all()
    assert len(x) <= max(2 * pixels, 1) + 2


def test_every_pixel_column_keeps_its_own_extremes() -> None:
    steps = np.arange(1000.0)
    values = np.zeros(1000)
    values[::100] = np.arange(10) + 1
    _, y = min_max(steps, values, 0, 1000, 10)
    assert sorted(y[y > 0].tolist()) == list(range(1, 11))


@pytest.mark.parametrize("order", [1, -1])
def test_a_column_begins_with_the_extreme_nearer_to_where_it_begins(order: int) -> None:
    """A curve that climbs within every column is drawn climbing, one that falls, falling: no saw teeth."""
    rising = np.arange(1000.0) * order
    _, y = min_max(np.arange(1000.0), rising, 0, 1000, 10)
    assert (np.diff(y) * order > 0).all()
    saw = np.tile(np.arange(100.0)[::order], 10)
    _, y = min_max(np.arange(1000.0), saw, 0, 1000, 10)
    assert y[0::2].tolist() == [saw[0]] * 10 and y[1::2].tolist() == [saw[99]] * 10


def test_a_curve_exports_lost_points_in_their_places() -> None:
    curve = Curve("training", "training")
    curve.update(np.arange(4.0), np.array([5.0, np.nan, 6.0, np.inf]))
    steps, values = curve.points()
    assert steps.tolist() == [0, 1, 2, 3]
    np.testing.assert_array_equal(values, [5.0, np.nan, 6.0, np.nan])


def test_a_zoomed_window_keeps_a_neighbour_on_either_side() -> None:
    steps = np.arange(100.0)
    x, _ = min_max(steps, steps, 40.5, 50.5, 100)
    assert x[0] <= 40 and x[-1] >= 51


@given(arrays(np.float64, st.integers(2, 300), elements=st.floats(-10, 10)), st.integers(2, 50))
def test_thinned_curves_end_at_the_last_point(values: np.ndarray, pixels: int) -> None:
    steps = np.arange(len(values), dtype=float)
    x, y = thinned(steps, values, 0, len(values) - 1, pixels)
    assert (x[-1], y[-1]) == (steps[-1], values[-1])
    assert (np.diff(x) > 0).all()
    assert len(x) <= pixels + 2


@pytest.mark.parametrize("weight", [0.001, 0.3, 0.9, 0.99])
def test_the_moving_average_is_the_recursion(weight: float) -> None:
    values = np.random.default_rng(0).normal(size=10_000)
    expected, before = [], values[0]
    for value in values:
        before = weight * before + (1 - weight) * value
        expected.append(before)
    assert np.allclose(moving_average(values, weight), expected, atol=1e-12)


def test_an_average_goes_on_where_it_stopped() -> None:
    values = np.random.default_rng(1).normal(size=100)
    whole = moving_average(values, 0.9)
    half = moving_average(values[:40], 0.9)
    assert np.allclose(moving_average(values[40:], 0.9, float(half[-1])), whole[40:])


def test_a_curve_takes_only_what_is_new_and_keeps_lost_points_apart() -> None:
    curve, series = Curve("training", "training", smooth=True), Series()
    curve.set_weight(0.5)
    series.extend([1, 2, 3], [4.0, np.nan, 2.0])
    assert curve.update(series.steps, series.values)
    assert not curve.update(series.steps, series.values), "nothing new"
    series.extend([4], [np.inf])
    assert curve.update(series.steps, series.values)
    assert curve.finite.values.tolist() == [4.0, 2.0]
    assert curve.lost == [2.0, 4.0]
    assert curve.average.values.tolist() == [4.0, 3.0]
    assert (curve.low, curve.high) == (2.0, 4.0)


@pytest.mark.parametrize("other", [[1.0], [7.0, 8.0, 9.0, 10.0]])
def test_another_run_starts_the_curve_anew(other: list[float]) -> None:
    curve = Curve("training", "training")
    curve.update(np.arange(3.0), np.array([5.0, 6.0, np.nan]))
    assert curve.update(np.arange(float(len(other))), np.array(other))
    assert curve.finite.values.tolist() == other and curve.lost == []


def test_smoothing_weight_zero_draws_no_average() -> None:
    curve = Curve("training", "training", smooth=True)
    curve.set_weight(0.9)
    curve.update(np.arange(3.0), np.ones(3))
    curve.set_weight(0.0)
    assert len(curve.average) == 0 and len(curve.finite) == 3


@given(st.floats(-1e5, 1e5), st.floats(1e-3, 1e5))
def test_limits_hold_the_values_and_ticks_are_inside(low: float, size: float) -> None:
    bottom, top = axes.linear_limits(low, low + size)
    rounding = 1e-8 * (abs(low) + size)
    assert bottom <= low + rounding and top >= low + size - rounding
    ticks = axes.linear_ticks(bottom, top, 6)
    assert 1 <= len(ticks) <= 7
    assert all(bottom - 1e-6 * (top - bottom) <= tick <= top + 1e-6 * (top - bottom) for tick in ticks)


def test_log_axes_have_powers_of_ten() -> None:
    assert [round(10**tick, 6) for tick in axes.log_ticks(-2, 0, 9)] == [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1]
    assert [round(10**tick, 9) for tick in axes.log_ticks(-6, 0, 7)] == [1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1]
    assert len(axes.log_ticks(-20, 20, 5)) <= 5
    assert axes.log_limits(-1.1, -1.1)[1] > axes.log_limits(-1.1, -1.1)[0]


def test_limits_rarely_change_while_a_run_goes_on() -> None:
    limits = {axes.round_up(float(step), axes.FINE) for step in range(1000, 10_001)}
    assert len(limits) < 25
