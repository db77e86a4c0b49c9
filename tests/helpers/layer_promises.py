"""What every kind of layer promises, as checks of one layer beside inputs of given shapes.

Each raises AssertionError where the promise is broken. The conformance tests call them for every registered kind; tests of
themselves call them for kinds that keep and that break them.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from engine.design.kinds import LayerKind, Shape
from engine.modules.random_module import RandomModule
from engine.modules.with_terms import WithTerms
from engine.own_modules import own_classes

BATCH = 2


def inputs_for(layer: LayerKind, shapes: Sequence[Shape], seed: int = 0) -> list[Tensor]:
    """One (2, *shape) tensor per input: normal numbers that want a gradient, or tokens of the layer's vocabulary."""
    generator = torch.Generator().manual_seed(seed)
    if layer.reads == "tokens":
        vocabulary = getattr(layer, layer.vocabulary_field) if layer.vocabulary_field else 2
        return [torch.randint(vocabulary, (BATCH, *shape), generator=generator) for shape in shapes]
    return [torch.randn(BATCH, *shape, generator=generator, requires_grad=True) for shape in shapes]


def unpacked(layer: LayerKind, returned: Any) -> tuple[Tensor, dict[str, Tensor]]:
    """Output and terms of what the layer's module returned; terms just where the kind declares them."""
    if not layer.terms:
        assert isinstance(returned, Tensor), "a kind without terms returns a tensor"
        return returned, {}
    assert isinstance(returned, WithTerms), "a kind with terms returns WithTerms"
    assert tuple(returned.terms) == layer.terms
    assert all(term.shape == () for term in returned.terms.values())
    return returned.output, returned.terms


def built(layer: LayerKind, shapes: Sequence[Shape]) -> nn.Module:
    """The layer's module with reproducible weights."""
    torch.manual_seed(0)
    return layer.build(shapes)


def shape_and_costs_are_torchs(layer: LayerKind, shapes: Sequence[Shape]) -> None:
    """Output shape, parameters and activations are those of the module, in training and eval mode."""
    module, costs = built(layer, shapes), layer.costs(shapes)
    assert sum(weights.numel() for weights in module.parameters()) == costs.params
    output, _ = unpacked(layer, module.eval()(*inputs_for(layer, shapes)))
    assert output.shape == (BATCH, *layer.output_shape(shapes))
    assert output[0].numel() == costs.activations


def sizes_of(module: nn.Module) -> list[tuple[str, tuple[int, ...]]]:
    """Names and shapes of its weights, in order."""
    return [(name, tuple(weights.shape)) for name, weights in module.state_dict().items()]


def source_computes_the_same(layer: LayerKind, shapes: Sequence[Shape]) -> None:
    """The printed Python, with nothing but torch in scope and the module's weights, gives the same outputs in eval mode."""
    module, inputs = built(layer, shapes).eval(), inputs_for(layer, shapes)
    output, _ = unpacked(layer, module(*inputs))
    names = [f"x{number}" for number in range(len(inputs))]
    scope: dict[str, Any] = {"nn": nn, "torch": torch, **dict(zip(names, inputs, strict=True))}
    source = layer.source(shapes)
    made = layer.torch(shapes)
    for text in own_classes(made).values() if made else ():
        exec(text, scope)  # a class of ours that torch does not have is printed with it
    if source:
        printed = eval(source, scope)
        assert sizes_of(printed) == sizes_of(module), "other weights"
        printed.load_state_dict(module.state_dict())
        scope["module"] = printed.eval()
    else:
        assert not module.state_dict(), "weights without a source"
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Using padding='same' with even kernel")
        again = eval(layer.call("module", names), scope)
    assert again.shape == output.shape and torch.allclose(again, output, rtol=1e-5, atol=1e-6), "other outputs"


def taught(layer: LayerKind, inputs: Sequence[Tensor]) -> list[Tensor]:
    """The inputs that a gradient comes back to: those that are measured and not declared to get none."""
    return [each for number, each in enumerate(inputs) if each.is_floating_point() and number not in layer.without_gradient]


def gradient_arrives(layer: LayerKind, shapes: Sequence[Shape]) -> None:
    """Where outputs are measured numbers, every weight and every input that is measured too has a finite gradient, but for the
    inputs that are declared to get none."""
    module, inputs = built(layer, shapes).eval(), inputs_for(layer, shapes)
    output, terms = unpacked(layer, module(*inputs))
    leaves = [*taught(layer, inputs), *module.parameters()]
    if not output.is_floating_point():
        assert not list(module.parameters()), "weights that whole-number outputs cannot teach"
        return
    if leaves:
        (output.sum() + sum(terms.values())).backward()
    assert all(leaf.grad is not None and torch.isfinite(leaf.grad).all() for leaf in leaves)
    assert all(inputs[number].grad is None for number in layer.without_gradient), "a gradient where none was declared"


def inputs_are_left_alone(layer: LayerKind, shapes: Sequence[Shape]) -> None:
    """Training changes no input in place, and a random gradient reaches each one that is measured numbers."""
    inputs = inputs_for(layer, shapes)
    before = [tensor.detach().clone() for tensor in inputs]
    output, _ = unpacked(layer, built(layer, shapes).train()(*inputs))
    assert layer.only_reshapes or output.data_ptr() not in {tensor.data_ptr() for tensor in inputs}
    assert all(torch.equal(tensor.detach(), old) for tensor, old in zip(inputs, before, strict=True))
    measured = taught(layer, inputs)
    if measured and output.is_floating_point():
        (output * torch.randn(output.shape, generator=torch.Generator().manual_seed(1))).sum().backward()
        assert all(tensor.grad is not None and (tensor.grad.abs().sum() > 0) != layer.is_flat for tensor in measured)


def multiply_adds_are_torchs(layer: LayerKind, shapes: Sequence[Shape]) -> None:
    """Torch's own count of the products in matrix products and convolutions, for one image. What oneDNN does in one piece, such
    as a whole LSTM, it does not see: that is left out."""
    module = built(layer, shapes).eval()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "TF32 acceleration")
        with torch.backends.mkldnn.flags(enabled=False), FlopCounterMode(display=False) as counter, torch.no_grad():
            module(*[tensor.detach()[:1] for tensor in inputs_for(layer, shapes)])
    assert counter.get_total_flops() == 2 * layer.costs(shapes).macs


def draws_are_its_own(layer: LayerKind, shapes: Sequence[Shape]) -> None:
    """In training nothing is drawn from torch's global generator, and equal generators give equal outputs."""
    module = built(layer, shapes).train()
    outputs = []
    for twin in (module, copy.deepcopy(module)):
        for part in twin.modules():
            if isinstance(part, RandomModule):
                part.generator = torch.Generator().manual_seed(5)
        before = torch.get_rng_state()
        outputs.append(unpacked(layer, twin(*inputs_for(layer, shapes)))[0])
        assert torch.equal(torch.get_rng_state(), before), "it draws from torch's global generator"
    assert torch.equal(*outputs), "equal generators, other outputs"


def filters_are_declared(layer: LayerKind, shapes: Sequence[Shape]) -> None:
    """It says so if, and only if, its module has a weight that can be looked at as filters."""
    weight = getattr(built(layer, shapes), "weight", None)
    assert layer.has_filters == (isinstance(weight, Tensor) and weight.dim() > 1)


PROMISES: tuple[Callable[[LayerKind, Sequence[Shape]], None], ...] = (
    shape_and_costs_are_torchs,
    source_computes_the_same,
    gradient_arrives,
    multiply_adds_are_torchs,
    draws_are_its_own,
    filters_are_declared,
)
"""What holds for every layer that fits; ``inputs_are_left_alone`` wants roomy inputs besides."""
