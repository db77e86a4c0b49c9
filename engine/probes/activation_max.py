"""Activation maximisation: the image that a unit, a channel or a class likes best, beside the best real image."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from engine.design.parameters import parameter
from engine.probing.ascent import Ascent, Climb
from engine.probing.base import PROBES, Probe, Subject
from engine.probing.real_images import BestReal, compare_with_data
from engine.probing.result import ImageStrip, ProbeResult
from engine.probing.subject import needs_image
from engine.probing.units import Unit, find_unit, unit_name
from engine.snapshot import Example
from engine.words import number

if TYPE_CHECKING:
    from engine.problem import Problem

FRAMES = 40  # pictures shown while the image forms
MAKING = 0.8  # share of the work that is making the image; the rest is looking through the real ones


@dataclass(frozen=True)
class Preset:
    """Weights of the regularisers, as in Climb, but ``jitter`` and ``blur`` as shares of what the unit sees."""

    total_variation: float
    decay: float
    jitter: float
    blur: float
    goal: float
    whole_images: bool


PRESETS = {
    "natural": Preset(total_variation=0.3, decay=1.0, jitter=1 / 14, blur=1 / 64, goal=3.0, whole_images=True),
    "sharp": Preset(total_variation=0.1, decay=0.1, jitter=1 / 28, blur=0.0, goal=inf, whole_images=True),
    "raw": Preset(total_variation=0.0, decay=0.0, jitter=0.0, blur=0.0, goal=inf, whole_images=False),
}


@PROBES.declare
class ActivationMax(Probe):
    """Gradient ascent on the image: Erhan et al. 2009; Simonyan et al. 2013; Yosinski et al. 2015."""

    kind: ClassVar[str] = "activation_max"
    title: ClassVar[str] = "Activation maximisation"
    help: ClassVar[str] = (
        "Changes an image step by step until a unit, channel or class answers as strongly as it can, and sets the best "
        "real image beside it. What is measured is the finished picture as a file would hold it: in range, in 256 levels, "
        "not jittered. A ratio above 1 means that it beats every real image it was compared with."
    )
    answer: ClassVar[type[ProbeResult]] = ImageStrip
    asks_image: ClassVar[bool] = False

    layer: str = parameter(
        "", "The layer's id; empty for the output layer, whose logit is maximised.", none_text="the output layer"
    )
    unit: int = parameter(0, "Which channel, unit or class of the layer.", low=0, high=1_000_000)
    at: str = parameter("centre", "Where on a feature map: 'centre', 'mean' over all positions, or row,column.")
    preset: Literal["natural", "sharp", "raw"] = parameter(
        "natural",
        "natural: stays near images of the data and stops when clearly stronger than any. sharp: as strong as can be, lightly "
        "smoothed. raw: no regulariser, to see why they are needed.",
    )
    steps: int = parameter(256, "Steps of gradient ascent.", low=1, high=100_000)
    seed: int = parameter(0, "Fixes the random starts and shifts.", low=0, high=2**31 - 1)
    jitter: int | None = parameter(
        None,
        "Shifts the image at random by up to so many pixels at each step, so that details do not hang on single pixels.",
        low=0,
        high=64,
        unit="px",
        none_text="the preset's, scaled to what the unit sees",
    )
    blur: float | None = parameter(
        None,
        "Every 4 steps a Gaussian blur of this width.",
        low=0.0,
        high=64.0,
        unit="px",
        none_text="the preset's, scaled to what the unit sees",
    )
    decay: float | None = parameter(
        None, "Pull towards the usual images of the data.", low=0.0, high=1e4, none_text="the preset's"
    )
    total_variation: float | None = parameter(
        None,
        "Price of differences between neighbouring pixels, scaled to the image's size.",
        low=0.0,
        high=1e4,
        none_text="the preset's",
    )
    learning_rate: float = parameter(
        0.1, "Size of a step of Adam, in standard deviations of the data's images.", low=1e-6, high=100.0
    )

    def fits(self, problem: Problem) -> str:
        return needs_image(problem)

    def run(self, subject: Subject, image: Example | None) -> Iterator[ProbeResult]:
        self.require_fit(subject)
        unit = find_unit(subject, self.layer, self.unit, self.at)
        name = unit_name(subject, unit)
        ascent = Ascent(subject, unit, self._climb(unit))
        every = max(1, self.steps // FRAMES)
        for step in range(self.steps):
            ascent.step(step)
            if step % every == 0 and step < self.steps - 1:
                picture, activation = ascent.best()
                yield ImageStrip(
                    headline=f"{name} forms: step {step + 1} of {self.steps}.",
                    facts=self._facts(name, ascent, activation),
                    done=MAKING * (step + 1) / self.steps,
                    pictures=(picture,),
                    captions=(f"made: {number(activation, 4)}",),
                )
        picture, activation = ascent.best()
        for best in compare_with_data(subject, unit):
            yield ImageStrip(
                headline=_headline(name, activation, best),
                facts=self._facts(name, ascent, activation) | _comparison(unit, activation, best),
                done=MAKING + (1 - MAKING) * best.done,
                pictures=(picture, best.picture),
                captions=(f"made: {number(activation, 4)}", f"best real, {best.source}: {number(best.value, 4)}"),
            )

    def _climb(self, unit: Unit) -> Climb:
        """The preset, scaled to what the unit sees, with the user's own values put in."""
        preset, seen = PRESETS[self.preset], min(unit.field)
        return Climb(
            steps=self.steps,
            seed=self.seed,
            learning_rate=self.learning_rate,
            total_variation=preset.total_variation if self.total_variation is None else self.total_variation,
            decay=preset.decay if self.decay is None else self.decay,
            jitter=int(preset.jitter * seen + 0.5) if self.jitter is None else self.jitter,
            blur=preset.blur * seen if self.blur is None else self.blur,
            goal=preset.goal,
            whole_images=preset.whole_images,
        )

    def _facts(self, name: str, ascent: Ascent, activation: float) -> dict[str, Any]:
        climb = ascent.climb
        return {
            "target": name,
            "layer": ascent.unit.layer,
            "unit": ascent.unit.index,
            "at": self.at if ascent.unit.is_map else "",
            "activation": activation,
            "preset": self.preset,
            "steps": climb.steps,
            "seed": climb.seed,
            "jitter": climb.jitter,
            "blur": climb.blur,
            "decay": climb.decay,
            "total_variation": climb.total_variation,
            "started_from": ascent.started_from,
        }


def _ratio(activation: float, real: float) -> float | None:
    """How many times as strong; None where the real one is not above 0, since then the quotient says nothing."""
    return activation / real if real > 0 else None


def _comparison(unit: Unit, activation: float, best: BestReal) -> dict[str, Any]:
    """Facts beside the best real image by the unit's own rule: the same position, or the mean. For one position of a map
    also beside the best at any position, since in a real image the pattern may lie elsewhere."""
    facts: dict[str, Any] = {
        "best_real_activation": best.value,
        "ratio": _ratio(activation, best.value),
        "best_real_image": best.source,
        "images_compared": best.compared,
    }
    if unit.position is not None:
        facts |= {"best_real_anywhere": best.anywhere, "ratio_anywhere": _ratio(activation, best.anywhere)}
    return facts


def _headline(name: str, activation: float, best: BestReal) -> str:
    real = f"{best.compared:,} real images"
    ratio = _ratio(activation, best.value)
    if best.is_constant and not activation > best.value:
        return f"{name} is dead: it gives {number(best.value, 4)} for all of {real}, and nothing that was tried changes it."
    if best.is_constant:
        return f"{name} gives {number(best.value, 4)} for all of {real}, yet the image made wakes it: {number(activation, 4)}."
    times = "" if ratio is None else f" (ratio {number(ratio)})"
    return f"{name} reaches {number(activation, 4)}; the best of {real} reaches {number(best.value, 4)}{times}."
