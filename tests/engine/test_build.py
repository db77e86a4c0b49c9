"""From designs to torch: wiring, logits, restoring, and running out of memory."""

from __future__ import annotations

import copy
import gc
import weakref

import pytest
import torch
from torch import nn

from engine.build import Network, is_out_of_memory, lay_out, load_weights, restore
from engine.design.network import NetworkDesign, layer
from engine.errors import DesignError, TrainingError
from engine.layers.linear import Linear
from tests.helpers.tiny_data import tiny_cnn


def skip_net() -> NetworkDesign:
    """x → relu → add with x → flatten."""
    return NetworkDesign("skip", (1, 2, 2), (layer("r", "relu"), layer("sum", "add", inputs=["r", "@in"]), layer("f", "flatten")))


def test_a_chain_is_the_plain_composition() -> None:
    network = Network(tiny_cnn()).eval()
    inputs = torch.randn(3, 1, 8, 8)
    expected = nn.Sequential(*list(network.layers.values())[:-1])(inputs)
    assert torch.equal(network(inputs).main, expected)
    assert torch.equal(network.activations(inputs)["s"], torch.softmax(expected, 1))
    assert network.current == "s"
    assert (network.main_id, network.link) == ("out", "softmax")


def test_a_skip_connection_by_hand() -> None:
    inputs = torch.tensor([[[[-1.0, 2.0], [3.0, -4.0]]]])
    network = Network(skip_net())
    assert network(inputs).main.tolist() == [[-1.0, 4.0, 6.0, -4.0]]
    assert network.until(inputs, "r").flatten().tolist() == [0.0, 2.0, 3.0, 0.0]
    assert list(network.activations(inputs)) == ["r", "sum", "f"]
    assert list(network.activations(inputs, ["sum"])) == ["sum"]


def test_logits_are_what_the_closing_softmax_reads_wherever_that_is() -> None:
    design = NetworkDesign(
        "x",
        (2,),
        (layer("a", "linear", units=2), layer("b", "relu"), layer("s", "softmax", inputs=["a"])),
    )
    network, inputs = Network(design), torch.randn(4, 2)
    assert (network.main_id, network.link) == ("a", "softmax")
    assert torch.equal(network(inputs).main, network.until(inputs, "a"))
    assert torch.allclose(network(inputs).main.softmax(1), network.activations(inputs)["s"])


def test_a_closing_log_softmax_is_left_out_as_softmax_is() -> None:
    """Trained on the same logits and evaluated by them, the probabilities and the classes are those of the logarithms."""
    ends = {kind: (layer("a", "linear", units=3), layer("s", kind)) for kind in ("softmax", "log_softmax")}
    plain, log = (Network(NetworkDesign("x", (2,), layers)) for layers in ends.values())
    load_weights(log, plain.layers.state_dict())
    inputs, targets = torch.randn(5, 2), torch.tensor([0, 1, 2, 0, 1])
    assert (log.main_id, log.link) == ("a", "log_softmax")
    assert torch.equal(log(inputs).main, plain(inputs).main)
    logarithms = log.activations(inputs)["s"]
    torch.testing.assert_close(logarithms.exp(), plain.activations(inputs)["s"])
    torch.testing.assert_close(
        nn.functional.cross_entropy(log(inputs).main, targets), nn.functional.nll_loss(logarithms, targets)
    )


def test_a_lone_softmax_is_a_network_too() -> None:
    network = Network(NetworkDesign("x", (3,), (layer("s", "softmax"),)))
    assert (network.main_id, network.link) == ("s", "")
    assert network(torch.zeros(1, 3)).main.shape == (1, 3)


def test_names_follow_the_layers_and_the_report_is_at_hand() -> None:
    network = Network(tiny_cnn())
    assert {"c.weight", "bn.running_mean", "out.bias"} <= network.layers.state_dict().keys()
    assert network.report["c"].output_shape == (4, 8, 8)


def test_a_design_that_does_not_fit_is_refused() -> None:
    with pytest.raises(DesignError, match="'c'"):
        Network(tiny_cnn().with_parameters("c", kernel=30))


def test_restoring_copies_the_weights_and_draws_no_random_number() -> None:
    network = Network(tiny_cnn())
    lay_out(network, torch.device("cpu"))  # as the trainer does
    network.layers["bn"].running_mean += 1
    weights = network.layers.state_dict()
    state = torch.get_rng_state()
    copy = restore(tiny_cnn(), weights)
    assert torch.equal(torch.get_rng_state(), state)
    inputs = torch.randn(2, 1, 8, 8)
    assert torch.equal(copy(inputs).main, network.eval()(inputs).main)
    with torch.no_grad():
        network.layers["c"].weight.zero_()
    assert copy.layers["c"].weight.any()


def test_kernels_say_that_their_channels_are_last_also_where_there_is_only_one() -> None:
    """Convolutions go by the strides, and torch calls a tensor of one channel contiguous, whichever way they are."""
    network = Network(tiny_cnn())
    kernels = network.layers["c"].weight
    before = kernels.detach().clone()
    lay_out(network, torch.device("cpu"))
    assert kernels.shape[1] == 1 and torch.equal(kernels, before)
    assert kernels.stride()[1] == 1
    output = network.eval()(torch.randn(2, 1, 8, 8)).main
    assert network.layers["c"](torch.randn(2, 1, 8, 8)).is_contiguous(memory_format=torch.channels_last)
    assert output.isfinite().all()


def test_foreign_weights_name_the_layer() -> None:
    network = Network(tiny_cnn())
    weights = network.layers.state_dict()
    missing = {name: tensor for name, tensor in weights.items() if name != "c.bias"}
    with pytest.raises(TrainingError, match="no 'bias' for layer 'c'"):
        load_weights(network, missing)
    with pytest.raises(TrainingError, match="layer 'x' that is not in the design"):
        load_weights(network, {**weights, "x.weight": torch.zeros(1)})
    with pytest.raises(TrainingError, match=r"layer 'c' is \(2, 2\)"):
        load_weights(network, {**weights, "c.weight": torch.zeros(2, 2)})


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (torch.OutOfMemoryError("CUDA out of memory"), True),
        (MemoryError(), True),
        (RuntimeError("[enforce fail at alloc_cpu.cpp:124] DefaultCPUAllocator: can't allocate memory"), True),
        (RuntimeError("MPS backend out of memory"), True),
        (RuntimeError("shape mismatch"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_out_of_memory_is_told_from_other_errors(error: Exception, expected: bool) -> None:
    assert is_out_of_memory(error) is expected


def test_weights_that_do_not_fit_into_memory_name_the_layer(monkeypatch: pytest.MonkeyPatch) -> None:
    def build(self: Linear, inputs: object) -> nn.Module:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(Linear, "build", build)
    with pytest.raises(TrainingError, match="layer 'out'"):
        Network(tiny_cnn())


def test_eval_mode_and_back_as_torch_does_it_and_a_network_goes_when_nobody_holds_it() -> None:
    network = Network(tiny_cnn())
    for mode in (False, True):
        assert network.train(mode) is network
        ours = [module.training for module in network.modules()]
        torch.nn.Module.train(network, mode)
        assert ours == [module.training for module in network.modules()] == [mode] * len(ours)
    assert not network.eval().training
    twin = copy.deepcopy(network).train()
    assert twin.layers["bn"].training and not network.layers["bn"].training
    gc.disable()
    try:
        seen = weakref.ref(network)
        del network
        assert seen() is None
    finally:
        gc.enable()
