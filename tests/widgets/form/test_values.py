"""How values are written and stepped, and that what is written is read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.design.parameters import FormField, form_fields
from engine.design.texts import parse_text
from engine.design.values import check_range
from engine.errors import DesignError
from engine.layers.conv import Conv2d
from engine.training.config import TrainingConfig
from engine.training.kinds import OPTIMISERS
from engine.training.optimisers.sgd import Sgd
from widgets.form.values import explained, stepped, written

WHOLE = FormField("n", "N", "", "whole", 1, low=1, high=20)
REAL = FormField("x", "X", "", "real", 0.1, low=0.0, high=1000.0)
SIZES = FormField("k", "K", "", "sizes", 3, low=1, high=9)
WORDS = FormField("w", "W", "", "words", ())
REALS = FormField("r", "R", "", "reals", ())
ROWS = FormField("t", "T", "", "rows", None, low=-9.0, high=9.0, optional=True, none_text="as named")
ONE = FormField("o", "O", "", "one_of", "sgd", registry=OPTIMISERS)
MANY = FormField("m", "M", "", "many_of", (), registry=OPTIMISERS)
PADDING = FormField("p", "P", "", "padding", 0, low=0, choices=("same", "valid"))


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        (WHOLE, 12, "12"),
        (SIZES, (3, 5), "3 × 5"),
        (PADDING, "same", "same"),
        (REAL, 0.05, "0.05"),
        (REAL, 5e-4, "5e-4"),
        (REAL, 1.25e-7, "1.25e-7"),
        (REAL, 0.0, "0"),
        (REAL, 1.0, "1"),
        (REAL, 2e9, "2e9"),
        (REAL, None, ""),
        (WORDS, ("a", "b"), "a, b"),
        (REALS, (0.5, 5e-4), "0.5, 5e-4"),
        (ROWS, ((1.0, 0.0, -1.5), (2.0, 5e-4, 3.0)), "1, 0, -1.5; 2, 5e-4, 3"),
        (ROWS, None, ""),
        (ONE, "sgd", "SGD"),
        (ONE, Sgd(), "SGD"),
        (MANY, ("sgd", "adam"), "SGD, Adam"),
        (MANY, (), ""),
    ],
)
def test_written(field: FormField, value: object, text: str) -> None:
    assert written(field, value) == text


@given(st.floats(-1e30, 1e30))
def test_reals_are_read_back_to_six_figures(value: float) -> None:
    assert parse_text(REAL, written(REAL, value)) == pytest.approx(value, rel=1e-5)


@given(st.lists(st.integers(1, 99), min_size=2, max_size=3).map(tuple))
def test_sizes_are_read_back(value: tuple[int, ...]) -> None:
    assert parse_text(SIZES, written(SIZES, value)) == value


@pytest.mark.parametrize("rows", [((1.0,),), ((1.0, -2.0),), ((1.0,), (0.5,)), ((1.0, 2.0), (3.0, 4.0))])
def test_rows_are_read_back_and_not_stepped(rows: tuple[tuple[float, ...], ...]) -> None:
    assert parse_text(ROWS, written(ROWS, rows)) == rows
    assert parse_text(ROWS, "as named") is parse_text(ROWS, "") is None
    assert "semicolons between rows" in explained(ROWS) and "default as named" in explained(ROWS)


@pytest.mark.parametrize("text", ["1, a", "1; ;2", "1, 2;", "x"])
def test_what_is_no_table_is_told(text: str) -> None:
    with pytest.raises(DesignError, match="is not a list of rows of numbers"):
        parse_text(ROWS, text)


@pytest.mark.parametrize("rows", [((1.0, 10.0),), ((0.0,), (-10.0,)), ((float("nan"),),), ((float("inf"),),)])
def test_every_number_of_a_table_has_to_be_in_range(rows: tuple[tuple[float, ...], ...]) -> None:
    with pytest.raises(DesignError, match=r"out of range\. Use -9 to 9"):
        check_range(ROWS, rows)


@pytest.mark.parametrize(
    ("field", "value", "steps", "after"),
    [
        (WHOLE, 3, 1, 4),
        (WHOLE, 3, -9, 1),
        (WHOLE, 15, 10, 20),
        (SIZES, (3, 5), 2, (5, 7)),
        (SIZES, (3, 9), 2, (5, 9)),
        (PADDING, "same", 1, "same"),
        (REAL, 0.05, 1, 0.051),
        (REAL, 0.05, -1, 0.049),
        (REAL, 5e-4, 1, 5.1e-4),
        (REAL, 0.1, -1, 0.099),
        (REAL, 0.099, 1, 0.1),
        (REAL, 0.0, 1, 1e-3),
        (REAL, 999.0, 5, 1000.0),
        (REAL, None, 1, None),
    ],
)
def test_stepped(field: FormField, value: object, steps: int, after: object) -> None:
    assert stepped(field, value, steps) == after


@given(st.floats(1e-6, 900.0), st.integers(1, 30))
def test_steps_up_then_down_come_back_near(value: float, steps: int) -> None:
    up = stepped(REAL, value, steps)
    assert isinstance(up, float) and up > value
    down = stepped(REAL, up, -steps)
    assert isinstance(down, float) and down == pytest.approx(value, rel=0.25)


def test_tooltips_say_what_is_allowed() -> None:
    fields = {field.name: field for field in (*form_fields(Conv2d), *form_fields(Sgd), *form_fields(TrainingConfig))}
    assert "1 to 65536" in explained(fields["filters"])
    assert "'same'" in explained(fields["padding"])
    assert "default 0.05" in explained(fields["learning_rate"])
    assert "default SGD" in explained(fields["optimizer"])
    assert explained(fields["bias"]).startswith(fields["bias"].help)


@pytest.mark.parametrize(
    ("text", "value"), [("0,01", 0.01), (" 0,5 ", 0.5), (",25", 0.25), ("-1,5e-3", -0.0015), ("0,125", 0.125), ("1,0000", 1.0)]
)
def test_a_decimal_comma_is_a_point(text: str, value: float) -> None:
    assert parse_text(REAL, text) == value


@pytest.mark.parametrize("text", ["1,000", "-12,500", "1,000,000", "1,2,3", "1.000,5", "1,5.2"])
def test_a_comma_that_may_stand_between_thousands_is_refused(text: str) -> None:
    with pytest.raises(DesignError) as refused:
        parse_text(REAL, text)
    assert ("decimal point" in str(refused.value)) == (text in ("1,000", "-12,500", "1,000,000"))
