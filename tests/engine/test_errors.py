"""What errors say: where, in the words of a person, and nothing twice."""

from __future__ import annotations

import pytest

from engine.design.check import require_valid
from engine.design.network import NetworkDesign
from engine.errors import DesignError, plainly


@pytest.mark.parametrize(
    ("problem", "layer", "field", "exactly", "plainly"),
    [
        ("0 is too low", "c1", "kernel", "Layer 'c1', 'kernel': 0 is too low", "Layer 'c1', kernel: 0 is too low"),
        (
            "5 is no mode",
            "c1",
            "padding_mode",
            "Layer 'c1', 'padding_mode': 5 is no mode",
            "Layer 'c1', padding mode: 5 is no mode",
        ),
        ("'abc' is no number", "", "batch_size", "'batch_size': 'abc' is no number", "Batch size: 'abc' is no number"),
        ("-1 is too low", "", "optimizer.beta1", "'optimizer.beta1': -1 is too low", "Beta1 of optimizer: -1 is too low"),
        ("The network has no layers", "", "layers", "The network has no layers", "The network has no layers"),
        ("The entry 'id' is there twice", "c1", "id", *["Layer 'c1': The entry 'id' is there twice"] * 2),
        ("conv2d has no parameter 'fltrs'", "", "fltrs", *["conv2d has no parameter 'fltrs'"] * 2),
        ("it has two inputs", "sum", "", *["Layer 'sum': it has two inputs"] * 2),
        ("nothing fits", "", "", *["nothing fits"] * 2),
    ],
)
def test_where_something_is_wrong_is_said_once_and_in_plain_words(
    problem: str, layer: str, field: str, exactly: str, plainly: str
) -> None:
    error = DesignError(problem, layer=layer, field=field)
    assert str(error) == exactly and error.plainly() == plainly and error.field == field


def test_an_empty_network_is_told_what_to_do_and_of_no_field() -> None:
    """It said "Field 'layers': ..."."""
    with pytest.raises(DesignError) as caught:
        require_valid(NetworkDesign("empty", (1, 8, 8), ()))
    assert str(caught.value) == caught.value.plainly() == "The network has no layers. Add at least one."


def test_a_field_within_a_choice_is_not_named_twice() -> None:
    error = DesignError("'pixels' is out of range", "Use 0 to 8.", field="augment.shift.pixels")
    assert error.plainly() == "'pixels' is out of range. Use 0 to 8."
    assert error.sentence() == "'augment.shift.pixels': 'pixels' is out of range. Use 0 to 8."


def test_a_question_ends_as_one() -> None:
    """`info` without a network said "Which network?. Name ..."."""
    assert str(DesignError("Which network?", "Name a file.")) == "Which network? Name a file."


def test_whatever_went_wrong_is_told_in_words() -> None:
    assert plainly(DesignError("3 is out of range", field="learning_rate")) == "Learning rate: 3 is out of range"
    assert plainly(ValueError("odd")) == "odd"
