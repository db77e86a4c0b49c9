"""What a kind of layer is: the one declaration from which form, JSON, palette, shapes, costs, torch and source follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from engine.design.parameters import Kind, Kinds, Sizes
from engine.design.torch_call import TorchCall
from engine.design.values import changed_values
from engine.errors import DesignError
from engine.registry import brief

if TYPE_CHECKING:
    from torch import nn

Shape = tuple[int, ...]
"""One image or vector without the batch: (channels, height, width) or (features,)."""

CATEGORIES = ("shape", "convolution", "activation", "pooling", "normalisation", "linear", "joining")
"""Layer categories in the order of the palette; each has a colour in the themes."""


@dataclass(frozen=True)
class Costs:
    """``params`` learnable numbers; ``macs`` multiply-accumulates for one image (convolution and linear products only,
    no biases, normalisation, activations or pooling); ``activations`` output numbers for one image."""

    params: int = 0
    macs: int = 0
    activations: int = 0


@dataclass(frozen=True)
class FormulaLine:
    """One line of a layer's arithmetic: ``name = symbols = numbers = result``; empty parts are left out."""

    name: str
    symbols: str = ""
    numbers: str = ""
    result: str = ""


@dataclass(frozen=True)
class Window:
    """What output unit i reads along one dimension, in input units, none outside this reach (in exact numbers):
    i·stride − padding to i·stride − padding + (kernel − 1)·dilation + slack.

    Upsampling has a stride below 1, and units that read from different places: ``slack`` is how far these differ.
    """

    kernel: int = 1
    stride: int | Fraction = 1
    padding: int | Fraction = 0
    dilation: int = 1
    slack: int | Fraction = 0


@dataclass(frozen=True)
class Inner:
    """The layers that a layer is made of: ``layers`` (LayerSpecs), ``repeat`` copies of them one behind the other. What they
    give is the layer's output, or, where there is an ``end``, what that makes of the layer's own input and of what they give."""

    layers: tuple[Any, ...]
    repeat: int = 1
    end: LayerKind | None = None


class LayerKind(Kind):
    """The parameters of one layer, and what follows from them. Subclass it in one file of engine/layers/.

    ``inputs`` is always the shapes of the layers it reads, in order, at least one. Every method is pure; only ``build``
    imports torch. A misfit raises DesignError (without the layer's id: the caller adds it).
    """

    category: ClassVar[str] = ""
    first_id: ClassVar[str] = ""  # what the first new layer of it is called, such as "c1"; "" = as its kind
    inputs_allowed: ClassVar[tuple[int, int]] = (1, 1)  # fewest and most inputs
    width_field: ClassVar[str] = ""  # the parameter that is the first size of the output, such as "units"
    reads: ClassVar[Literal["numbers", "tokens"]] = "numbers"  # tokens: whole numbers, which only the network's input has
    vocabulary_field: ClassVar[str] = ""  # of a layer that reads tokens: the parameter that says how many different ones it knows
    terms: ClassVar[tuple[str, ...]] = ()  # what it adds to the loss; its module then returns WithTerms
    is_link: ClassVar[bool] = False  # an output activation that losses include: training leaves it out at the end
    rectifies: ClassVar[bool] = False  # where its output is 0 no gradient passes: a unit can be dead
    is_flat: ClassVar[bool] = False  # its derivative is 0 everywhere: nothing before it learns
    without_gradient: ClassVar[tuple[int, ...]] = ()  # the inputs, counted from 0, that get none back: they only say where
    only_reshapes: ClassVar[bool] = False  # hands on every number in order, in another shape
    partner_field: ClassVar[str] = ""  # the parameter that names the layer that it belongs to, such as an unpooling's pooling
    has_filters: ClassVar[bool] = False  # its module has a ``weight`` of two dimensions and more, one filter a row

    @property
    def inner(self) -> Inner | None:
        """The layers that it is made of, where they are layers of a design: the network is then built of these."""
        return None

    def paired(self, partner: LayerKind) -> LayerKind | None:
        """What it is together with the layer ``partner`` that ``partner_field`` names, reading what that reads after its own
        input; None where ``partner`` is of no use to it."""
        return None

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        """The shape of the output for one image; the input's own where a kind says nothing else."""
        return inputs[0]

    def costs(self, inputs: Sequence[Shape]) -> Costs:
        """What it costs: by default no parameters and no products."""
        return Costs(activations=prod(self.output_shape(inputs)))

    def compares_examples(self, inputs: Sequence[Shape]) -> bool:
        """Whether it can learn from several examples at a time only."""
        return False

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        """The arithmetic with this layer's numbers in it."""
        return ()

    def summary(self) -> str:
        """The key parameters in one short line, as on the card: "5×5 · 12 filters · pad 2"."""
        return " · ".join(f"{name.replace('_', ' ')} {value}" for name, value in changed_values(self).items())

    def windows(self, inputs: Sequence[Shape]) -> tuple[Window, ...] | None:
        """The window along each spatial dimension, for receptive fields; () = pointwise, None = reads everything."""
        return ()

    def torch(self, inputs: Sequence[Shape]) -> TorchCall | None:
        """How its module is made, for ``build`` and ``source`` alike; None where ``call`` needs no module."""
        raise NotImplementedError

    def call(self, module: str, names: Sequence[str]) -> str:
        """The Python expression that applies ``module`` (a variable's name) to the inputs called ``names``."""
        return f"{module}({', '.join(names)})"

    def build(self, inputs: Sequence[Shape]) -> nn.Module:
        """A fresh torch module whose ``forward`` takes one (N, *shape) tensor per input; never in place."""
        return (self.torch(inputs) or self._expression(len(inputs))).build()

    def source(self, inputs: Sequence[Shape]) -> str:
        """The Python expression that makes the same module, e.g. "nn.ReLU()"; "" where ``call`` needs no module."""
        return str(self.torch(inputs) or "")

    def _expression(self, count: int) -> TorchCall:
        """A module that computes what ``call`` prints for ``count`` inputs."""
        names = tuple(f"x{number}" for number in range(1, count + 1))
        return TorchCall("", (self.call("", names), names), ours="engine.modules.expression.Expression")


LAYER_KINDS: Kinds[LayerKind] = Kinds("layer kind", "engine.layers", DesignError)

K = TypeVar("K", bound=type[LayerKind])


def layer_kind(cls: K) -> K:
    """Class decorator: enrol a kind. From then on it is in the palette, the forms, the files and the tests."""
    if cls.category not in CATEGORIES:
        raise ValueError(f"{cls.kind}: unknown category '{cls.category}'")
    LAYER_KINDS.add(cls.kind, cls)
    return cls


def per_dimension(value: Sizes, dimensions: int, field: str) -> tuple[int, ...]:
    """``value`` as one integer per spatial dimension; DesignError where a list has another length."""
    if isinstance(value, int):
        return (value,) * dimensions
    if len(value) != dimensions:
        raise DesignError(
            f"{brief(list(value))} has {len(value)} numbers, not {dimensions}", "Give one per dimension.", field=field
        )
    return tuple(value)


def require_vector(shape: Shape, kind: str) -> None:
    """DesignError unless ``shape`` is (features,)."""
    if len(shape) != 1:
        raise DesignError(
            f"{kind} needs a vector, but its input is {times(shape)}", "Put a flatten layer before it.", field="inputs"
        )


def times(shape: Sequence[int]) -> str:
    """A shape in words: "12 × 28 × 28"."""
    return " × ".join(str(size) for size in shape)


def compact(sizes: Sequence[int]) -> str:
    """Sizes without spaces: "5×5"."""
    return "×".join(str(size) for size in sizes)
