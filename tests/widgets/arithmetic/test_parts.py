"""Which part of the input is on screen, the lines of the sum, numbers in few figures, and where everything lies."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.arithmetic import Arithmetic, padded
from tests.widgets import made_up
from widgets.arithmetic.parts import cell_text, channel_name, crop, figures, summands
from widgets.arithmetic.window_plan import LEAST, plan_window


@given(
    st.integers(1, 30), st.integers(1, 5), st.integers(1, 6), st.integers(1, 3), st.integers(0, 2), st.integers(1, 14), st.data()
)
def test_a_page_holds_its_window_and_pages_hold_every_cell(
    size: int, kernel: int, stride: int, dilation: int, pad: int, most: int, data: st.DataObject
) -> None:
    extent = (kernel - 1) * dilation + 1
    if extent > size + 2 * pad:
        return
    axis = padded(size, (pad, pad), kernel, stride, dilation, (size + 2 * pad - extent) // stride + 1)
    window = data.draw(st.integers(0, axis.windows - 1))
    page = crop(axis, window, most)
    assert window in page.windows
    for each in page.windows:
        assert set(axis.cells(each).tolist()) <= set(page.cells)
    assert len(page.cells) <= max(most, extent) + (stride - 1 if page.windows[-1] == axis.windows - 1 else 0)
    assert crop(axis, 0, most).cells[0] == 0 and crop(axis, axis.windows - 1, most).cells[-1] == len(axis.pixels) - 1


def test_the_lines_of_the_sum_add_up_and_hold_the_chosen_channel() -> None:
    numbers = made_up.convolution(6, 0, 3)
    for most in (3, 4, 6, 7, 20):
        for chosen in range(6):
            lines = summands(numbers, 4, 5, chosen, most)
            assert len(lines) <= max(3, most) and chosen in [line.channel for line in lines]
            assert sum(line.value for line in lines) == pytest.approx(numbers.value(4, 5), abs=1e-5)
            assert lines[-1].name == "bias"
    lines = summands(numbers, 4, 5, 0, 5)
    assert lines[-2].name == "3 others" and lines[0].name == "channel 0"


def test_channels_of_a_colour_picture_are_called_by_their_colour() -> None:
    numbers = made_up.convolution(3, 0, 3)
    assert channel_name(numbers, 1) == "channel 1", "it reads another layer"
    picture = Arithmetic(**{**vars(numbers), "source": "@in"})
    assert [channel_name(picture, at) for at in range(3)] == ["red", "green", "blue"]
    assert channel_name(made_up.convolution(), 0) == "input"


def test_numbers_in_cells_are_short_and_honest() -> None:
    assert [figures([value]) for value in (0.0, 0.35, 4.7, 47.0, 470.0, 0.021, 0.0004)] == [2, 2, 2, 1, 0, 3, 4]
    assert cell_text(-0.823, 2) == "−0.82" and cell_text(0.0, 2) == "0" and cell_text(-0.001, 2) == "0.00"
    assert cell_text(float("-inf"), 2) == "−∞" and cell_text(float("nan"), 2) == "?"


@pytest.mark.parametrize("numbers", [made_up.convolution(), made_up.convolution(6, 0, 3), made_up.convolution(1, 0, 11)])
@pytest.mark.parametrize("scale", [1, 2])
def test_everything_lies_inside_whatever_the_size(numbers: Arithmetic, scale: int) -> None:
    def px(pixels: float) -> int:
        return round(pixels * scale)

    for width in range(LEAST, 1400, 90):
        for height in (140, 200, 260, 420, 800):
            for place in ((0, 0), (17, 17)):
                plan = plan_window(numbers, place, width * scale, height * scale, px)
                for grid in (plan.input, plan.kernel, plan.output):
                    assert grid.x >= 0 and grid.whole.right() <= width * scale and grid.whole.bottom() <= height * scale
                assert plan.middle.bottom() <= height * scale + 1 and plan.middle.right() < plan.output.x
                assert place[0] in plan.rows.windows and place[1] in plan.columns.windows
                assert len(plan.input.whole.intersected(plan.middle).getRect()) and not plan.input.whole.intersects(plan.middle)
                assert not plan.kernel.whole.intersects(plan.input.whole) and not plan.kernel.whole.intersects(plan.middle)


def test_of_a_large_card_more_is_seen() -> None:
    small, large = (plan_window(made_up.convolution(), (0, 0), *size, round) for size in ((520, 220), (1400, 500)))
    assert len(large.columns.cells) > len(small.columns.cells) and len(large.rows.cells) > len(small.rows.cells)
    assert np.isclose(large.input.side, large.output.side)
