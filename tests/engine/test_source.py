"""Designs as Python: what is printed runs without the program, takes its weights, and computes the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from torch import Tensor, nn

from engine.build import Network
from engine.design.check import check
from engine.design.network import NetworkDesign, layer
from engine.source import Source, source_of
from engine.zoo import NETWORKS, network
from tests.helpers.designs import fitting_designs

SMALLER = {  # so that every network can be computed here: the same layers on fewer pixels
    "alexnet": "@3,96,96",
    "alexnet_two_tower": "@3,96,96",
    "alexnet_torchvision": "@3,96,96",
    "zfnet": "@3,96,96",
    "unet": "@1,188,188:width=4",
    **{f"vgg_{name}": "@3,32,32:classes=3" for name in ("a", "a_lrn", "b", "c", "d", "e")},
    **dict.fromkeys(("resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "plain18", "plain34"), "@3,64,64"),
    "googlenet": "@3,64,64",
    "googlenet_aux": "@3,224,224:classes=7",
}


def inputs_for(design: NetworkDesign) -> Tensor:
    torch.manual_seed(0)
    if check(design).reads_tokens:
        return torch.randint(2, (2, *design.input_shape))
    return torch.randn(2, *design.input_shape)


def printed(source: Source) -> nn.Module:
    """The network of the text, as an import would give it."""
    scope: dict[str, Any] = {"__name__": "exported"}
    exec(compile(source.text, "exported.py", "exec"), scope)
    module: nn.Module = scope[source.name]()
    return module.eval()


def assert_same(design: NetworkDesign) -> None:
    source, built, inputs = source_of(design), Network(design).eval(), inputs_for(design)
    module = printed(source)
    weights = {source.weight_name(name): tensor for name, tensor in built.layers.state_dict().items()}
    module.load_state_dict(weights)
    last = built.design.layers[-1].id
    with torch.no_grad():
        torch.testing.assert_close(module(inputs), built.activations(inputs, [last])[last], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("name", list(NETWORKS))
def test_every_built_in_network_computes_the_same(name: str) -> None:
    assert_same(network(name + SMALLER.get(name, "")))


@settings(max_examples=60)
@given(fitting_designs())
def test_any_design_computes_the_same(design: NetworkDesign) -> None:
    built, inputs = Network(design).eval(), inputs_for(design)
    output = built(inputs).main
    if not output.is_floating_point() or not torch.isfinite(output).all():
        return
    assert_same(design)


def test_what_remembers_goes_back_or_is_random_computes_the_same() -> None:
    there_and_back = (
        layer("p", "max_pool2d", kernel=3, stride=2),
        layer("noise", "gaussian_noise", deviation=0.5),
        layer("back", "max_unpool2d", of="p"),
        layer("norm", "layer_norm"),
    )
    layers = (
        layer("b", "block", repeat=2, layers=there_and_back),
        layer("steps", "reshape", shape=(4, -1)),
        layer("r", "lstm", units=3, bidirectional=True),
        layer("last", "log_softmax"),
    )
    assert_same(NetworkDesign("n", (4, 5, 5), layers))


def test_blocks_become_classes_and_repeats_become_loops() -> None:
    text = source_of(network("cifar_resnet20")).text
    assert "self.units = nn.ModuleList([ResidualUnit() for _ in range(3)])" in text
    assert text.count("class ResidualUnit") == 5 and text.count("class Stage") == 3, "one class for each different one"


def test_names_that_mean_something_in_python_or_in_a_module_get_out_of_the_way() -> None:
    layers = (
        layer("forward", "linear", units=4),
        layer("class", "relu"),
        layer("x", "tanh"),
        layer("a-b", "sigmoid"),
        layer("a_b", "relu"),
        layer("each", "block", repeat=2, layers=(layer("self", "linear", units=4), layer("train", "relu"))),
        layer("nn", "linear", units=2),
    )
    assert_same(NetworkDesign('odd "names" \\ of\nlayers', (3,), layers))


def test_further_inputs_and_heads_are_told() -> None:
    layers = (
        layer("joined", "concat", ("@in", "@size")),
        layer("aux", "linear", ("joined",), units=2),
        layer("out", "linear", ("joined",), units=2),
    )
    source = source_of(NetworkDesign("two", (3,), layers, further_inputs=(("size", (2,)),), heads=(("aux", 0.3),)))
    module = printed(source)
    one, other = torch.randn(2, 3), torch.randn(2, 2)
    assert module(one, other).shape == (2, 2)
    assert [each.shape for each in module.train()(one, other)] == [(2, 2), (2, 2)]


def test_lines_know_their_layers() -> None:
    source = source_of(network("cifar_resnet20"))
    of_one = [line.text.strip() for line in source.lines if "stage2.0.first.0.c1" in line.places]
    assert of_one == ["self.c1 = nn.Conv2d(16, 32, kernel_size=3, stride=2, padding=1, bias=False)", "c1 = self.c1(x)"]


def test_it_runs_in_an_interpreter_that_knows_nothing_of_this_program(tmp_path: Path) -> None:
    file = tmp_path / "net.py"
    file.write_text(source_of(network("googlenet_s")).text, encoding="utf-8")
    done = subprocess.run([sys.executable, "-I", str(file)], capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "torch.Size([1, 8])", "")


def test_classes_of_our_own_are_printed_once_and_share_no_name_with_the_network_or_a_block() -> None:
    """A network or a block may be called what a class of ours is called."""
    local = layer("l", "locally_connected2d", filters=2, kernel=2, padding="same")
    inner = (layer("c", "conv2d", filters=4, kernel=1), local, layer("f", "fixed_filter2d", kernel=[[1, 2], [0, 0.5]]))
    block = layer("b", "block", name="Locally connected 2d", repeat=2, layers=inner)
    design = NetworkDesign("FixedFilter2d", (3, 6, 5), (block, layer("again", "fixed_filter2d", filter="gaussian")))
    assert_same(design)
    text = source_of(design).text
    assert text.count("class FixedFilter2d(nn.Module)") == text.count("class LocallyConnected2d(nn.Module)") == 1
    assert "import engine" not in text and "from engine" not in text
