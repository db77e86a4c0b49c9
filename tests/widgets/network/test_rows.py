"""The rows of the list: which layers are shown, what they read across depths, where something can be put."""

from __future__ import annotations

from engine.design.network import NetworkDesign, layer
from tests.widgets.network.bench import block
from widgets.network.folding import Folding, outermost
from widgets.network.rows import Position, Rows


def nested() -> NetworkDesign:
    """c, then a block of three copies that holds a block, read by an add that also reads c."""
    deep = [layer("a", "relu"), layer("b", "add", ("a", "@in"))]
    inside = [layer("x", "relu"), block("deep", *deep, repeat=2), layer("y", "add", ("deep", "@in"))]
    return NetworkDesign(
        "nested",
        (1, 8, 8),
        (
            layer("c", "conv2d", filters=2),
            block("res", *inside, repeat=3, name="Residual"),
            layer("sum", "add", ("res", "c")),
        ),
    )


OPEN = Folding(frozenset({"res", "res.deep"}))


def test_a_folded_block_is_one_row() -> None:
    rows = Rows(nested(), Folding())
    assert rows.places == ["", "c", "res", "sum"]
    assert rows.reads() == [(), (0,), (1,), (2, 1)]
    assert rows.is_block(2) and not rows.is_unfolded(2) and not rows.is_block(1)


def test_an_unfolded_one_is_followed_by_the_layers_of_one_copy() -> None:
    rows = Rows(nested(), OPEN.with_copy("res", 2).with_copy("res.2.deep", 1))
    assert rows.places == ["", "c", "res", "res.2.x", "res.2.deep", "res.2.deep.1.a", "res.2.deep.1.b", "res.2.y", "sum"]
    assert [rows.depth(row) for row in range(len(rows))] == [0, 0, 0, 1, 1, 2, 2, 1, 0]
    assert rows.closing == {6: [2], 7: [1]}


def test_inside_the_header_is_the_source_and_who_reads_the_block_reads_its_last_row() -> None:
    rows = Rows(nested(), OPEN)
    assert rows.reads() == [(), (0,), (1,), (2,), (3,), (4,), (5, 4), (6, 2), (7, 1)]
    assert rows.name_read(7, 8) == "res" and rows.name_read(1, 8) == "c"
    assert rows.name_read(2, 7) == "@in" and rows.name_read(6, 7) == "deep" and rows.name_read(4, 6) == "@in"


def test_further_inputs_of_network_and_block_are_their_cards() -> None:
    inside = [layer("j", "add", ("@in", "@in2"))]
    layers = (layer("a", "relu"), block("b", *inside, inputs=("a", "@mask")))
    design = NetworkDesign("two", (1, 4, 4), layers, further_inputs=(("mask", (1, 4, 4)),))
    assert Rows(design, Folding(frozenset({"b"}))).reads() == [(), (0,), (1, 0), (2, 2)]


def test_positions_below_a_row_are_in_the_block_that_is_seen_there() -> None:
    rows = Rows(nested(), OPEN)
    assert rows.below(0) == Position("", 0) and rows.below(1) == Position("", 1)
    assert rows.below(2) == Position("res", 0), "right below the header of an unfolded block"
    assert rows.behind(2) == Position("", 2), "behind the whole block"
    assert rows.below(4) == Position("res.0.deep", 0) and rows.behind(4) == Position("res", 2)
    assert rows.before(5) == Position("res.0.deep", 0)
    assert Rows(nested(), Folding()).below(2) == Position("", 2)


def test_where_blocks_end_together_the_drop_further_left_is_further_out() -> None:
    deep = [layer("a", "relu")]
    design = NetworkDesign("", (4,), (block("out", block("in", *deep)), layer("z", "relu")))
    rows = Rows(design, Folding().all_unfolded(design))
    assert rows.places == ["", "out", "out.0.in", "out.0.in.0.a", "z"]
    found = [rows.drop_below(3, depth).position for depth in (9, 2, 1, 0)]
    assert found == [Position("out.0.in", 1), Position("out.0.in", 1), Position("out", 1), Position("", 1)]


def test_an_empty_block_is_always_open() -> None:
    rows = Rows(NetworkDesign("", (4,), (layer("b", "block"), layer("z", "relu"))), Folding())
    assert rows.is_unfolded(1) and rows.below(1) == rows.behind(1) == Position("b", 0)
    assert rows.reads() == [(), (0,), (1,)] and rows.closing == {1: [1]}
    assert rows.drop_below(1, 0).position == Position("", 1)


def test_what_is_folded_away_is_found_at_the_block_around_it() -> None:
    rows = Rows(nested(), Folding(frozenset({"res"})))
    assert rows.shown("res.0.deep.1.a") == "res.0.deep" and rows.shown("res.2.x") == "res" and rows.shown("sum") == "sum"
    assert rows.shown("nobody") == ""


def test_revealing_unfolds_every_block_around_at_the_copy() -> None:
    folding = Folding().revealing("res.2.deep.1.a")
    assert folding.unfolded == {"res", "res.deep"} and folding.copies == {"res": 2, "res.deep": 1}
    assert Rows(nested(), folding).row_of("res.2.deep.1.a") > 0
    assert folding.revealing("res.2.x") == folding


def test_a_renamed_block_stays_unfolded() -> None:
    before = nested()
    folding = OPEN.with_copy("res", 1)
    after = folding.followed(before, before.with_id("res", "body"))
    assert after.unfolded == {"body", "body.deep"} and after.copies == {"body": 1}
    after = folding.followed(before, before.with_id("res.0.deep", "core"))
    assert after.unfolded == {"res", "res.core"}
    assert folding.followed(before, before.without(["c"])) == folding


def test_fewer_copies_show_the_last_one() -> None:
    rows = Rows(nested().with_parameters("res", repeat=2), OPEN.with_copy("res", 2))
    assert rows.places[3] == "res.1.x"


def test_what_is_in_a_chosen_block_is_chosen_with_it() -> None:
    assert outermost(["c", "res.0.x", "res", "res.0.deep.0.a"]) == ["c", "res"]
    assert outermost(["res.0.x", "res.0.deep.0.a"]) == ["res.0.x", "res.0.deep.0.a"]
