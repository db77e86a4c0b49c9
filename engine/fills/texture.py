"""Fills with a texture: the image blurred, and noise."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.design.parameters import parameter
from engine.fill import FILLS, Fill

if TYPE_CHECKING:
    from torch import Tensor

    from engine.data.meaning import Meaning


@FILLS.declare
class Blur(Fill):
    """A Gaussian of half the patch's size: what it hides are the details."""

    kind: ClassVar[str] = "blur"
    title: ClassVar[str] = "Blur"
    help: ClassVar[str] = (
        "The image itself, blurred with a Gaussian whose deviation is half of the patch: only details are hidden."
    )

    def cover(self, inputs: Tensor, meaning: Meaning, patch: tuple[int, int]) -> Tensor:
        from engine.probing.images import blurred

        return blurred(inputs, (patch[0] / 2, patch[1] / 2))


@FILLS.declare
class Noise(Fill):
    """Gaussian noise with the image's own mean and deviation."""

    kind: ClassVar[str] = "noise"
    title: ClassVar[str] = "Noise"
    help: ClassVar[str] = "Gaussian noise with this image's mean and deviation in each channel, the same at every question."

    seed: int = parameter(0, "Fixes the noise.", low=0, high=2**31 - 1)

    def cover(self, inputs: Tensor, meaning: Meaning, patch: tuple[int, int]) -> Tensor:
        import torch

        noise = torch.randn(inputs.shape, generator=torch.Generator().manual_seed(self.seed)).to(inputs)
        mean, deviation = inputs.mean(dim=(2, 3), keepdim=True), inputs.std(dim=(2, 3), keepdim=True, correction=0)
        return mean + noise * deviation
