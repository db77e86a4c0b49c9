"""Colour tables: zero is neutral, the sequential one rises evenly to the eye, gaps are transparent."""

from __future__ import annotations

import numpy as np
import pytest

from engine.colours import BLANK, NEUTRAL, colour_list, colour_table, pack


def channels(name: str) -> np.ndarray:
    table = colour_table(name)[:BLANK]
    return np.stack([(table >> np.uint32(shift)) & np.uint32(255) for shift in (16, 8, 0)], axis=1).astype(float)


def lightness(name: str) -> np.ndarray:
    """CIE L* of every colour of a table."""
    share = channels(name) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    return np.where(luminance > 216 / 24389, 116 * np.cbrt(luminance) - 16, luminance * 24389 / 27)


def test_zero_is_the_only_neutral_colour_of_the_diverging_table() -> None:
    red, _, blue = channels("diverging").T
    spread = np.ptp(channels("diverging"), axis=1)
    assert NEUTRAL == 127
    assert spread[NEUTRAL] == 0
    assert (np.delete(spread, NEUTRAL) > 0).all()
    assert (blue[:NEUTRAL] > red[:NEUTRAL]).all(), "negative is blue"
    assert (red[NEUTRAL + 1 :] > blue[NEUTRAL + 1 :]).all(), "positive is red"


def test_both_signs_are_equally_dark() -> None:
    light = lightness("diverging")
    assert np.abs(light - light[::-1]).max() < 6
    assert light.argmax() == NEUTRAL


def test_the_sequential_table_rises_evenly_in_lightness() -> None:
    light = lightness("sequential")
    assert (np.diff(light) > -0.2).all()
    even = np.linspace(light[0], light[-1], BLANK)
    assert np.abs(light - even).max() < 5
    assert light[0] < 3 and light[-1] > 94


@pytest.mark.parametrize("name", ["sequential", "diverging", "grey"])
def test_tables_are_opaque_but_for_the_gap(name: str) -> None:
    table = colour_table(name)
    assert table.shape == (256,) and not table.flags.writeable
    assert (table[:BLANK] >> np.uint32(24) == 255).all()
    assert table[BLANK] == 0
    assert colour_list(name) == table.tolist()


def test_colours_are_packed_as_qt_reads_them() -> None:
    assert pack(np.array([[1], [2], [3]], np.uint8))[0] == 0xFF010203
    assert pack(np.array([[7]], np.uint8))[0] == 0xFF070707


def test_an_unknown_table_is_a_bug() -> None:
    with pytest.raises(KeyError):
        colour_table("rainbow")
