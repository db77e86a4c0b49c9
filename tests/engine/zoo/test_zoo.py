"""The built-in networks have the published sizes, and expressions name them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.dataset import Split
from engine.design.check import check, require_valid
from engine.design.document import from_json, to_json
from engine.errors import DesignError
from engine.families import Classifier
from engine.zoo import NETWORKS, listing, network

SIZES = {  # parameters, multiply-adds
    "softmax": (7_850, 7_840),
    "mlp": (238_510, 238_200),
    "lenet5": (61_706, 416_520),
    "convnetjs_mnist": (208 + 3_216 + 2_570, 200 * 24 * 24 + 3_200 * 12 * 12 + 2_560),
    "residual_small": (25_150, 512_736),
}

OUTPUTS = {"autoencoder": (1, 28, 28), "mask_small": (1, 32, 32), "regression_mlp": (1,)}


@pytest.mark.parametrize("name", SIZES)
def test_it_has_the_published_size(name: str) -> None:
    costs = check(network(name)).costs
    assert (costs.params, costs.macs) == SIZES[name]


@pytest.mark.parametrize("name", list(NETWORKS))
def test_everything_fits_and_is_used(name: str) -> None:
    design = network(name)
    report = require_valid(design)
    assert report.output_shape == ((10,) if issubclass(NETWORKS.get(name), Classifier) else OUTPUTS[name])
    assert not [layer.note for layer in report.layers if layer.note]
    assert from_json(to_json(design)) == design


@pytest.mark.parametrize("name", list(NETWORKS))
def test_torch_counts_the_same(name: str) -> None:
    import torch

    from engine.build import Network

    built = Network(network(name))
    assert sum(weights.numel() for weights in built.parameters()) == check(network(name)).costs.params
    assert built(torch.zeros(2, *network(name).input_shape)).main.shape == (2, *check(network(name)).output_shape)


@pytest.mark.parametrize("name", list(NETWORKS))
def test_it_trains_a_step_on_the_data_and_with_the_settings_that_it_is_shown_with(name: str) -> None:
    import torch

    from engine.data.dataset import SPLITS
    from engine.data.load import load
    from engine.training.config import training_config
    from engine.training.trainer import Trainer

    kind, design = NETWORKS.get(name), network(name)
    data = load(kind.data or "digits", design.input_shape, 0, 0.1)
    few = replace(data, splits={split: Split(data.split(split).part(slice(0, 8))) for split in SPLITS})
    trainer = Trainer(design, training_config(**{**kind.training, "batch_size": 8}), few, torch.device("cpu"))
    before = torch.cat([weight.detach().flatten().clone() for weight in trainer.network.parameters()])
    step = next(trainer.events())
    assert torch.isfinite(step.loss) and set(step.tallies) == {metric.name for metric in trainer.problem.task.metrics}
    assert not torch.equal(torch.cat([weight.detach().flatten() for weight in trainer.network.parameters()]), before)


def test_lenet_sees_what_it_should() -> None:
    """5 pixels, then pooling 6, then 5 more every 2: 14, then 16; the linear layers see all."""
    report = check(network("lenet5"))
    assert [report[id].receptive_field for id in ("c1", "p1", "c2", "p2", "f1")] == [(n, n) for n in (5, 6, 14, 16, 28)]


def test_the_listing_has_a_title_and_one_sentence_each() -> None:
    rows = listing()
    assert [name for name, _, _ in rows] == list(NETWORKS)
    for _, title, notes in rows:
        assert title and notes.endswith(".") and "\n" not in notes


def test_expressions() -> None:
    assert network("lenet5").input_shape == (1, 28, 28)
    assert network("lenet5@3,32,32").input_shape == (3, 32, 32)
    assert check(network("softmax:classes=6")).output_shape == (6,)
    both = network(" lenet5@3,32,32:classes=6 ")
    assert both.input_shape == (3, 32, 32) and require_valid(both).output_shape == (6,)
    assert require_valid(network("mlp@784")).output_shape == (10,)


def test_lenet_on_32_without_padding_is_the_papers_input() -> None:
    assert check(network("lenet5@1,32,32").with_parameters("c1", padding=0)).costs.params == 61_706


def test_a_shape_that_does_not_fit_is_reported_on_the_layer() -> None:
    errors = check(network("lenet5@1,6,6")).errors
    assert [error.layer for error in errors] == ["c2"]


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(DesignError, match=r"no built-in network 'lenet6'.*Did you mean 'lenet5'"):
        network("lenet6")
    with pytest.raises(DesignError, match=r"Known: .*mlp"):
        network("zzzzzz")


@pytest.mark.parametrize(
    "expression",
    [
        *("", " ", "@", ":", "lenet5@", "lenet5:", "lenet5@3", "lenet5@a,b,c", "lenet5@0,28,28", "lenet5@1,-2,3", "lenet5@1,,3"),
        *(
            "lenet5@1,2,3,4,5,6",
            "lenet5@9999999999,1,1",
            "lenet5:classes",
            "lenet5:classes=",
            "lenet5:classes=1",
            "lenet5:classes=ten",
        ),
        *(
            "lenet5:classes=99999999",
            "lenet5:width=3",
            "lenet5:classes=6@3,32,32",
            "lenet5@1@2",
            "lenet5@１,28,28",
            "lenet5:classes=6:classes=7",
        ),
    ],
)
def test_what_cannot_be_read_is_refused(expression: str) -> None:
    try:
        design = network(expression)
    except DesignError as error:
        assert error.suggestion
    else:
        assert expression == "lenet5@3" and check(design).errors, "a vector is a shape, but not one that LeNet takes"


@settings(max_examples=200)
@given(st.text(max_size=30) | st.from_regex(r"(lenet5|mlp)(@[0-9,]{0,12})?(:[a-z=0-9,]{0,12})?", fullmatch=True))
def test_any_text_is_a_network_or_a_design_error(expression: str) -> None:
    try:
        check(network(expression))
    except DesignError as error:
        assert len(str(error)) < 600
