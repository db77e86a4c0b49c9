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

SIZES: dict[str, tuple[int, int | None]] = {  # parameters, multiply-adds: counted by others, or by hand
    "softmax": (7_850, 7_840),
    "svm": (7_850, 7_840),
    "mlp": (238_510, 238_200),
    "mlp_deep": (469_160, 468_500),
    "lenet5": (61_706, 416_520),
    "lenet5_1998": (60_000, None),
    "caffe_lenet": (431_080, 2_293_000),
    "convnetjs_mnist": (208 + 3_216 + 2_570, 200 * 24 * 24 + 3_200 * 12 * 12 + 2_560),
    "residual_small": (25_150, 512_736),
    "alexnet_two_tower": (60_965_224, 724_406_816),
    "alexnet": (62_378_344, 1_135_256_096),
    "alexnet_torchvision": (61_100_840, 714_188_480),
    "zfnet": (62_357_608, 1_168_032_896),
    "vgg_a": (132_863_336, 7_609_090_048),
    "vgg_a_lrn": (132_863_336, 7_609_090_048),
    "vgg_b": (133_047_848, 11_308_466_176),
    "vgg_c": (133_638_952, 11_770_888_192),
    "vgg_d": (138_357_544, 15_470_264_320),
    "vgg_e": (143_667_240, 19_632_062_464),
    "googlenet": (6_998_552, 1_582_671_872),
    "googlenet_aux": (13_378_280, None),
    "resnet18": (11_689_512, 1_814_073_344),
    "resnet34": (21_797_672, 3_663_761_408),
    "plain18": (11_515_688, 1_794_805_760),
    "plain34": (21_623_848, 3_644_493_824),
    "resnet50": (25_557_032, 3_857_973_248),
    "resnet50:stride_at=3x3": (25_557_032, 4_089_184_256),
    "resnet101": (44_549_160, 7_570_194_432),
    "resnet101:stride_at=3x3": (44_549_160, 7_801_405_440),
    "resnet152": (60_192_808, 11_282_415_616),
    "resnet152:stride_at=3x3": (60_192_808, 11_513_626_624),
    "cifar_resnet20": (269_722, 40_551_040),
    "cifar_resnet32": (464_154, 68_862_592),
    "cifar_resnet44": (658_586, 97_174_144),
    "cifar_resnet56": (853_018, 125_485_696),
    "cifar_resnet110": (1_727_962, 252_887_680),
    "cifar_plain20": (269_722, 40_551_040),
    "cifar_plain32": (464_154, 68_862_592),
    "cifar_plain44": (658_586, 97_174_144),
    "cifar_plain56": (853_018, 125_485_696),
    "cifar_plain110": (1_727_962, 252_887_680),
    "wrn_16_8": (10_961_370, 1_548_145_664),
    "wrn_28_10": (36_479_194, 5_243_328_768),
    "wrn_40_4": (8_949_210, 1_298_582_016),
    "allcnn_c": (1_369_738, 281_174_016),
    "unet": (31_030_658, 150_428_424_448),
    "kim_cnn:vocabulary=1": (300 + 360_300 + 602, None),
    "stn_mnist": (5_520 + 21_840, None),
}

NAMES = (
    "softmax",
    "svm",
    "perceptron",
    "mlp",
    "mlp_deep",
    "lenet5",
    "lenet5_1998",
    "caffe_lenet",
    "convnetjs_mnist",
    "convnetjs_cifar",
    "alexnet",
    "alexnet_two_tower",
    "alexnet_torchvision",
    "zfnet",
    "vgg_a",
    "vgg_a_lrn",
    "vgg_b",
    "vgg_c",
    "vgg_d",
    "vgg_e",
    "googlenet",
    "googlenet_aux",
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet101",
    "resnet152",
    "plain18",
    "plain34",
    "cifar_resnet20",
    "cifar_resnet32",
    "cifar_resnet44",
    "cifar_resnet56",
    "cifar_resnet110",
    "cifar_plain20",
    "cifar_plain32",
    "cifar_plain44",
    "cifar_plain56",
    "cifar_plain110",
    "wrn_16_8",
    "wrn_28_10",
    "wrn_40_4",
    "allcnn_a",
    "allcnn_b",
    "allcnn_c",
    "unet",
    "kim_cnn",
    "cnn3d",
    "stn_mnist",
    "autoencoder",
    "autoencoder_overcomplete",
    "autoencoder_conv",
    "autoencoder_deep",
    "vae",
    "residual_small",
    "alexnet_s",
    "vgg_s",
    "googlenet_s",
    "resnet_s",
    "unet_s",
)

OUTPUTS: dict[str, tuple[int, ...]] = {
    "mask_small": (1, 32, 32),
    "unet_s": (1, 32, 32),
    "unet": (2, 388, 388),
    "regression_mlp": (1,),
    **{f"autoencoder{kind}": (1, 28, 28) for kind in ("", "_overcomplete", "_conv", "_deep")},
    "vae": (1, 28, 28),
}

LARGE = 3_000_000
"""Networks with more parameters are built without memory for them, and not trained here."""


def test_every_network_that_is_promised_is_there() -> None:
    assert set(NAMES) <= set(NETWORKS)


@pytest.mark.parametrize("name", SIZES)
def test_it_has_the_published_size(name: str) -> None:
    params, macs = SIZES[name]
    costs = check(network(name)).costs
    assert costs.params == params and macs in (None, costs.macs)


@pytest.mark.parametrize("name", list(NETWORKS))
def test_what_a_family_says_was_published_is_what_comes_out(name: str) -> None:
    costs, published = check(network(name)).costs, NETWORKS.get(name).published
    assert published.params in (None, costs.params) and published.macs in (None, costs.macs)


@pytest.mark.parametrize("name", list(NETWORKS))
def test_everything_fits_and_is_used(name: str) -> None:
    design, kind = network(name), NETWORKS.get(name)
    report = require_valid(design)
    classes = getattr(kind(), "classes", None)
    assert report.output_shape == ((classes,) if issubclass(kind, Classifier) else OUTPUTS[name])
    assert not [layer.note for layer in report.leaves if layer.note]
    assert from_json(to_json(design)) == design
    assert (kind.year == 0) == (kind.paper == "") == (kind.lesson == "")


@pytest.mark.parametrize("name", list(NETWORKS))
def test_torch_counts_the_same(name: str) -> None:
    import torch

    from engine.build import Network

    design, report = network(name), check(network(name))
    with torch.device("meta"):
        built = Network(design).eval()
        tokens = torch.zeros(2, *design.input_shape, dtype=torch.long if report.reads_tokens else torch.float32)
        assert built(tokens).main.shape == (2, *(report.output_shape or ()))
    assert sum(weights.numel() for weights in built.parameters()) == report.costs.params


SMALL = [name for name in NETWORKS if check(network(name)).costs.params <= LARGE]


@pytest.mark.parametrize(
    "name", ["alexnet@3,96,96:classes=7", "vgg_d@3,64,64:classes=3", "resnet50@1,64,64", "unet@3,188,188:width=4"]
)
def test_options_reach_the_network(name: str) -> None:
    shape, classes = network(name).input_shape, name.partition("classes=")[2]
    assert ",".join(map(str, shape)) == name.partition("@")[2].partition(":")[0]
    assert not classes or check(network(name)).output_shape == (int(classes),)


def test_auxiliary_classifiers_are_heads_of_the_design() -> None:
    design = network("googlenet_aux")
    assert design.heads == (("aux1", 0.3), ("aux2", 0.3))
    assert check(design)["aux1"].output_shape == (1000,)


@pytest.mark.parametrize("name", SMALL)
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
    with pytest.raises(DesignError, match=r"Known: alexnet"):
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
