"""What a fill is: what shows where a probe covers a part of an image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.design.parameters import Kind, Kinds
from engine.errors import ProbeError

if TYPE_CHECKING:
    from torch import Tensor

    from engine.data.meaning import Meaning


class Fill(Kind):
    """Subclass it in one file of engine/fills/. Importing one loads no torch."""

    def cover(self, inputs: Tensor, meaning: Meaning, patch: tuple[int, int]) -> Tensor:
        """(1, C, H, W) the whole of ``inputs`` (1, C, H, W) as it looks where the patch lies, in units after normalisation.

        ``meaning`` is the input's, to come from natural units; ``patch`` is height and width of what is covered.
        """
        raise NotImplementedError

    def shorthand(self) -> Any:
        """What stands for it in results: a number, or None where it is written out."""
        return None


def _number(text: str) -> dict[str, Any] | None:
    """The fill that a number stands for."""
    try:
        return {"kind": "number", "value": float(text)}
    except ValueError:
        return None


FILLS: Kinds[Fill] = Kinds("fill", "engine.fills", ProbeError, _number)
