"""Max unpooling: numbers back to where a max pooling found its maxima."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from engine.design.kinds import FormulaLine, LayerKind, Shape, layer_kind, times
from engine.design.parameters import parameter
from engine.errors import DesignError

POOLING = "max_pool2d"
"""The kind whose places it knows how to find."""


class PairedUnpool(LayerKind):
    """The unpooling together with its partner ``pool``, a max_pool2d. It stands in flat designs only.

    It reads (C, h, w) and what the pooling reads, (C, H, W), and gives (C, H, W): every number stands where the maximum of its
    window was, and elsewhere is 0. What several windows put at one place is added, as the pooling adds their gradients there.
    Units see what both inputs see, so that their field is taken as the whole input. Zeiler & Fergus 2014.
    """

    kind: ClassVar[str] = "max_unpool2d"
    title: ClassVar[str] = "Max unpooling"
    category: ClassVar[str] = "pooling"
    inputs_allowed: ClassVar[tuple[int, int]] = (2, 2)
    without_gradient: ClassVar[tuple[int, ...]] = (1,)

    pool: Any = parameter(None, "The max pooling that it undoes.")

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        given, read = inputs
        try:
            pooled = self.pool.output_shape([read])
        except DesignError as error:
            raise DesignError(f"the pooling that it undoes does not fit: {error.problem}", error.suggestion, field="of") from None
        if given != pooled:
            raise DesignError(
                f"its input is {times(given)}, but the pooling that it undoes gives {times(pooled)}",
                f"Bring it to {times(pooled)}, as by a convolution with {pooled[0]} filters and padding 'same', or name another "
                "pooling under 'of'.",
                field="of",
            )
        return read

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        return _lines(inputs)

    def windows(self, inputs: Sequence[Shape]) -> None:
        return None

    def torch(self, inputs: Sequence[Shape]) -> None:
        return None

    def call(self, module: str, names: Sequence[str]) -> str:
        """The places are worked out once more from what the pooling read, counted through each map."""
        given, read = names
        told = ", ".join(f"{name}={value!r}" for name, value in self.pool.torch(()).kwargs.items())
        places = f"nn.functional.max_pool2d({read}, {told}, return_indices=True)[1].flatten(2)"
        filled = f"torch.zeros_like({read}, dtype={given}.dtype).flatten(2).scatter_add(2, {places}, {given}.flatten(2))"
        return f"{filled}.reshape({read}.shape)"


@layer_kind
class MaxUnpool2d(LayerKind):
    """Every number back to where the max pooling found it, the rest 0. Zeiler & Fergus 2014."""

    kind: ClassVar[str] = "max_unpool2d"
    title: ClassVar[str] = "Max unpooling"
    category: ClassVar[str] = "pooling"
    first_id: ClassVar[str] = "u1"
    partner_field: ClassVar[str] = "of"
    help: ClassVar[str] = (
        "The way back up from a max pooling, which it names: every number goes to the place where the maximum of its window was "
        "(the pooling's switches), and all other places become 0. So edges come back where they were, as in the "
        "deconvolution networks of Zeiler and Fergus and in SegNet. It reads maps of the very shape that the pooling gives, and "
        "learns nothing: convolutions behind it fill in what is missing."
    )

    of: str = parameter("", "Which max pooling it undoes: the id of a max_pool2d layer before it.")

    def paired(self, partner: LayerKind) -> PairedUnpool | None:
        return PairedUnpool(pool=partner) if partner.kind == POOLING else None

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        """By itself it fits nowhere: in a flat design a ``PairedUnpool`` stands in its place."""
        problem = f"'{self.of}' is no max pooling before it" if self.of else "it does not know which max pooling it undoes"
        raise DesignError(problem, f"Name the max pooling under 'of': the id of a {POOLING} layer before it.", field="of")

    def formula(self, inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
        return _lines(inputs)

    def summary(self) -> str:
        return f"of {self.of}" if self.of else "of no pooling yet"

    def torch(self, inputs: Sequence[Shape]) -> None:
        return None


def _lines(inputs: Sequence[Shape]) -> tuple[FormulaLine, ...]:
    """The arithmetic, from what it reads to what its pooling reads."""
    return (
        FormulaLine("y", "Σ x of the windows whose maximum was here, else 0"),
        FormulaLine("shape", result=" → ".join(map(times, inputs))),
    )
