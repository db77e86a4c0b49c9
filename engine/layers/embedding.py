"""Embedding: tokens to vectors, looked up in a learned table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

from engine.design.kinds import Costs, FormulaLine, LayerKind, Shape, layer_kind, times
from engine.design.parameters import parameter
from engine.design.torch_call import TorchCall
from engine.errors import DesignError


@layer_kind
class Embedding(LayerKind):
    """Row w of a table of vocabulary × width for every token w; (length,) to (width, length), channels first."""

    kind: ClassVar[str] = "embedding"
    title: ClassVar[str] = "Embedding"
    category: ClassVar[str] = "linear"
    first_id: ClassVar[str] = "e1"
    has_filters: ClassVar[bool] = True
    help: ClassVar[str] = (
        "Turns each token (the number of a word in the vocabulary) into a vector of learned numbers, by looking up its row in a "
        "table. Words that are used alike come to have vectors that lie close together. It is what a linear layer without "
        "bias would compute from a one-hot code, without the multiplications. The numbers of a vector become the channels "
        "and the sentence's length stays, so that a 1-D convolution can follow. It reads the network's input."
    )
    reads: ClassVar[Literal["numbers", "tokens"]] = "tokens"
    vocabulary_field: ClassVar[str] = "vocabulary"

    vocabulary: int = parameter(1000, "How many different tokens there are; they are numbered from 0.", low=1, high=1 << 24)
    width: int = parameter(32, "How many numbers stand for one token.", low=1, high=65536)

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        if len(inputs[0]) != 1:
            raise DesignError(
                f"{self.kind} needs one token after another, but its input is {times(inputs[0])}",
                "Give the network an input of one size, the length of a sentence.",
                field="inputs",
            )
        return (self.width, *inputs[0])

    def costs(self, inputs: Sequence[Shape]) -> Costs:
        width, length = self.output_shape(inputs)
        return Costs(self.vocabulary * self.width, 0, width * length)

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        params = self.costs(inputs).params
        return (
            FormulaLine("y at t", "row wₜ of E", f"one of {self.vocabulary:,} rows of {self.width} numbers"),
            FormulaLine("shape", result=f"{inputs[0][0]} tokens → {times(self.output_shape(inputs))}"),
            FormulaLine("parameters", "V·K", f"{self.vocabulary}·{self.width}", f"{params:,}"),
        )

    def summary(self) -> str:
        return f"{self.vocabulary:,} words · width {self.width}"

    def torch(self, inputs: Sequence[Shape]) -> TorchCall:
        return TorchCall("nn.Embedding", (self.vocabulary, self.width), ours="engine.modules.token_embedding.TokenEmbedding")

    def call(self, module: str, names: Sequence[str]) -> str:
        return f"{module}({names[0]}.long()).movedim(-1, 1)"
