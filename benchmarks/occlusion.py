"""Time of one occlusion map against Captum's Occlusion, one position a pass and at its best batch size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from benchmarks.base import Pairs, Row, in_turn, seconds, torch_threads
from engine.build import Network
from engine.data.dataset import DataSet, Split
from engine.data.meaning import slots
from engine.data.meanings.classes import Classes
from engine.data.meanings.grids import Image
from engine.design.network import LayerSpec, NetworkDesign, layer
from engine.errors import LayerscopeError
from engine.probes.occlusion import Occlusion
from engine.probing.base import Subject
from engine.probing.result import HeatMap
from engine.probing.subject import as_input, make_subject
from engine.problem import make_problem
from engine.snapshot import Example
from engine.zoo import network

BATCHES = (1, 16, 64, 256)
PATCHES = ((4, 1), (8, 2))
TOLERANCE = 1e-4  # of logits in single precision


@dataclass(frozen=True)
class Case:
    """One network asked with one patch and stride."""

    subject: Subject
    image: Example
    patch: int
    stride: int

    @property
    def name(self) -> str:
        """In words: "LeNet-5 1×28×28, patch 4, stride 1"."""
        shape = "×".join(map(str, self.subject.design.input_shape))
        return f"{self.subject.design.name} {shape}, patch {self.patch}, stride {self.stride}"


def run(quick: bool) -> list[Row]:
    """Two networks, two patches each; one torch thread. The maps are checked to be equal before they are timed."""
    rounds = 3 if quick else 15
    with torch_threads(1):
        cases = [Case(subject, image, *sizes) for subject, image in _subjects() for sizes in PATCHES]
        return [row for case in cases for row in _rows(case, rounds, 1 if quick else 3)]


def _rows(case: Case, rounds: int, trials: int) -> list[Row]:
    captum = {batch: _captum(case, batch) for batch in BATCHES}
    _check(case, captum[BATCHES[-1]]())
    best = min(BATCHES, key=lambda batch: min(seconds(captum[batch]) for _ in range(trials)))
    one = in_turn(lambda: _ours(case), captum[1], rounds)
    other = in_turn(lambda: _ours(case), captum[best], rounds)
    return [_row(case, one, "one position a pass"), _row(case, other, f"its best of {BATCHES} positions a pass, {best}")]


def _row(case: Case, pairs: Pairs, how: str) -> Row:
    theirs = 1000 * pairs.baseline_seconds
    return Row(case.name, "time of one map", 1000 * pairs.seconds, "ms", f"Captum, {how}: {theirs:.1f} ms", pairs.speed_up)


def _ours(case: Case) -> HeatMap:
    probe = Occlusion(patch=case.patch, stride=case.stride, output="logit")
    *_, last = probe.run(case.subject, case.image)
    assert isinstance(last, HeatMap)
    return last


def _captum(case: Case, batch: int) -> Callable[[], Tensor]:
    from captum.attr import Occlusion as CaptumOcclusion

    inputs = as_input(case.subject, case.image)
    with torch.no_grad():
        target = int(case.subject.network(inputs).main.argmax())
    channels = inputs.shape[1]
    method = CaptumOcclusion(lambda images: case.subject.network(images).main)

    @torch.no_grad()
    def attribute() -> Tensor:
        answer: Tensor = method.attribute(
            inputs,
            sliding_window_shapes=(channels, case.patch, case.patch),
            strides=(channels, case.stride, case.stride),
            target=target,
            perturbations_per_eval=batch,
        )
        return answer

    return attribute


def _check(case: Case, captum: Tensor) -> None:
    """Raise unless both give the same map: a time for something else would say nothing."""
    theirs: NDArray[np.float32] = captum[0, 0].numpy()
    ours = _ours(case).values
    if not np.abs(ours).max() > 0 or np.abs(ours - theirs).max() > TOLERANCE:
        raise LayerscopeError(f"{case.name}: the maps differ by {np.abs(ours - theirs).max():.2g}, so no time was taken")


def _subjects() -> list[tuple[Subject, Example]]:
    return [_subject(design) for design in (network("lenet5"), vgg_small())]


def vgg_small() -> NetworkDesign:
    """Six 3×3 convolutions in pairs of 32, 64 and 128 filters, each pair pooled, and two linear layers; 3×32×32."""
    layers: list[LayerSpec] = []
    for pair, filters in enumerate((32, 64, 128), start=1):
        for number in (1, 2):
            layers += [layer(f"c{pair}_{number}", "conv2d", filters=filters, kernel=3, padding=1)]
            layers += [layer(f"r{pair}_{number}", "relu")]
        layers += [layer(f"p{pair}", "max_pool2d", kernel=2)]
    head = (layer("f", "flatten"), layer("l", "linear", units=128), layer("r", "relu"), layer("out", "linear", units=10))
    return NetworkDesign("VGG-like, 6 convolutions", (3, 32, 32), (*layers, *head))


def _subject(design: NetworkDesign) -> tuple[Subject, Example]:
    """The network with random weights: time does not depend on what they are."""
    torch.manual_seed(0)
    weights = Network(design).layers.state_dict()
    images = torch.randint(0, 256, (2, *design.input_shape), dtype=torch.uint8)
    split = Split({"image": images, "label": torch.zeros(2, dtype=torch.int64)})
    splits = {"train": split, "validation": split, "test": split}
    channels = design.input_shape[0]
    image = Image(mean=(0.5,) * channels, deviation=(0.29,) * channels)
    classes = Classes(names=tuple(map(str, range(10))))
    data = DataSet("noise", slots(image=(image, design.input_shape), label=(classes, ())), splits)
    problem = make_problem(None, data, design)
    return make_subject(design, weights, problem), problem.example("test", 0)
