"""Blocks: networks inside networks, written once, repeated, nested, edited in all copies or in one."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.build import Network, load_weights
from engine.design.check import check
from engine.design.document import from_document, from_json, to_json
from engine.design.network import LayerSpec, NetworkDesign, layer
from engine.design.places import owner
from engine.errors import DesignError, TrainingError
from tests.helpers.designs import fitting_designs


def basic(id: str, repeat: int = 1, filters: int = 4, inputs: tuple[str, ...] = ()) -> LayerSpec:
    """A residual block of one convolution."""
    inside = (
        layer("c", "conv2d", filters=filters, kernel=3, padding=1),
        layer("r", "relu"),
        layer("sum", "add", ("r", "@in")),
    )
    return layer(id, "block", inputs, name="Basic", repeat=repeat, layers=inside)


def network(*layers: LayerSpec, shape: tuple[int, ...] = (4, 8, 8)) -> NetworkDesign:
    return NetworkDesign("n", shape, layers)


DEEP = network(
    layer("c1", "conv2d", filters=4, kernel=3, padding=1),
    layer("outer", "block", repeat=2, layers=(basic("inner", repeat=2), layer("bn", "batch_norm"))),
    layer("flat", "flatten"),
    layer("out", "linear", units=3),
)


def ids(design: NetworkDesign) -> list[str]:
    return [spec.id for spec in design.layers]


def refusal(edit: object) -> DesignError:
    with pytest.raises(DesignError) as caught:
        edit()  # type: ignore[operator]
    assert len(str(caught.value)) < 400
    return caught.value


# -- taken apart --


def test_every_copy_is_written_out_and_chained() -> None:
    flat = network(layer("a", "relu"), basic("b", repeat=2), layer("end", "relu", ("b",))).flat
    assert [(spec.id, spec.inputs) for spec in flat.layers] == [
        ("a", ("@in",)),
        ("b.0.c", ("a",)),
        ("b.0.r", ("b.0.c",)),
        ("b.0.sum", ("b.0.r", "a")),
        ("b.1.c", ("b.0.sum",)),
        ("b.1.r", ("b.1.c",)),
        ("b.1.sum", ("b.1.r", "b.0.sum")),
        ("end", ("b.1.sum",)),
    ]


def test_blocks_lie_in_blocks() -> None:
    assert [spec.id for spec in DEEP.flat.layers][1:4] == ["outer.0.inner.0.c", "outer.0.inner.0.r", "outer.0.inner.0.sum"]
    assert len(DEEP.flat.layers) == 3 + 2 * (2 * 3 + 1)
    assert DEEP.outputs["outer"] == "outer.1.bn"
    assert DEEP["outer.1.inner.0.c"].parameters.filters == 4  # type: ignore[attr-defined]
    assert "outer.2.bn" not in DEEP and "outer.0" not in DEEP


def test_a_design_without_blocks_is_flat_itself() -> None:
    design = network(layer("a", "relu"))
    assert design.flat is design


def test_further_inputs_go_to_every_copy() -> None:
    inside = (layer("s", "add", ("@in", "@in2")),)
    design = network(
        layer("a", "relu"), layer("g", "sigmoid", ("@in",)), layer("b", "block", ("a", "g"), repeat=2, layers=inside)
    )
    assert [spec.inputs for spec in design.flat.layers][2:] == [("a", "g"), ("b.0.s", "g")]
    assert not check(design).errors


def test_a_block_that_reads_more_than_it_is_given_is_refused() -> None:
    error = refusal(lambda: network(layer("b", "block", layers=(layer("s", "add", ("@in", "@in2")),))))
    assert error.layer == "b.0.s" and "'@in2', which does not exist" in str(error)


def test_an_empty_block_hands_on_what_it_reads() -> None:
    design = network(layer("a", "relu"), layer("b", "block"), layer("flat", "flatten"))
    values = torch.randn(2, 4, 8, 8)
    assert torch.equal(Network(design)(values).main, values.relu().flatten(1))
    joining = check(network(layer("a", "relu"), layer("b", "block", ("a", "@in"))))
    assert joining["b"].error is not None and "empty" in str(joining["b"].error)


# -- what follows --


def test_the_report_of_a_block_sums_up_what_is_inside() -> None:
    report = check(DEEP)
    convolution = 4 * 4 * 9 + 4
    assert [each.id for each in report.layers] == ["c1", "outer", "flat", "out"]
    assert report["outer.0.inner"].costs.params == 2 * convolution
    assert report["outer"].costs.params == 4 * convolution + 2 * 8
    assert report["outer"].costs.macs == 4 * 4 * 4 * 9 * 64
    assert report["outer"].output_shape == (4, 8, 8) and report["outer"].inputs == ((4, 8, 8),)
    assert report["outer"].receptive_field == (11, 11)
    assert report.costs.params == sum(weights.numel() for weights in Network(DEEP).parameters())


def test_a_misfit_sits_on_its_layer_and_on_the_blocks_around_it() -> None:
    report = check(network(basic("b", repeat=2, filters=5), layer("end", "relu")))
    assert report["b.0.sum"].error is not None and report["b"].error is report["b.0.sum"].error
    assert report["b"].error.layer == "b.0.sum"
    assert report["b.1.c"].blocked_by == "b.0.sum" and report["end"].blocked_by == "b.0.sum"


def test_the_second_copy_may_not_fit_where_the_first_does() -> None:
    report = check(network(layer("b", "block", repeat=3, layers=(layer("p", "max_pool2d", kernel=4),)), shape=(1, 8, 8)))
    assert report["b.0.p"].error is None and report["b.1.p"].error is not None


def test_an_output_that_nothing_reads_is_said_inside_too() -> None:
    inside = (layer("x", "relu"), layer("y", "relu", ("@in",)))
    report = check(network(layer("b", "block", layers=inside)))
    assert "Nothing reads" in report["b.0.x"].note and not report["b.0.y"].note


def test_a_head_is_read_by_the_loss() -> None:
    design = NetworkDesign(
        "n", (4,), (layer("h", "linear", units=2), layer("out", "linear", ("@in",), units=2)), heads=(("h", 0.3),)
    )
    assert not check(design)["h"].note


# -- computed --


def test_a_block_computes_what_its_layers_do_and_weights_bear_their_places() -> None:
    torch.manual_seed(0)
    built = Network(DEEP).eval()
    assert list(built.layers.state_dict())[:4] == ["c1.weight", "c1.bias", "outer.0.inner.0.c.weight", "outer.0.inner.0.c.bias"]
    taken_apart = DEEP.ungrouped("outer")
    for spec in list(taken_apart.layers):
        if spec.kind == "block":
            taken_apart = taken_apart.ungrouped(spec.id)
    assert not any(spec.kind == "block" for spec in taken_apart.layers)
    twin = Network(taken_apart).eval()
    twin.load_state_dict(dict(zip(twin.state_dict(), built.state_dict().values(), strict=True)))
    images = torch.randn(3, 4, 8, 8)
    assert torch.equal(twin(images).main, built(images).main)


def test_weights_are_loaded_by_their_places() -> None:
    built, twin = Network(DEEP), Network(DEEP)
    load_weights(twin, built.layers.state_dict())
    assert all(torch.equal(one, other) for one, other in zip(built.parameters(), twin.parameters(), strict=True))
    with pytest.raises(TrainingError, match=r"no 'weight' for layer 'outer\.0\.inner\.0\.c'"):
        load_weights(twin, {name: each for name, each in built.layers.state_dict().items() if name != "outer.0.inner.0.c.weight"})


def test_outputs_of_blocks_can_be_asked_for() -> None:
    built, images = Network(DEEP).eval(), torch.randn(2, 4, 8, 8)
    everything = built.activations(images)
    assert torch.equal(built.activations(images, ["outer"])["outer"], everything["outer.1.bn"])
    assert torch.equal(built.until(images, "outer"), everything["outer.1.bn"])
    assert torch.equal(built(images, keep=["outer.0.inner"]).kept["outer.0.inner"], everything["outer.0.inner.1.sum"])


def test_a_weight_knows_its_layer() -> None:
    assert owner("outer.0.inner.0.c.weight", DEEP.outputs) == "outer.0.inner.0.c"
    assert owner("c1.0.weight", DEEP.outputs) == "c1"
    assert owner("gone.weight", DEEP.outputs) == "gone"


# -- edits --


def test_an_edit_inside_changes_all_copies() -> None:
    design = DEEP.with_parameters("outer.1.inner.0.c", kernel=5, padding=2)
    kernels = {spec.parameters.kernel for spec in design.flat.layers if spec.id.endswith(".c")}  # type: ignore[attr-defined]
    assert kernels == {5}
    renamed = DEEP.with_id("outer.0.inner.0.r", "act")
    assert renamed.layers_in("outer.0.inner")[2].inputs == ("act", "@in")


def test_one_copy_alone_can_be_edited() -> None:
    design = network(basic("b", repeat=3), layer("end", "relu", ("b",))).with_copy_apart("b", 1)
    assert [(spec.id, spec.parameters.repeat) for spec in design.layers[:3]] == [("b", 1), ("b1", 1), ("b2", 1)]  # type: ignore[attr-defined]
    assert design.flat.layers[-1].inputs == ("b2.0.sum",)
    edited = design.with_parameters("b1.0.c", kernel=1, padding=0)
    assert not check(edited).errors and check(edited).costs.params == check(design).costs.params - 4 * 4 * 8


def test_layers_go_into_a_block_and_out_of_it() -> None:
    design = network(layer("a", "relu"), layer("t", "tanh"), layer("b", "block"), layer("end", "relu"))
    inside = design.moved(["t"], 0, block="b")
    assert ids(inside) == ["a", "b", "end"] and [spec.id for spec in inside.layers_in("b")] == ["t"]
    assert inside.flat.layers[-1].inputs == ("b.0.t",)
    outside = inside.moved(["b.0.t"], 1)
    assert ids(outside) == ["a", "t", "b", "end"] and not outside["b"].inside
    within = inside.inserted(1, layer("g", "sigmoid"), block="b").moved(["b.0.g"], 0, block="b")
    assert [spec.id for spec in within.layers_in("b")] == ["g", "t"]


def test_removing_and_duplicating_works_at_any_depth() -> None:
    fewer = DEEP.without(["outer.0.inner.0.r", "flat"])
    assert "outer.0.inner.0.r" not in fewer and "flat" not in fewer
    assert fewer.layers_in("outer.0.inner")[1].inputs == ("c", "@in")
    more = DEEP.duplicated(["outer.0.bn"])
    assert [spec.id for spec in more.layers_in("outer")] == ["inner", "bn", "bn1"]
    assert ids(DEEP.duplicated(["outer"])) == ["c1", "outer", "outer1", "flat", "out"]


def test_a_block_cannot_be_put_into_itself() -> None:
    assert "itself" in str(refusal(lambda: DEEP.moved(["outer"], 0, block="outer")))
    assert "itself" in str(refusal(lambda: DEEP.moved(["outer"], 0, block="outer.0.inner")))


def test_layers_are_grouped_with_all_that_they_read_as_inputs() -> None:
    design = network(
        layer("a", "relu"),
        layer("side", "sigmoid", ("@in",)),
        layer("c", "conv2d", ("a",), filters=4, kernel=3, padding=1),
        layer("sum", "add", ("c", "a", "side")),
        layer("end", "relu"),
    )
    grouped = design.grouped(["c", "sum"], "Gate")
    assert ids(grouped) == ["a", "side", "block", "end"]
    assert grouped["block"].inputs == ("a", "side") and grouped["block"].parameters.name == "Gate"  # type: ignore[attr-defined]
    assert grouped["block.0.sum"].inputs == ("c", "@in", "@in2")
    assert check(grouped).costs == check(design).costs
    assert ids(grouped.ungrouped("block")) == ids(design)
    assert [spec.inputs for spec in grouped.ungrouped("block").flat.layers[2:4]] == [("a",), ("c", "a", "side")]


def test_what_is_read_from_outside_cannot_be_hidden_in_a_block() -> None:
    design = network(layer("a", "relu"), layer("b", "relu"), layer("sum", "add", ("a", "b")))
    assert "'sum' reads 'a'" in str(refusal(lambda: design.grouped(["a", "b"])))


@settings(max_examples=60)
@given(fitting_designs(), st.data())
def test_grouping_any_layers_changes_nothing_that_is_computed(design: NetworkDesign, data: st.DataObject) -> None:
    chosen = data.draw(st.sets(st.sampled_from(ids(design)), min_size=1))
    try:
        grouped = design.grouped(chosen, "x")
    except DesignError:
        return
    assert check(grouped).costs == check(design).costs
    assert check(grouped).output_shape == check(design).output_shape
    assert from_json(to_json(grouped)) == grouped
    block = next(spec.id for spec in grouped.layers if spec.kind == "block" and spec.parameters.name == "x")  # type: ignore[attr-defined]
    again = grouped.ungrouped(block)
    assert sorted(ids(again)) == sorted(ids(design)) and check(again).costs == check(design).costs


# -- files and limits --


def test_a_block_is_written_readably_and_read_back() -> None:
    text = to_json(DEEP)
    assert from_json(text) == DEEP
    lines = text.splitlines()
    assert '    {"id": "outer", "kind": "block", "repeat": 2, "layers": [' in lines
    assert '        {"id": "c", "kind": "conv2d", "filters": 4, "padding": 1},' in lines


def nested(depth: int) -> dict[str, object]:
    entry: dict[str, object] = {"id": "r", "kind": "relu"}
    for _ in range(depth):
        entry = {"id": "b", "kind": "block", "layers": [entry]}
    return {"format": "layerscope-design/1", "input": {"shape": [4]}, "layers": [entry]}


def test_a_hundred_nested_blocks_get_a_sentence() -> None:
    assert from_document(nested(20)).flat.layers[0].id.endswith(".r")
    assert "32 deep" in str(refusal(lambda: from_document(nested(100))))
    text = '{"format": "layerscope-design/1", "input": {"shape": [4]}, "layers": [' + '{"layers": [' * 99_999
    assert "nested too deeply" in str(refusal(lambda: from_json(text)))


def test_too_many_copies_are_refused_at_the_block_before_any_is_made() -> None:
    inside = (layer("x", "block", repeat=10_000, layers=(layer("y", "block", repeat=10_000, layers=(layer("r", "relu"),)),)),)
    error = refusal(lambda: network(layer("b", "block", repeat=10_000, layers=inside)))
    assert error.layer == "b" and error.field == "repeat" and "1,000,000,000,000 layers" in str(error)
