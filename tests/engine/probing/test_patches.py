"""Positions of a patch: borders, order, and the mean over what covers a pixel."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.probing.patches import Patches, Steps


@st.composite
def steps(draw: st.DrawFn) -> Steps:
    size = draw(st.integers(1, 20))
    patch = draw(st.integers(1, size))
    return Steps(size, patch, draw(st.integers(1, patch)))


def test_positions_by_hand() -> None:
    line = Steps(size=8, patch=3, stride=2)
    assert line.starts.tolist() == [0, 2, 4, 6]
    assert line.ends.tolist() == [3, 5, 7, 8]
    assert Steps(8, 8, 1).starts.tolist() == [0]


@given(steps())
def test_every_pixel_is_covered_and_no_position_is_empty(line: Steps) -> None:
    assert (line.covers.sum(axis=0) >= 1).all()
    assert (line.covers.sum(axis=1) >= 1).all()
    assert len(line) == len(line.starts) == len(line.ends)


@given(steps(), steps())
def test_the_order_holds_every_position_once(rows: Steps, columns: Steps) -> None:
    patches = Patches(rows, columns)
    assert sorted(patches.coarse_to_fine().tolist()) == list(range(len(patches)))


def test_the_order_is_coarse_first() -> None:
    patches = Patches(Steps(16, 1, 1), Steps(16, 1, 1))
    first = patches.coarse_to_fine()[:4]
    assert first.tolist() == [0, 8, 8 * 16, 8 * 16 + 8]


@given(steps(), steps(), st.data())
def test_spreading_equals_a_loop(rows: Steps, columns: Steps, data: st.DataObject) -> None:
    patches = Patches(rows, columns)
    generator = np.random.default_rng(data.draw(st.integers(0, 1000)))
    values = generator.normal(size=patches.shape)
    values[generator.random(patches.shape) < data.draw(st.sampled_from([0.0, 0.5]))] = np.nan
    total, count = np.zeros((rows.size, columns.size)), np.zeros((rows.size, columns.size))
    for i, j in np.argwhere(~np.isnan(values)):
        window = np.s_[rows.starts[i] : rows.ends[i], columns.starts[j] : columns.ends[j]]
        total[window] += values[i, j]
        count[window] += 1
    expected = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    np.testing.assert_allclose(patches.spread(values), expected, atol=1e-12)
