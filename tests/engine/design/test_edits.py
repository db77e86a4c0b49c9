"""Edits: the main line stays joined, skip connections stay with the layers they name, and nothing malformed comes out."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from engine.design.check import check
from engine.design.document import from_json, to_json
from engine.design.kinds import LAYER_KINDS
from engine.design.network import LayerSpec, NetworkDesign, check_wiring, free_id, layer
from engine.errors import DesignError
from engine.zoo import network
from tests.helpers.designs import designs, parameters


def wires(design: NetworkDesign) -> dict[str, tuple[str, ...]]:
    return dict(zip((spec.id for spec in design.layers), design.wiring(), strict=True))


def order(design: NetworkDesign) -> str:
    return " ".join(spec.id for spec in design.layers)


def unused(design: NetworkDesign) -> list[str]:
    return [each.id for each in check(design).layers if each.note]


def chain(ids: str) -> NetworkDesign:
    return NetworkDesign("chain", (4,), tuple(layer(id, "relu") for id in ids.split()))


@pytest.fixture
def block() -> NetworkDesign:
    """c1 r1 p1 c2 r2 sum(r2, p1) flat out."""
    return network("residual_small")


RELU = layer("new", "relu")


def test_inserting_between_two_makes_the_second_read_the_new_one() -> None:
    assert wires(chain("a b").inserted(1, RELU)) == {"a": ("@in",), "new": ("a",), "b": ("new",)}
    assert wires(chain("a").inserted(0, RELU)) == {"new": ("@in",), "a": ("new",)}
    assert wires(chain("a").inserted(1, RELU)) == {"a": ("@in",), "new": ("a",)}


def test_inserting_before_an_add_takes_the_place_of_its_branch(block: NetworkDesign) -> None:
    edited = block.inserted(block.index("sum"), RELU)
    assert wires(edited)["new"] == ("r2",) and wires(edited)["sum"] == ("new", "p1")
    assert not unused(edited)


def test_inserting_behind_the_start_of_a_skip_leaves_the_skip_alone(block: NetworkDesign) -> None:
    edited = block.inserted(block.index("c2"), RELU)
    assert wires(edited)["c2"] == ("new",) and wires(edited)["sum"] == ("r2", "p1")


def test_inserted_ids_that_are_taken_become_free_ones_and_references_follow(block: NetworkDesign) -> None:
    edited = block.inserted(3, layer("c1", "relu"), layer("r1", "relu", ("c1",)))
    assert order(edited) == "c1 r1 p1 c3 r3 c2 r2 sum flat out"
    assert wires(edited)["r3"] == ("c3",) and wires(edited)["c2"] == ("r3",)


def test_an_inserted_layer_cannot_name_what_is_not_there(block: NetworkDesign) -> None:
    with pytest.raises(DesignError, match="it reads 'nobody', which does not exist"):
        block.inserted(2, layer("new", "relu", ("nobody",)))


def test_pasting_leaves_out_names_that_mean_nothing_here(block: NetworkDesign) -> None:
    specs = [block["c2"], block["r2"], block["sum"]]
    edited = chain("a b").pasted(1, *specs)
    assert wires(edited) == {"a": ("@in",), "c2": ("a",), "r2": ("c2",), "sum": ("r2",), "b": ("sum",)}
    assert wires(block.pasted(7, *specs))["sum1"] == ("r3", "p1"), "where the names are known they stay"


def test_removing_a_layer_joins_its_neighbours(block: NetworkDesign) -> None:
    assert wires(block.without(["r1"]))["p1"] == ("c1",)
    assert wires(block.without(["r2"]))["sum"] == ("c2", "p1")
    assert wires(block.without(["p1"]))["sum"] == ("r2", "r1")


def test_removing_several_chained_layers_looks_through_all_of_them(block: NetworkDesign) -> None:
    headless = wires(block.without(["c1", "r1", "p1"]))
    assert headless["c2"] == ("@in",) and headless["sum"] == ("r2", "@in")
    assert wires(block.without(["c2", "r2", "sum"]))["flat"] == ("p1",)
    assert order(block.without(spec.id for spec in block.layers)) == ""


def test_what_read_a_side_branch_reads_what_that_one_read() -> None:
    design = NetworkDesign("n", (4,), (layer("a", "relu"), layer("b", "relu"), layer("side", "relu", ("a",)), layer("c", "relu")))
    assert wires(design.without(["side"])) == {"a": ("@in",), "b": ("a",), "c": ("a",)}
    projected = NetworkDesign("n", (4,), (*design.layers[:3], layer("sum", "add", ("b", "side"))))
    assert wires(projected.without(["side"]))["sum"] == ("b", "a")


def test_moving_along_the_main_line(block: NetworkDesign) -> None:
    assert wires(chain("a b c").moved(["c"], 0)) == {"c": ("@in",), "a": ("c",), "b": ("a",)}
    assert wires(chain("a b c").moved(["a", "b"], 3)) == {"c": ("@in",), "a": ("c",), "b": ("a",)}
    swapped = block.moved(["r2"], block.index("c2"))
    assert order(swapped) == "c1 r1 p1 r2 c2 sum flat out"
    assert wires(swapped)["c2"] == ("r2",) and wires(swapped)["sum"] == ("c2", "p1") and not unused(swapped)


def test_moving_an_add_past_a_layer_keeps_its_skip(block: NetworkDesign) -> None:
    behind = block.inserted(block.index("flat"), RELU)
    edited = behind.moved(["sum"], behind.index("flat"))
    assert order(edited) == "c1 r1 p1 c2 r2 new sum flat out"
    assert wires(edited)["new"] == ("r2",) and wires(edited)["sum"] == ("new", "p1") and not unused(edited)


def test_moving_a_side_branch_touches_no_wire() -> None:
    design = NetworkDesign(
        "n", (4,), (layer("a", "relu"), layer("b", "relu"), layer("side", "relu", ("a",)), layer("sum", "add", ("b", "side")))
    )
    edited = design.moved(["side"], 1)
    assert order(edited) == "a side b sum" and wires(edited) == wires(design)


def test_moving_before_what_it_reads_is_refused(block: NetworkDesign) -> None:
    with pytest.raises(DesignError, match=r"Layer 'sum', 'inputs': it reads 'p1', which comes later"):
        block.moved(["p1"], 7)


def test_moving_to_its_own_place_changes_nothing(block: NetworkDesign) -> None:
    for index, spec in enumerate(block.layers):
        assert block.moved([spec.id], index) == block == block.moved([spec.id], index + 1)


def test_duplicating_in_a_chain() -> None:
    edited = chain("a b c").duplicated(["a", "b"])
    assert order(edited) == "a b a1 b1 c"
    assert wires(edited) == {"a": ("@in",), "b": ("a",), "a1": ("b",), "b1": ("a1",), "c": ("b1",)}


def test_duplicating_a_residual_block_stacks_it(block: NetworkDesign) -> None:
    edited = block.duplicated(["c2", "r2", "sum"])
    assert order(edited) == "c1 r1 p1 c2 r2 sum c3 r3 sum1 flat out"
    assert wires(edited)["sum1"] == ("r3", "sum") and wires(edited)["flat"] == ("sum1",)
    assert not unused(edited) and not check(edited).errors


def test_duplicating_one_layer_puts_it_into_the_line(block: NetworkDesign) -> None:
    assert wires(block.duplicated(["r2"]))["sum"] == ("r3", "p1")
    assert wires(block.duplicated(["sum"]))["sum1"] == ("sum", "p1")
    assert block.duplicated([]) == block


def test_renaming_and_replacing_take_references_along(block: NetworkDesign) -> None:
    edited = block.with_id("p1", "pool")
    assert wires(edited)["sum"] == ("r2", "pool") and "p1" not in edited
    with pytest.raises(DesignError, match="two layers have the id 'c2'"):
        block.with_id("c1", "c2")
    with pytest.raises(DesignError, match="not a layer id"):
        block.with_id("c1", "1 2")
    assert wires(block.replaced("r2", layer("t2", "tanh")))["sum"] == ("t2", "p1")


def test_parameters_are_validated(block: NetworkDesign) -> None:
    assert block.with_parameters("c1", filters=3)["c1"].parameters.summary().startswith("5×5 · 3 filters")
    with pytest.raises(DesignError, match="Layer 'c1', 'kernel': 0 is out of range"):
        block.with_parameters("c1", kernel=0)


def test_wiring_that_cannot_be_is_refused(block: NetworkDesign) -> None:
    for inputs, words in ((("sum",), "cycle"), (("flat", "p1"), "comes later"), (("summ",), "Did you mean 'sum'")):
        with pytest.raises(DesignError, match=words) as caught:
            block.with_inputs("sum", inputs)
        assert (caught.value.layer, caught.value.field) == ("sum", "inputs")


@pytest.mark.parametrize("edit", ["without", "duplicated"])
def test_unknown_layers_are_refused(block: NetworkDesign, edit: str) -> None:
    with pytest.raises(DesignError, match="there is no layer 'c9'"):
        getattr(block, edit)(["c9"])
    with pytest.raises(DesignError, match="there is no layer 'c9'"):
        block.moved(["c9"], 0)


def test_a_free_id_counts_on_from_the_word() -> None:
    assert free_id("c1", []) == "c1" and free_id("c1", ["c1", "c2"]) == "c3" and free_id("relu", ["relu"]) == "relu1"


@settings(max_examples=150)
@given(designs(), st.data())
def test_removing_what_was_inserted_gives_the_old_wires(design: NetworkDesign, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(design.layers)))
    assert wires(design.inserted(index, RELU).without(["new"])) == wires(design)


@settings(max_examples=150)
@given(designs(), st.data())
def test_an_inserted_layer_is_read_exactly_where_the_one_before_it_was_read_next(
    design: NetworkDesign, data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(design.layers)))
    before, after = wires(design), wires(design.inserted(index, RELU))
    previous = design.layers[index - 1].id if index else "@in"
    assert after["new"] == (previous,)
    for position, spec in enumerate(design.layers):
        expected = before[spec.id]
        if position == index:
            expected = tuple("new" if name == previous else name for name in expected)
        assert after[spec.id] == expected


@settings(max_examples=150)
@given(designs(), st.data())
def test_removing_duplicates_gives_the_old_wires(design: NetworkDesign, data: st.DataObject) -> None:
    ids = [spec.id for spec in design.layers]
    chosen = data.draw(st.sets(st.sampled_from(ids)) if ids else st.just(set()))
    doubled = design.duplicated(chosen)
    assert len(doubled.layers) == len(ids) + len(chosen)
    if not chosen:
        return
    copies = [spec.id for spec in doubled.layers if spec.id not in design]
    last = max(chosen, key=ids.index)
    behind = ids[ids.index(last) + 1 : ids.index(last) + 2]
    left = doubled.without(copies)
    assert order(left) == order(design)
    assert {id: names for id, names in wires(left).items() if id not in behind} == {
        id: names for id, names in wires(design).items() if id not in behind
    }


@settings(max_examples=150)
@given(designs(), st.data())
def test_moving_changes_the_order_alone_or_is_refused(design: NetworkDesign, data: st.DataObject) -> None:
    ids = [spec.id for spec in design.layers]
    chosen = data.draw(st.sets(st.sampled_from(ids)) if ids else st.just(set()))
    index = data.draw(st.integers(0, len(ids)))
    try:
        edited = design.moved(chosen, index)
    except DesignError as error:
        assert "comes later" in str(error)
        return
    expected = [id for id in ids[:index] if id not in chosen] + [id for id in ids if id in chosen]
    expected += [id for id in ids[index:] if id not in chosen]
    assert order(edited) == " ".join(expected)
    assert {spec.id: spec.parameters for spec in edited.layers} == {spec.id: spec.parameters for spec in design.layers}
    for id, names in wires(design).items():
        assert len(wires(edited)[id]) == len(names)


class Editing(RuleBasedStateMachine):
    """Any sequence of edits: designs stay well-formed, can be checked, saved and read back; refused edits are DesignErrors."""

    def __init__(self) -> None:
        super().__init__()
        self.design = NetworkDesign("start", (3, 12, 12))

    def ids(self, data: st.DataObject) -> Iterable[str]:
        return data.draw(st.lists(st.sampled_from([spec.id for spec in self.design.layers]), min_size=1, max_size=3))

    def attempt(self, edited: object) -> None:
        assert callable(edited)
        try:
            self.design = edited()
        except DesignError as error:
            assert error.problem

    @precondition(lambda self: len(self.design.layers) < 12)
    @rule(data=st.data())
    def insert(self, data: st.DataObject) -> None:
        kind = data.draw(st.sampled_from(LAYER_KINDS.entries()))
        spec = LayerSpec(kind.kind, data.draw(parameters(kind)))
        index = data.draw(st.integers(0, len(self.design.layers)))
        self.design = self.design.inserted(index, spec)

    @precondition(lambda self: self.design.layers)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        self.design = self.design.without(self.ids(data))

    @precondition(lambda self: 0 < len(self.design.layers) < 12)
    @rule(data=st.data())
    def duplicate(self, data: st.DataObject) -> None:
        self.design = self.design.duplicated(self.ids(data))

    @precondition(lambda self: self.design.layers)
    @rule(data=st.data())
    def move(self, data: st.DataObject) -> None:
        ids, index = self.ids(data), data.draw(st.integers(0, len(self.design.layers)))
        self.attempt(lambda: self.design.moved(ids, index))

    @precondition(lambda self: self.design.layers)
    @rule(data=st.data())
    def wire(self, data: st.DataObject) -> None:
        (id, *inputs) = self.ids(data)
        self.attempt(lambda: self.design.with_inputs(id, inputs))

    @precondition(lambda self: self.design.layers)
    @rule(data=st.data(), name=st.text("ab1_- ", max_size=4))
    def rename(self, data: st.DataObject, name: str) -> None:
        id = next(iter(self.ids(data)))
        self.attempt(lambda: self.design.with_id(id, name))

    @invariant()
    def it_is_well_formed_and_survives_saving(self) -> None:
        check_wiring(self.design.layers)
        assert from_json(to_json(self.design)) == self.design
        assert len(check(self.design).layers) == len(self.design.layers)


TestEditing = Editing.TestCase
TestEditing.settings = settings(max_examples=40, stateful_step_count=20)
