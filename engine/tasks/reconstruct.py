"""Reconstruct: the network is to answer with what it was given. Autoencoders; with noise, denoising ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

from engine.data.meaning import Slot
from engine.data.meanings.grids import Grid
from engine.data.meanings.vector import Vector
from engine.design.kinds import Shape
from engine.design.parameters import parameter
from engine.snapshot import Metric
from engine.task import TASKS, Roles, Tally, slot_with
from engine.task_pictures import PictureTask

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from engine.build import Outputs


@TASKS.declare
class Reconstruct(PictureTask):
    """Input and target are one slot; images are compared as pixels in 0..1."""

    kind: ClassVar[str] = "reconstruct"
    title: ClassVar[str] = "Reconstruct"
    help: ClassVar[str] = (
        "Answers with its own input, through a narrow or a sparse code in the middle: an autoencoder. With noise on the input it "
        "learns to clean pictures (Vincent et al. 2008)."
    )
    usual_loss: ClassVar[str] = "mse"
    metrics: ClassVar[tuple[Metric, ...]] = (Metric("mse", "Mean squared error", "", "lower"),)
    score_units: ClassVar[tuple[str, ...]] = ("likeness",)

    noise: float = parameter(
        0.0, "Deviation of the Gaussian noise on the input, in standard units; the target stays clean.", low=0.0, high=10.0
    )

    @classmethod
    def suits(cls, slots: Mapping[str, Slot], output: Shape) -> bool:
        first = next(iter(slots.values()))
        return isinstance(first.meaning, Grid | Vector) and output == first.network_shape

    def roles(self, slots: Mapping[str, Slot]) -> Roles:
        slot = slot_with(slots, (Grid, Vector), "picture and no numbers to reconstruct")
        return Roles(slot, slot)

    def prepare(self, batch: Mapping[str, Tensor], roles: Roles, generator: torch.Generator | None) -> tuple[Tensor, Tensor]:
        inputs, targets = super().prepare(batch, roles, generator)
        if generator is None or self.noise == 0:
            return inputs, targets
        import torch

        noise = torch.randn(inputs.shape, generator=generator, device=inputs.device, dtype=inputs.dtype)
        return inputs.add(noise, alpha=self.noise), targets

    def tallies(self, outputs: Outputs, targets: Tensor) -> dict[str, Tally]:
        return {"mse": ((outputs.main.detach() - targets).square().sum(), float(targets.numel()))}

    def questions(self, roles: Roles) -> tuple[str, ...]:
        return ("reconstruction",)

    def scores(self, outputs: Outputs, targets: Tensor | None, roles: Roles, unit: str) -> Tensor:
        """Minus the squared error against the undisturbed example, so that more is better; without one, minus the answer's own
        mean square."""
        wanted = 0.0 if targets is None else targets
        return -(outputs.main - wanted).square().flatten(1).mean(1, keepdim=True)

    def score_name(self, question: str, unit: str, known: bool) -> str:
        return "The answer's likeness to the image (minus its mean squared error)" if known else "Minus the answer's mean square"
