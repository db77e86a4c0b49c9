"""Gradient ascent on images: a few candidates climb a unit while regularisers keep them near images of the data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.errors import ProbeError
from engine.probing.base import Subject
from engine.probing.image_prior import ImagePrior, fit_images, fit_pixels, sample
from engine.probing.images import as_bytes, blurred, shifted, total_variation
from engine.probing.subject import encoded, require_finite
from engine.probing.units import Unit, before_activation, outputs_of

CANDIDATES = 4  # images sought at once, from different starts; the best is the answer
SAMPLE = 500  # training images from which the scale of the activation and the look of images are learned
BATCH = 100
COMPONENTS = 64
STARTS = (0.3, 1.0, 2.0)  # size of the first random code; the larger ones only where the unit gives no gradient
BLUR_EVERY = 4  # steps, as in Yosinski et al. 2015
OUT_OF_RANGE = 10.0  # weight of what lies beyond 0..1 and is clamped away
SHAPING = 0.5  # share of the steps in which the regularisers have their full weight, then LATE_WEIGHT of it
LATE_WEIGHT = 0.1
SETTLING = 0.6  # share of the steps after which the learning rate falls, then LATE_RATE of it
LATE_RATE = 0.3


@dataclass(frozen=True)
class Climb:
    """How to climb. ``total_variation`` and ``decay`` are weights against the activation in standard deviations over real
    images; ``jitter`` and ``blur`` are in pixels. ``goal``: push until the image exceeds the usual real one this many times
    as far as the best real one does. With ``whole_images`` a unit that sees most of the picture starts from the look of
    whole images of the data, else only from their mean colour."""

    steps: int
    seed: int
    learning_rate: float
    total_variation: float
    decay: float
    jitter: int
    blur: float
    goal: float
    whole_images: bool


class Ascent:
    """The images in the making, as codes of an ImagePrior, and the one optimiser that moves them.

    ``started_from`` is "noise", or "real images" where no noise moves the unit. Never touches the global random numbers.
    """

    def __init__(self, subject: Subject, unit: Unit, climb: Climb) -> None:
        self.subject, self.unit, self.climb = subject, unit, climb
        self.aim = before_activation(subject, unit)
        self.started_from = "noise"
        self._generator = torch.Generator().manual_seed(climb.seed)
        real = sample(subject, SAMPLE).float() / 255
        self._require_slope(real[:1])
        self._prior = self._fit(real)
        values = self._aim_values(real)
        require_finite(values, f"What {unit.layer} answers")
        self._usual, self._spread = float(values.mean()), float(values.std(correction=0)) or 1.0
        self._ceiling = self._usual + climb.goal * max(float(values.max()) - self._usual, self._spread)
        self._start(real[values.argsort(descending=True)[:CANDIDATES]])

    def _require_slope(self, picture: Tensor) -> None:
        """ProbeError where the layer answers with whole numbers: they change in jumps, so there is no slope to climb."""
        outputs = outputs_of(self.subject, self.unit.layer, encoded(self.subject, picture))
        if not outputs.is_floating_point():
            problem = f"Layer '{self.unit.layer}' answers with whole numbers, which have no slope to climb"
            raise ProbeError(problem, "Ask about a layer before it.")

    def _fit(self, real: Tensor) -> ImagePrior:
        """Whole images for units that see most of the picture, else pixels: a small pattern may lie anywhere in an image."""
        height, width = real.shape[-2:]
        sees_most = 2 * self.unit.field[0] > height and 2 * self.unit.field[1] > width
        return fit_images(real, COMPONENTS) if sees_most and self.climb.whole_images else fit_pixels(real)

    def _read(self, pictures: Tensor, unit: Unit) -> Tensor:
        """(N,) what ``unit`` makes of pictures (N, C, H, W) in 0..1."""
        return unit.read(outputs_of(self.subject, unit.layer, encoded(self.subject, pictures)))

    @torch.no_grad()
    def _aim_values(self, pictures: Tensor) -> Tensor:
        return torch.cat([self._read(part, self.aim) for part in torch.split(pictures, BATCH)]).float()

    def _start(self, favourites: Tensor) -> None:
        """Choose codes from which the unit can be climbed: small noise, else larger noise, else the best real images."""
        for size in STARTS:
            self._begin(size * torch.randn(CANDIDATES, self._prior.size, generator=self._generator).to(self._prior.mean))
            if self._has_gradient():
                return
        self.started_from = "real images"
        self._begin(self._prior.codes(favourites))

    def _begin(self, codes: Tensor) -> None:
        self._codes = codes.clone().requires_grad_(True)
        self._optimiser = torch.optim.Adam([self._codes], self.climb.learning_rate)

    def _has_gradient(self) -> bool:
        with torch.enable_grad():
            value = self._read(self._pictures()[0], self.aim).sum()
            (gradient,) = torch.autograd.grad(value, self._codes)
        return bool(gradient.any())

    def _pictures(self) -> tuple[Tensor, Tensor]:
        """(clamped, free) images of the codes. Through the clamped ones the gradient passes as if they were free, so that a
        pixel can come back from beyond its range."""
        free = self._prior.images(self._codes)
        return free + (free.clamp(0, 1) - free).detach(), free

    def step(self, number: int) -> None:
        """One step of gradient ascent on the activation minus the regularisers."""
        for group in self._optimiser.param_groups:
            group["lr"] = self.climb.learning_rate * (1.0 if number < SETTLING * self.climb.steps else LATE_RATE)
        with torch.enable_grad():
            (self._codes.grad,) = torch.autograd.grad(self._loss(number), self._codes)
        self._optimiser.step()
        if self.climb.blur > 0 and number % BLUR_EVERY == 0 and number < SETTLING * self.climb.steps:
            self._blur()

    def _loss(self, number: int) -> Tensor:
        weights = self.climb
        pictures, free = self._pictures()
        value = self._read(shifted(pictures, weights.jitter, self._generator), self.aim)
        gain = (value.clamp(max=self._ceiling) - self._usual) / self._spread
        rough = weights.total_variation * total_variation(pictures)
        unusual = weights.decay * self._codes.square().sum(dim=1) / len(self._prior.mean)
        outside = (free - free.detach().clamp(0, 1)).square().flatten(1).mean(dim=1)
        late = 1.0 if number < SHAPING * self.climb.steps else LATE_WEIGHT
        return (late * (rough + unusual) + OUT_OF_RANGE * outside - gain).sum()

    @torch.no_grad()
    def _blur(self) -> None:
        """Blur the part of the codes that stands for single pixels; the components are as smooth as the data are."""
        k = self._prior.directions.shape[1]
        sigma = self.climb.blur
        pixels = self._codes[:, k:].view(-1, *self._prior.shape)
        self._codes[:, k:] = blurred(pixels, (sigma, sigma)).flatten(1)

    @torch.no_grad()
    def best(self) -> tuple[NDArray[np.float32], float]:
        """The best candidate as a file would hold it (C, H, W), and what the unit makes of that."""
        pictures = as_bytes(self._pictures()[0])
        best = int(self._read(pictures, self.aim).argmax())
        activation = float(self._read(pictures[best : best + 1], self.unit)[0])
        return pictures[best].float().cpu().numpy(), activation
