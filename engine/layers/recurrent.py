"""Recurrent layers: a state that is carried along a sequence, by gates that are learned."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import ClassVar

from engine.design.kinds import Costs, FormulaLine, LayerKind, Shape, layer_kind, times
from engine.design.parameters import parameter
from engine.design.torch_call import TorchCall, changed
from engine.errors import DesignError
from engine.words import counted

LAST = (
    "The output is the state at every step; to answer with one vector for all of the sequence, put global max or average "
    "pooling behind it, or a crop that leaves the last step."
)


class Recurrent(LayerKind):
    """(features, length) to (units, length), one step after another; in both directions to (2·units, length), forwards first."""

    category: ClassVar[str] = "linear"
    first_id: ClassVar[str] = "r1"
    maps: ClassVar[int]  # linear maps of input and state in each step: one a gate, one of what is new
    module: ClassVar[str]  # torch's name of it
    steps: ClassVar[tuple[FormulaLine, ...]]

    units: int = parameter(32, "How many numbers the state has.", low=1, high=65536)
    bidirectional: bool = parameter(False, "Read the sequence backwards too, with weights of its own.")

    @property
    def _directions(self) -> int:
        return 2 if self.bidirectional else 1

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        if len(inputs[0]) != 2:
            before = "an embedding or " if len(inputs[0]) == 1 else ""
            raise DesignError(
                f"{self.kind} needs a sequence (features × length), but its input is {times(inputs[0])}",
                f"Put {before}a reshape layer before it, or change the input shape.",
                field="inputs",
            )
        return (self.units * self._directions, inputs[0][1])

    def costs(self, inputs: Sequence[Shape]) -> Costs:
        """Torch keeps two biases for each number of each map, one beside either product."""
        output = self.output_shape(inputs)
        numbers = self._directions * self.maps * self.units
        products = numbers * (inputs[0][0] + self.units)
        return Costs(products + 2 * numbers, products * output[1], prod(output))

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        (features, length), costs = inputs[0], self.costs(inputs)
        both = ("2·", "2·") if self.bidirectional else ("", "")
        numbers = f"{both[1]}{self.maps}·{self.units}·({features} + {self.units}"
        symbols = f"{both[0]}{self.maps}·K·(N + K"
        backwards = (FormulaLine("both directions", "(h→, h←)", f"{self.units} + {self.units} numbers"),)
        return (
            *self.steps,
            *(backwards if self.bidirectional else ()),
            FormulaLine("shape", result=f"{times(inputs[0])} → {times(self.output_shape(inputs))}"),
            FormulaLine("parameters", f"{symbols} + 2)", f"{numbers} + 2)", f"{costs.params:,}"),
            FormulaLine("multiply-adds", f"{symbols})·L", f"{numbers})·{length}", f"{costs.macs:,}"),
        )

    def summary(self) -> str:
        return counted(self.units, "unit") + (" · both directions" if self.bidirectional else "")

    def windows(self, inputs: Sequence[Shape]) -> None:
        return None

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        told = changed({"bidirectional": self.bidirectional}, {"bidirectional": False})
        ours = f"engine.modules.recurrent.ChannelsFirst{self.module}"
        return TorchCall(f"nn.{self.module}", (inputs[0][0], self.units), told, ours)

    def call(self, module: str, names: Sequence[str]) -> str:
        return f"{module}({names[0]}.movedim(2, 0))[0].movedim(0, 2)"


@layer_kind
class Lstm(Recurrent):
    """Long short-term memory: a cell that three gates write, keep and read. Hochreiter & Schmidhuber 1997; Gers et al. 2000."""

    kind: ClassVar[str] = "lstm"
    title: ClassVar[str] = "LSTM"
    maps: ClassVar[int] = 4
    module: ClassVar[str] = "LSTM"
    steps: ClassVar[tuple[FormulaLine, ...]] = (
        FormulaLine("i, f, o at t", "σ(W·xₜ + U·h + b)"),
        FormulaLine("g at t", "tanh(W·xₜ + U·h + b)"),
        FormulaLine("c", "f·c + i·g"),
        FormulaLine("h", "o·tanh(c)"),
    )
    help: ClassVar[str] = (
        "Reads a sequence step by step and keeps a memory: gates decide at each step what is written into it, what is kept and "
        "what is shown. As the memory is added to and not multiplied anew, gradients reach back over many steps: for words, "
        f"signals and captions. {LAST}"
    )


@layer_kind
class Gru(Recurrent):
    """Gated recurrent unit: a state that two gates renew. Cho et al. 2014, with the reset behind the product, as torch has it."""

    kind: ClassVar[str] = "gru"
    title: ClassVar[str] = "GRU"
    maps: ClassVar[int] = 3
    module: ClassVar[str] = "GRU"
    steps: ClassVar[tuple[FormulaLine, ...]] = (
        FormulaLine("r, z at t", "σ(W·xₜ + U·h + b)"),
        FormulaLine("n at t", "tanh(W·xₜ + b + r·(U·h + c))"),
        FormulaLine("h", "(1 − z)·n + z·h"),
    )
    help: ClassVar[str] = (
        "A simpler LSTM: no memory apart from the state, two gates instead of three and a quarter fewer weights, and mostly as "
        f"good. One gate says how much of the old state is forgotten, the other how much of it stays as it is. {LAST}"
    )
