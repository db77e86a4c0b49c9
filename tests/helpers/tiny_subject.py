"""Small networks with data to ask probes about: untrained, trained for a moment, and made by hand."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from engine.build import Network
from engine.data.dataset import DataSet, Split
from engine.data.meaning import slots
from engine.data.meanings.classes import Classes
from engine.data.meanings.grids import Image
from engine.design.network import NetworkDesign, layer
from engine.probing.base import Subject
from engine.probing.subject import make_subject
from engine.problem import make_problem
from engine.snapshot import Example


def noise_set(shape: Sequence[int], classes: int = 3, count: int = 24) -> DataSet:
    """Random images of ``shape`` (C, H, W), in three splits, with a normalisation that is not the identity."""
    generator = torch.Generator().manual_seed(sum(shape))

    def split(size: int) -> Split:
        images = torch.randint(0, 256, (size, *shape), generator=generator, dtype=torch.uint8)
        return Split({"image": images, "label": torch.arange(size) % classes})

    splits = {"train": split(count), "validation": split(8), "test": split(8)}
    image = Image(mean=(0.4,) * shape[0], deviation=(0.25,) * shape[0])
    names = ("zero", "one", "two", "three", "four")[:classes]
    return DataSet("noise", slots(image=(image, tuple(shape)), label=(Classes(names=names), ())), splits)


def plain_design(shape: Sequence[int], classes: int = 3) -> NetworkDesign:
    """Convolution, ReLU, pooling, linear, softmax."""
    return NetworkDesign(
        "plain",
        tuple(shape),
        (
            layer("c", "conv2d", filters=4, kernel=3, padding=1),
            layer("r", "relu"),
            layer("p", "max_pool2d", kernel=4),
            layer("f", "flatten"),
            layer("out", "linear", units=classes),
            layer("s", "softmax"),
        ),
    )


def residual_design(shape: Sequence[int], classes: int = 3) -> NetworkDesign:
    """A shortcut, batch normalisation and dropout: what answers differently in training mode."""
    return NetworkDesign(
        "residual",
        tuple(shape),
        (
            layer("c", "conv2d", filters=4, kernel=3, padding=1),
            layer("bn", "batch_norm"),
            layer("r", "relu"),
            layer("c2", "conv2d", filters=4, kernel=3, padding=1),
            layer("sum", "add", inputs=("c2", "r")),
            layer("d", "dropout", rate=0.5),
            layer("p", "max_pool2d", kernel=4),
            layer("f", "flatten"),
            layer("out", "linear", units=classes),
        ),
    )


def random_subject(design: NetworkDesign, seed: int = 0) -> Subject:
    """``design`` with random weights, and noise for data. The global random numbers are left as they were."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        weights = Network(design).layers.state_dict()
    return subject_with(design, weights)


def subject_with(design: NetworkDesign, weights: dict[str, Tensor], data: DataSet | None = None) -> Subject:
    """``design`` with weights made by hand."""
    return make_subject(design, weights, make_problem(None, data or noise_set(design.input_shape), design))


def trained_subject(design: NetworkDesign, data: DataSet, steps: int, rate: float = 0.05) -> Subject:
    """``design`` trained on ``data`` by plain gradient descent with momentum."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = Network(design)
    optimiser = torch.optim.SGD(network.parameters(), rate, momentum=0.9)
    generator = torch.Generator().manual_seed(0)
    train, problem = data.split("train"), make_problem(None, data, design)
    for _ in range(steps):
        inputs, targets = problem.prepare(train.take(torch.randint(len(train), (64,), generator=generator)))
        loss = functional.cross_entropy(network(inputs).main, targets)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return subject_with(design, network.layers.state_dict(), data)


def digits_set() -> DataSet:
    """Handwritten digits, enlarged to 1×28×28."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    small = torch.from_numpy(digits.images).float()[:, None] / 16
    images = (functional.interpolate(small, 28, mode="bilinear") * 255).round().to(torch.uint8)
    return image_set("digits", images, torch.from_numpy(digits.target).long(), [str(digit) for digit in range(10)])


def discs_set(count: int = 900, size: int = 32) -> DataSet:
    """3×32×32: a red, a green or a blue disc at a random place on grey noise."""
    generator = torch.Generator().manual_seed(5)
    labels = torch.arange(count) % 3
    images = 0.5 + 0.1 * torch.randn(count, 3, size, size, generator=generator)
    centres = 8 + (size - 16) * torch.rand(count, 2, generator=generator)
    place = torch.arange(size).float()
    far = (place[None, :, None] - centres[:, :1, None]) ** 2 + (place[None, None, :] - centres[:, 1:, None]) ** 2
    colours = torch.full((3, 3), 0.15) + 0.75 * torch.eye(3)
    images = torch.where((far < 49)[:, None], colours[labels][:, :, None, None], images)
    return image_set("discs", (images.clamp(0, 1) * 255).to(torch.uint8), labels, ["red", "green", "blue"])


def image_set(name: str, images: Tensor, labels: Tensor, classes: list[str]) -> DataSet:
    """Four fifths to train on, a tenth each to validate and test."""
    first, second = math.floor(0.8 * len(images)), math.floor(0.9 * len(images))
    parts = {"train": slice(0, first), "validation": slice(first, second), "test": slice(second, None)}
    splits = {split: Split({"image": images[part], "label": labels[part]}) for split, part in parts.items()}
    image = Image().measured(splits["train"]["image"])
    return DataSet(name, slots(image=(image, tuple(images.shape[1:])), label=(Classes(names=tuple(classes)), ())), splits)


def first_image(subject: Subject) -> Example:
    """Test image 0."""
    return subject.problem.example("test", 0)
