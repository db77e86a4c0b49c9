"""Choices of kinds: by name, object and instance, flat and by path; and what is said where they do not fit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.design.parameters import FormField, Kind, Kinds, ParameterModel, form_fields, many_of, one_of, parameter
from engine.design.texts import parse_settings
from engine.design.values import (
    changed_values,
    construct,
    live_values,
    paths,
    plain_values,
    value_at,
    with_values,
)
from engine.errors import DesignError
from engine.training.config import NOUN, TrainingConfig, training_config
from engine.training.kinds import LOSSES, OPTIMISERS
from tests.helpers.designs import values_of

FRUITS: Kinds[Kind] = Kinds("fruit", "engine.tasks", DesignError)
BOXES: Kinds[Kind] = Kinds("box", "engine.tasks", DesignError)


@FRUITS.declare
class Apple(Kind):
    kind: ClassVar[str] = "apple"
    weight: float = parameter(1.0, "How heavy.", low=0.0, high=9.0, live=True)
    red: bool = parameter(False, "Whether it is red.")


@FRUITS.declare
class Pear(Kind):
    kind: ClassVar[str] = "pear"
    weight: float = parameter(2.0, "How heavy.", low=0.0, high=9.0)
    length: int = parameter(3, "How long.", low=1, high=9)


@BOXES.declare
class Box(Kind):
    kind: ClassVar[str] = "box"
    inside: Kind = one_of(FRUITS, "apple", "What is in it.")
    lid: bool = parameter(True, "Whether it has a lid.")


class Lunch(ParameterModel):
    hours: int = parameter(12, "When.", low=0, high=23)
    first: Kind = one_of(FRUITS, "apple", "What is eaten first.")
    last: Kind | None = one_of(FRUITS, None, "What is eaten last.", none_text="nothing")
    box: Kind = one_of(BOXES, "box", "Where it is.")
    more: tuple[Kind, ...] = many_of(FRUITS, "What else there is.")


def lunch(**values: Any) -> Lunch:
    return construct(Lunch, values, "Lunch")


def refused(**values: Any) -> DesignError:
    with pytest.raises(DesignError) as caught:
        lunch(**values)
    text = str(caught.value)
    assert text and "\n" not in text and len(text) < 400
    return caught.value


def test_a_choice_by_name_object_and_instance_is_the_same() -> None:
    made = lunch(first="pear")
    assert isinstance(made.first, Pear) and made == lunch(first={"kind": "pear"}) == lunch(first=Pear())
    heavy = lunch(first={"kind": "pear", "weight": 5.0})
    assert heavy == lunch(first=Pear(weight=5.0)) == lunch(first="pear", **{"first.weight": 5.0})
    assert heavy.first.weight == 5.0  # type: ignore[attr-defined]


def test_the_default_choice_is_made_and_its_values_can_be_reached_without_naming_it() -> None:
    assert lunch().first == Apple() and lunch().last is None and lunch().more == ()
    assert lunch(**{"first.weight": 3.0}).first == Apple(weight=3.0)
    assert lunch(last="pear", length=5).last == Pear(length=5)  # flat: only one of the chosen has it


def test_two_levels_deep() -> None:
    assert lunch(**{"box.inside": "pear", "box.inside.length": 7}).box == Box(inside=Pear(length=7))
    assert lunch(box={"kind": "box", "inside": {"kind": "apple", "red": True}}).box == Box(inside=Apple(red=True))
    error = refused(**{"box.inside.length": 7})
    assert error.field == "box.inside.length" and "'length'" in error.problem
    assert refused(box={"kind": "box", "inside": {"kind": "apple", "weight": "much"}}).field == "box.inside.weight"


def test_several() -> None:
    both = lunch(more=["apple", {"kind": "pear", "length": 2}])
    assert both.more == (Apple(), Pear(length=2))
    assert lunch(more="pear").more == lunch(more=[Pear()]).more == (Pear(),)
    mended = lunch(more=["apple", "pear"], **{"more.pear.weight": 4.0, "more.red": True})
    assert mended.more == (Apple(red=True), Pear(weight=4.0))
    assert refused(more=["pear", "pear"]).problem == "'pear' is chosen twice"
    assert "several of the chosen have 'weight'" in refused(more=["apple", "pear"], **{"more.weight": 1.0}).problem
    assert "none of the chosen has 'length'" in refused(more=["apple"], **{"more.length": 1}).problem
    assert refused(more=3).field == refused(more=[3]).field == "more"


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"first": "aple"}, "first", "no fruit 'aple'. Did you mean 'apple'"),
        ({"first": "box"}, "first", "no fruit 'box'"),
        ({"first": Box()}, "first", "no fruit 'box'"),
        ({"first": None}, "first", "None is not one of apple, pear"),
        ({"first": 7}, "first", "7 is not one of apple, pear"),
        ({"first": ["pear"]}, "first", "['pear'] is not one of apple, pear"),
        ({"first": {"weight": 1.0}}, "first", "not one of apple, pear"),
        ({"first": {"kind": ["pear"]}}, "first", "not one of apple, pear"),
        ({"first": {"kind": "pear", "wieght": 1.0}}, "first.wieght", "Did you mean 'weight'"),
        ({"first": {"kind": "pear", "weight": "1"}}, "first.weight", "'1' is not a number"),
        ({"first": {"kind": "pear", "weight": 99.0}}, "first.weight", "Use 0 to 9"),
        ({"first": {"kind": "pear", "length": 2.5}}, "first.length", "not a whole number"),
        ({"first": {"kind": "pear", "length": [1]}}, "first.length", "not a whole number"),
        ({"length": 2}, "length", "belongs to pear, but the first is apple"),
        ({"weight": 2.0}, "weight", "belongs to several choices. Write first.weight or last.weight"),
        ({"first": "aple", "length": 2}, "first", "no fruit 'aple'"),
        ({"more": ["apple", {"kind": "paer"}], "length": 2}, "more", "no fruit 'paer'"),
        ({"hour": 3}, "hour", "Lunch has no parameter 'hour'. Did you mean 'hours'"),
        ({"frist.weight": 3.0}, "frist.weight", "no choice 'frist'. Did you mean 'first'"),
        ({"hours.weight": 3.0}, "hours.weight", "no choice 'hours'"),
    ],
)
def test_a_mistake_is_a_sentence_at_its_place(values: dict[str, Any], field: str, words: str) -> None:
    if "weight" in values:
        values = values | {"last": "pear"}
    error = refused(**values)
    assert error.field == field
    assert words in str(error)


def test_setting_a_choice_to_what_it_is_keeps_its_values_and_to_another_takes_its_defaults() -> None:
    made = lunch(first={"kind": "apple", "weight": 7.0})
    assert with_values(made, {"first": "apple"}, "Lunch") == made
    assert with_values(made, {"first": "pear"}, "Lunch").first == Pear()
    assert with_values(made, {"first": "apple", "first.red": True}, "Lunch").first == Apple(weight=7.0, red=True)
    assert with_values(made, {"hours": 9}, "Lunch").first == Apple(weight=7.0)
    assert made.hours == 12


def test_texts_of_a_command_line_reach_as_far() -> None:
    texts = [
        "hours=7",
        "first=pear",
        "first.length=4",
        "last=none",
        "more=apple,pear",
        "more.pear.weight=3",
        "box.inside.red=yes",
    ]
    values = parse_settings(Lunch, texts, "Lunch")
    made = construct(Lunch, values, "Lunch")
    assert made == lunch(hours=7, first=Pear(length=4), more=[Apple(), Pear(weight=3.0)], box=Box(inside=Apple(red=True)))
    for text, words in (
        ("hour=3", "Did you mean 'hours'"),
        ("length=x", "belongs to pear"),
        ("first.length=2", "first is apple"),
        ("first.weight=heavy", "'heavy' is not a number"),
        ("nonsense", "key=value"),
    ):
        with pytest.raises(DesignError) as caught:
            construct(Lunch, parse_settings(Lunch, [text], "Lunch"), "Lunch")
        assert words in str(caught.value) and "\n" not in str(caught.value)


def test_paths_values_and_what_may_change_while_a_run_is_alive() -> None:
    made = lunch(more=["apple", "pear"], box=Box(inside=Pear(length=8)))
    found = dict(paths(made))
    assert {"hours", "first", "first.weight", "last", "box.inside.length", "more.pear.length", "more.apple.red"} <= set(found)
    assert "last.weight" not in found
    assert value_at(made, "box.inside.length") == 8 and value_at(made, "more.pear.length") == 3
    assert live_values(made) == {"first.weight": 1.0, "more.apple.weight": 1.0}


def test_plain_and_changed_values_say_only_what_differs_of_a_chosen_kind() -> None:
    made = lunch(first="pear", more=[Pear(length=4)])
    assert changed_values(made) == {"first": "pear", "more": [{"kind": "pear", "length": 4}]}
    assert plain_values(made) == changed_values(made) | {"hours": 12, "last": None, "box": "box"}


# -- the training configuration, with whatever is in its registries --


def chosen(kind: type[Kind]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"kind": st.just(kind.kind)}, optional={field.name: any_value(field) for field in form_fields(kind)}
    )


def any_value(field: FormField) -> st.SearchStrategy[Any]:
    if field.registry is None:
        return values_of(field, small=False)
    one = st.one_of(*[st.just(kind.kind) | chosen(kind) for kind in field.registry.entries()])
    if field.form == "many_of":
        return st.lists(one, max_size=3, unique_by=lambda each: each if isinstance(each, str) else each["kind"])
    return st.none() | one if field.optional else one


def configurations() -> st.SearchStrategy[TrainingConfig]:
    values = st.fixed_dictionaries({}, optional={field.name: any_value(field) for field in form_fields(TrainingConfig)})
    return values.map(lambda values: training_config(**values))


@settings(max_examples=150)
@given(configurations())
def test_any_configuration_goes_through_json_and_back(config: TrainingConfig) -> None:
    for values in (plain_values(config), changed_values(config)):
        assert construct(TrainingConfig, json.loads(json.dumps(values)), NOUN) == config


@settings(max_examples=100)
@given(configurations(), st.data())
def test_every_path_can_be_set_to_what_it_is(config: TrainingConfig, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([path for path, field in paths(config) if field.registry is None]))
    assert with_values(config, {path: value_at(config, path)}, NOUN) == config


def settings_of_every_kind() -> Iterator[tuple[str, str]]:
    for field in form_fields(TrainingConfig):
        for kind in field.registry.entries() if field.registry else ():
            for inner in form_fields(kind):
                yield f"{field.name}={kind.kind}", f"{field.name}.{inner.name}"


@pytest.mark.parametrize(("choice", "path"), list(settings_of_every_kind()))
def test_every_value_of_every_kind_refuses_what_it_is_not_at_its_place(choice: str, path: str) -> None:
    name, _, kind = choice.partition("=")
    with pytest.raises(DesignError) as caught:
        training_config(**{name: [kind] if name in ("penalty", "augment") else kind, path: {"wrong": []}})
    assert caught.value.field.endswith(path.rpartition(".")[2])
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 300


def test_a_kind_of_another_registry_is_refused_as_name_object_and_instance() -> None:
    loss = LOSSES.get("mse")()
    for wrong in ("mse", {"kind": "mse"}, loss):
        with pytest.raises(DesignError, match="no optimiser 'mse'"):
            training_config(optimizer=wrong)
    with pytest.raises(DesignError, match="augmentation"):
        training_config(augment=[OPTIMISERS.get("sgd")()])
