"""What follows from a design: shapes, totals, errors that stay on their layer, and notes."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings

from engine.design.check import check, require_valid
from engine.design.network import LayerSpec, NetworkDesign, layer
from engine.errors import DesignError
from engine.layers.batch_norm import BatchNorm
from engine.zoo import network
from tests.helpers.designs import designs, fitting_designs


def deep(blocks: int = 125) -> NetworkDesign:
    """A residual network of four layers a block."""
    layers: list[LayerSpec] = [layer("s0", "conv2d", filters=8, padding=1)]
    for n in range(1, blocks):
        layers += [
            layer(f"c{n}", "conv2d", filters=8, padding=1),
            layer(f"b{n}", "batch_norm"),
            layer(f"r{n}", "relu"),
            layer(f"s{n}", "add", (f"r{n}", f"s{n - 1}")),
        ]
    layers += [layer("flat", "flatten"), layer("out", "linear"), layer("prob", "softmax")]
    return NetworkDesign("deep", (3, 32, 32), tuple(layers))


def test_a_misfit_stays_on_its_layer_and_blocks_what_is_behind() -> None:
    design = network("lenet5").with_parameters("c2", kernel=15)
    report = check(design)
    assert [error.layer for error in report.errors] == ["c2"]
    assert report["c2"].error is not None and report["c2"].inputs == ((6, 14, 14),) and report["c2"].output_shape is None
    assert report["p1"].output_shape == (6, 14, 14)
    assert {report[id].blocked_by for id in ("a2", "p2", "flat", "out")} == {"c2"}
    assert report.output_shape is None
    with pytest.raises(DesignError, match=r"^Layer 'c2', 'kernel': a kernel of 15 × 15 is larger"):
        require_valid(design)


def test_a_branch_beside_a_misfit_is_still_computed() -> None:
    design = network("residual_small").with_parameters("c2", groups=5)
    report = check(design)
    assert report["p1"].output_shape == (12, 14, 14) and report["sum"].blocked_by == "c2"


def test_totals() -> None:
    report = check(network("lenet5"))
    assert report.costs.params == sum(each.costs.params for each in report.layers) == 61_706
    assert report.output_shape == (10,)


def test_a_channel_mismatch_at_add_names_both_shapes() -> None:
    error = check(network("residual_small").with_parameters("c2", filters=16))["sum"].error
    assert error is not None and error.layer == "sum"
    assert "16 × 14 × 14" in str(error) and "12 × 14 × 14" in str(error) and "1×1 convolution" in str(error)


def test_an_add_with_one_input_says_how_to_give_it_another() -> None:
    error = check(NetworkDesign("n", (4,), (layer("sum", "add"),)))["sum"].error
    assert error is not None and error.field == "inputs" and "joins 1 input, but needs 2 or more" in str(error)


def test_a_relu_with_two_inputs_is_refused() -> None:
    error = check(NetworkDesign("n", (4,), (layer("a", "relu"), layer("b", "relu", ("a", "@in")))))["b"].error
    assert error is not None and "takes 1 input, not 2" in str(error) and "add" in error.suggestion


def test_layers_too_large_for_any_memory_are_errors() -> None:
    wide = NetworkDesign("n", (1 << 20, 1 << 20), (layer("flat", "flatten"), layer("out", "linear", units=1 << 20)))
    assert check(wide)["out"].error is not None
    heavy = NetworkDesign("n", (65536, 1024, 1024), (layer("c", "conv2d", filters=65536, kernel=1024),))
    error = check(heavy)["c"].error
    assert error is not None and "parameters are too many" in str(error)


def test_an_output_that_nothing_reads_is_noted_but_no_error() -> None:
    design = network("residual_small").with_inputs("sum", ("c2", "p1"))
    report = require_valid(design)
    assert [each.id for each in report.layers if each.note] == ["r2"]
    assert "Nothing reads its output" in report["r2"].note


def test_layers_that_are_alike_are_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    real = BatchNorm.output_shape
    monkeypatch.setattr(BatchNorm, "output_shape", lambda self, inputs: asked.append(inputs) or real(self, inputs))
    check(deep(125))
    once = len(asked)
    check(deep(250))
    assert once and len(asked) == 2 * once


def test_no_layers_is_refused_for_training_only() -> None:
    empty = NetworkDesign("n", (1, 8, 8))
    assert check(empty).errors == () and check(empty).output_shape is None
    with pytest.raises(DesignError, match="no layers"):
        require_valid(empty)


def test_reports_are_found_by_id() -> None:
    report = check(network("lenet5"))
    assert report["c2"] is report.layers[3]
    with pytest.raises(KeyError):
        report["nobody"]


def test_an_embedding_reads_the_networks_input_and_nothing_else() -> None:
    tokens = (layer("e", "embedding"), layer("c", "conv1d"))
    assert not check(NetworkDesign("n", (12,), tokens)).errors
    error = check(NetworkDesign("n", (12,), (layer("r", "relu"), *tokens)))["e"].error
    assert error is not None and error.field == "inputs" and "'r' gives it computed ones" in str(error)
    assert "'@in'" in error.suggestion


def test_who_reads_tokens_as_numbers_is_told_who_reads_them_as_tokens() -> None:
    layers = (layer("e", "embedding"), layer("l", "linear", ("@in",)))
    report = check(NetworkDesign("n", (12,), layers))
    error = report["l"].error
    assert report["e"].output_shape == (32, 12)
    assert error is not None and error.field == "inputs" and "input is words, as 'e' reads them" in str(error)
    assert error.suggestion == "Let it read 'e' instead."
    wrong_rank = check(NetworkDesign("n", (1, 8, 8), (layer("e", "embedding"),)))["e"].error
    assert wrong_rank is not None and "1 × 8 × 8" in str(wrong_rank)


@settings(max_examples=150)
@given(designs())
def test_check_never_raises_and_errors_say_what_to_do(design: NetworkDesign) -> None:
    report = check(design)
    assert [each.id for each in report.layers] == [spec.id for spec in design.layers]
    for each in report.layers:
        assert bool(each.output_shape) + bool(each.error) + bool(each.blocked_by) == 1
        if each.error:
            assert each.error.layer == each.id and each.error.suggestion
        if each.blocked_by:
            assert report[each.blocked_by].error


@settings(max_examples=40)
@given(fitting_designs())
def test_shapes_and_parameters_of_whole_networks_are_torchs(design: NetworkDesign) -> None:
    import torch

    from engine.build import Network

    report = require_valid(design)
    built = Network(design).eval()
    outputs = built.activations(torch.zeros(2, *design.input_shape))
    assert {id: tuple(values.shape[1:]) for id, values in outputs.items()} == {
        each.id: each.output_shape for each in report.layers
    }
    assert sum(weights.numel() for weights in built.parameters()) == report.costs.params


def test_an_edit_and_a_check_of_500_layers_are_done_within_a_frame() -> None:
    """The best of several tries in this thread's own time, so that a busy machine does not fail it."""
    design = deep()
    assert len(design.layers) == 500 and not check(design).errors
    edits = [
        lambda d: d.with_parameters("c60", filters=8, kernel=5, padding=2),
        lambda d: d.inserted(200, layer("x", "relu")),
        lambda d: d.without(["r60"]),
        lambda d: d.moved(["b60"], 220),
        lambda d: d.duplicated(["c60", "b60", "r60", "s60"]),
    ]
    for edit in edits:
        times = []
        for _ in range(8):
            start = time.thread_time()
            report = check(edit(design))
            times.append(time.thread_time() - start)
        assert not report.errors
        assert min(times) < 0.016
