"""One statement, printed and made."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from engine.design.kinds import LayerKind
from engine.design.torch_call import TorchCall, changed

NESTED = TorchCall("nn.Sequential", (TorchCall("nn.Linear", (3, 4), {"bias": False}), TorchCall("nn.ReLU")))
PRINTED = {
    "nn.ReLU()": TorchCall("nn.ReLU"),
    "nn.Conv2d(1, 6, kernel_size=(3, 5), padding_mode='reflect')": TorchCall(
        "nn.Conv2d", (1, 6), {"kernel_size": (3, 5), "padding_mode": "reflect"}
    ),
    "nn.MaxPool1d(kernel_size=(2,))": TorchCall("nn.MaxPool1d", kwargs={"kernel_size": (2,)}),
    "nn.Sequential(nn.Linear(3, 4, bias=False), nn.ReLU())": NESTED,
    "nn.ModuleDict({'a': nn.ReLU()})": TorchCall("nn.ModuleDict", ({"a": TorchCall("nn.ReLU")},)),
    "nn.ModuleList([nn.ReLU(), nn.Tanh()])": TorchCall("nn.ModuleList", ([TorchCall("nn.ReLU"), TorchCall("nn.Tanh")],)),
}


@pytest.mark.parametrize("source", PRINTED)
def test_what_is_printed_is_what_is_made(source: str) -> None:
    call = PRINTED[source]
    assert str(call) == source
    assert repr(call.build()) == repr(eval(source, {"nn": nn}))


def test_modules_are_fresh_each_time() -> None:
    first, second = NESTED.build(), NESTED.build()
    assert first[0] is not second[0] and not torch.equal(first[0].weight, second[0].weight)


def test_ours_is_built_in_the_place_of_torchs() -> None:
    call = TorchCall("nn.Dropout", (0.25,), ours="engine.modules.dropout.Dropout")
    module = call.build()
    assert str(call) == "nn.Dropout(0.25)" and type(module).__module__ == "engine.modules.dropout" and module.p == 0.25


def test_torch_is_told_what_differs_from_its_defaults_or_has_none() -> None:
    assert changed({"a": 1, "b": 2, "c": 3}, {"a": 1, "b": 1}) == {"b": 2, "c": 3}


def test_a_kind_that_says_nothing_of_its_module_is_a_bug_that_shows() -> None:
    with pytest.raises(NotImplementedError):
        LayerKind().build([(3,)])
