"""NetworkDesign to torch: a module whose submodules carry the layers' ids and whose forward follows the wiring."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from engine.design.check import require_valid
from engine.design.network import NETWORK_INPUT, NetworkDesign
from engine.design.places import owner
from engine.errors import TrainingError
from engine.modules.random_module import RandomModule
from engine.modules.with_terms import WithTerms

Builder = Callable[[Sequence[tuple[int, ...]]], nn.Module]

OUT_OF_MEMORY_TEXTS = ("out of memory", "can't allocate memory", "not enough memory")


Inputs = Tensor | Mapping[str, Tensor]
"""What a network reads: (N, *input_shape), or for a design with further inputs all of them by name, the main one as ""."""


class Outputs(NamedTuple):
    """What a network answers. ``main`` is the output of its last layer; where the design ends in softmax, the logits before it.

    ``heads`` are the outputs of auxiliary heads, ``kept`` those of layers that were asked for, both by id; ``terms`` are what
    layers add to the loss, by "ID.name".
    """

    main: Tensor
    heads: Mapping[str, Tensor] = {}
    kept: Mapping[str, Tensor] = {}
    terms: Mapping[str, Tensor] = {}


class LayerModules(nn.ModuleDict):
    """Modules by layer id, whatever that is: torch's own refuses what it has methods called, such as "values" or "train"."""

    def add_module(self, name: str, module: nn.Module | None) -> None:
        self._modules[name] = module  # type: ignore[assignment]  # None stands in it too

    def _load_from_state_dict(self, *_: Any) -> None:
        """It has no weights itself; torch's own takes what is called "b.0.c.weight" for that of a module "b", and unexpected."""


class Network(nn.Module):
    """A built design. ``design`` is it taken apart (``NetworkDesign.flat``), ``layers`` maps ids, the places of its layers, to
    modules; ``forward`` returns Outputs.

    An output activation that the losses include (softmax) is left out at the end of ``main``: ``link`` is its kind, "" where
    there is none, and ``main_id`` the layer whose output ``main`` is. ``report`` has all shapes and costs. ``current`` is the id
    of the layer that ran last: when a step fails, the culprit. ``between``, where it is set, is called in ``forward`` with the
    output of each layer, before the next one runs; it may raise.
    """

    def __init__(self, design: NetworkDesign) -> None:
        super().__init__()
        report = require_valid(design)
        self.design = design = design.flat
        self.report = report
        self.current = ""
        self.between: Callable[[Tensor], None] | None = None
        self.layers = LayerModules()
        for spec, layer in zip(design.layers, report.leaves, strict=True):
            self.layers[spec.id] = _build_layer(spec.id, spec.parameters.build, layer.inputs)
        self._plan = [(spec.id, self.layers[spec.id], names) for spec, names in zip(design.layers, design.wiring(), strict=True)]
        self._places = design.outputs
        last = design.layers[-1]
        self.link = last.kind if last.parameters.is_link and len(design.layers) > 1 else ""
        self.main_id = self._plan[-1][2][0] if self.link else last.id
        self._main_plan = self._plan[:-1] if self.link else self._plan
        self._parts = tuple(self.layers.modules())  # not itself: a network has to go when nobody holds it
        self._is_chain = _is_chain(design) and not design.heads and not any(spec.parameters.terms for spec in design.layers)

    def train(self, mode: bool = True) -> Network:
        """As torch's, in less time, for the modules that were built: a run that is watched goes into eval mode and back eight
        times a second. A module's own ``train`` is not asked."""
        for module in (self, *self._parts):
            module.__dict__["training"] = mode  # twenty times faster than module.training on a torch module
        return self

    def forward(self, inputs: Inputs, keep: Collection[str] = ()) -> Outputs:
        """``inputs`` to Outputs; ``keep`` are the places of layers whose outputs are wanted too."""
        if self._is_chain and not keep and self.between is None:
            outputs = inputs
            for id, module, _ in self._main_plan:
                self.__dict__["current"] = id
                outputs = module(outputs)
            return Outputs(outputs)  # type: ignore[arg-type]
        values, terms = self._run(inputs, self._main_plan, self.between)
        heads = {id: values[id] for id, _ in self.design.heads}
        return Outputs(values[self.main_id], heads, {place: values[self._places[place]] for place in keep}, terms)

    def activations(self, inputs: Inputs, places: Iterable[str] | None = None) -> dict[str, Tensor]:
        """The outputs of the layers at ``places`` (by default of all ``layers``), softmax included, keyed by place."""
        everything, _ = self._run(inputs, self._plan)
        return {place: everything[self._places[place]] for place in (self.layers if places is None else places)}

    def until(self, inputs: Inputs, place: str) -> Tensor:
        """The output of the layer at ``place``, running no layer behind it."""
        id = self._places[place]
        end = next(index for index, (name, _, _) in enumerate(self._plan) if name == id)
        return self._run(inputs, self._plan[: end + 1])[0][id]

    def draw_from(self, generator: torch.Generator | None) -> None:
        """Have every layer that draws random numbers draw them from ``generator``, which lives on the network's device."""
        for module in self.modules():
            if isinstance(module, RandomModule):
                module.generator = generator

    def _run(
        self,
        inputs: Inputs,
        plan: Sequence[tuple[str, nn.Module, tuple[str, ...]]],
        between: Callable[[Tensor], None] | None = None,
    ) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        """The outputs of all layers of ``plan`` by id, and the terms that they add to the loss."""
        values, terms = _sources(inputs), {}
        for id, module, names in plan:
            self.__dict__["current"] = id
            output = module(*[values[name] for name in names])
            if isinstance(output, WithTerms):
                terms.update({f"{id}.{name}": term for name, term in output.terms.items()})
                output = output.output
            values[id] = output
            if between is not None:
                between(output)
        return values, terms


def _sources(inputs: Inputs) -> dict[str, Tensor]:
    """The network's inputs under the names by which layers read them."""
    if isinstance(inputs, Tensor):
        return {NETWORK_INPUT: inputs}
    return {f"@{name}" if name else NETWORK_INPUT: values for name, values in inputs.items()}


def restore(design: NetworkDesign, weights: Mapping[str, Tensor], device: torch.device | str = "cpu") -> Network:
    """``design`` built with given weights (names as in ``Network.layers.state_dict()``), in eval mode, with no gradients.

    No random number is drawn, so that a copy made beside a running training does not disturb its dropout. TrainingError if
    the weights belong to another design.
    """
    with torch.device("meta"):
        network = Network(design)
    network._apply(partial(_empty, device))  # type: ignore[no-untyped-call]  # as to_empty, which imports sympy for it
    lay_out(network, torch.device(device))
    load_weights(network, weights)
    return network.eval().requires_grad_(False)


def _empty(device: torch.device | str, weight: Tensor) -> Tensor:
    """Room on ``device`` for what is as large as ``weight``."""
    return torch.empty(weight.shape, dtype=weight.dtype, device=device)


def lay_out(network: Network, device: torch.device) -> None:
    """Weights in the order that suits ``device``: on a CPU the kernels of images channels last, with which convolutions are
    quicker, whatever the batch's strides; those of volumes are not. As for training so for copies: another order would round
    differently on some processors."""
    if device.type == "cpu":
        for module in network.modules():
            for weight in module.parameters(recurse=False):
                if weight.dim() == 4:
                    weight.data = _channels_last(weight.data, getattr(module, "groups", 1) > 1)


def _channels_last(kernels: Tensor, is_grouped: bool) -> Tensor:
    """``kernels`` (out, in, height, width) with their channels last in memory. Those of one channel are so anyway, and torch has
    to be told by their strides, which its convolutions go by: LeNet-5 took a tenth more time, on some processors a third. Where
    every channel has kernels of its own, the batch's strides are the better guide."""
    _, channels, height, width = kernels.shape
    if channels == 1 and not is_grouped:
        return kernels.contiguous().as_strided(kernels.shape, (height * width, 1, width, 1))
    return kernels.contiguous(memory_format=torch.channels_last)


def load_weights(network: Network, weights: Mapping[str, Tensor]) -> None:
    """Copy ``weights`` into ``network``; TrainingError names the first layer that they do not fit."""
    expected = network.layers.state_dict()
    for name in sorted(expected.keys() | weights.keys(), key=[*expected, *weights].index):
        layer = owner(name, network.design.outputs)
        part = name[len(layer) + 1 :]
        if name not in weights:
            raise TrainingError(f"The saved weights have no '{part}' for layer '{layer}'", _OTHER_DESIGN)
        if name not in expected:
            raise TrainingError(f"The saved weights are for a layer '{layer}' that is not in the design", _OTHER_DESIGN)
        if expected[name].shape != weights[name].shape:
            saved, wanted = tuple(weights[name].shape), tuple(expected[name].shape)
            raise TrainingError(f"The saved {part} of layer '{layer}' is {saved}, but the design wants {wanted}", _OTHER_DESIGN)
    network.layers.load_state_dict(dict(weights))


_OTHER_DESIGN = "Open them with the design they were trained with."


def _is_chain(design: NetworkDesign) -> bool:
    """Whether every layer reads just the one before: then nothing has to be remembered on the way."""
    before = (NETWORK_INPUT, *(spec.id for spec in design.layers))
    return all(names == (before[index],) for index, names in enumerate(design.wiring()))


def _build_layer(id: str, build: Builder, inputs: Sequence[tuple[int, ...]]) -> nn.Module:
    try:
        return build(inputs)
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise TrainingError(
            f"There is not enough memory for the weights of layer '{id}'",
            "Make it smaller or use a pooling layer before it.",
        ) from None


def is_out_of_memory(error: BaseException) -> bool:
    """Whether ``error`` is torch's or Python's way of saying that memory ran out, on any device."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(text in str(error).lower() for text in OUT_OF_MEMORY_TEXTS)
