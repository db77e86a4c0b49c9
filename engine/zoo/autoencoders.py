"""Autoencoders: networks that give back what they were given, through a narrow code."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any, ClassVar

from engine.design.kinds import Shape
from engine.design.network import LayerSpec, layer
from engine.design.parameters import parameter
from engine.families import NETWORKS, Family, Group


@NETWORKS.declare
class Autoencoder(Family):
    """784-128-32-128-784 on 28×28: undercomplete. Hinton & Salakhutdinov 2006 in its smallest form."""

    group: ClassVar[Group] = Group.CODES
    kind: ClassVar[str] = "autoencoder"
    title: ClassVar[str] = "Autoencoder"
    help: ClassVar[str] = (
        "Squeezes an image into a code of a few numbers and unfolds it again; what the code cannot hold is lost. "
        "It learns without labels."
    )
    input_shape: ClassVar[Shape] = (1, 28, 28)
    data: ClassVar[str] = "strokes"
    training: ClassVar[Mapping[str, Any]] = {"task": "reconstruct", "optimizer": "adam", "learning_rate": 0.002}

    code: int = parameter(32, "How many numbers the code has.", low=1, high=65_536)
    hidden: int = parameter(128, "Units of the layers before and behind the code.", low=1, high=65_536)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        return [
            layer("flat", "flatten"),
            layer("e1", "linear", units=self.hidden),
            layer("r1", "relu"),
            layer("code", "linear", units=self.code),
            layer("d1", "linear", units=self.hidden),
            layer("r2", "relu"),
            layer("d2", "linear", units=prod(input_shape)),
            layer("s", "sigmoid"),
            layer("out", "reshape", shape=list(input_shape)),
        ]


class Reconstructing(Family):
    """What the further autoencoders have in common."""

    group: ClassVar[Group] = Group.CODES
    input_shape: ClassVar[Shape] = (1, 28, 28)
    data: ClassVar[str] = "strokes"
    training: ClassVar[Mapping[str, Any]] = {"task": "reconstruct", "optimizer": "adam", "learning_rate": 0.002}


@NETWORKS.declare
class AutoencoderOvercomplete(Reconstructing):
    """A code larger than the image, kept sparse by a penalty. Olshausen & Field 1996; Ng 2011."""

    kind: ClassVar[str] = "autoencoder_overcomplete"
    title: ClassVar[str] = "Overcomplete autoencoder"
    help: ClassVar[str] = (
        "Its code has more numbers than the image, so that it could simply copy. A penalty on activity makes it use few of them "
        "at a time, and each becomes a stroke."
    )
    year: ClassVar[int] = 1996
    paper: ClassVar[str] = (
        "Olshausen & Field, Emergence of simple-cell receptive field properties by learning a sparse code, Nature 1996"
    )
    lesson: ClassVar[str] = (
        "Few causes at a time out of many possible ones: sparseness alone makes filters look like those of the eye."
    )
    training: ClassVar[Mapping[str, Any]] = {
        **Reconstructing.training,
        "penalty": [{"kind": "activity_l1", "layer": "code", "strength": 1e-4}],
    }

    code: int = parameter(1024, "How many numbers the code has.", low=1, high=65_536)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        return [
            layer("flat", "flatten"),
            layer("e", "linear", units=self.code),
            layer("code", "relu"),
            layer("d", "linear", units=prod(input_shape)),
            layer("s", "sigmoid"),
            layer("out", "reshape", shape=list(input_shape)),
        ]


@NETWORKS.declare
class AutoencoderConv(Reconstructing):
    """Convolutions down, transposed convolutions up. Masci et al. 2011."""

    kind: ClassVar[str] = "autoencoder_conv"
    title: ClassVar[str] = "Convolutional autoencoder"
    help: ClassVar[str] = (
        "Two convolutions of stride 2 down to small maps, two transposed ones up again: its code still has places."
    )
    year: ClassVar[int] = 2011
    paper: ClassVar[str] = "Masci, Meier, Cireşan & Schmidhuber, Stacked convolutional auto-encoders, ICANN 2011"
    lesson: ClassVar[str] = "A code with places needs few weights and keeps where things are."

    code: int = parameter(4, "How many maps the code has.", low=1, high=4096)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        return [
            layer("e1", "conv2d", filters=16, kernel=3, stride=2, padding=1),
            layer("r1", "relu"),
            layer("code", "conv2d", filters=self.code, kernel=3, stride=2, padding=1),
            layer("r2", "relu"),
            layer("d1", "conv_transpose2d", filters=16, kernel=2),
            layer("r3", "relu"),
            layer("d2", "conv_transpose2d", filters=input_shape[0], kernel=2),
            layer("out", "sigmoid"),
        ]


@NETWORKS.declare
class AutoencoderDeep(Reconstructing):
    """784-1000-500-250-30 and back. Hinton & Salakhutdinov 2006."""

    kind: ClassVar[str] = "autoencoder_deep"
    title: ClassVar[str] = "Deep autoencoder"
    help: ClassVar[str] = (
        "784-1000-500-250-30 and the same way back: thirty numbers hold a digit better than its thirty main components."
    )
    year: ClassVar[int] = 2006
    paper: ClassVar[str] = "Hinton & Salakhutdinov, Reducing the dimensionality of data with neural networks, Science 2006"
    lesson: ClassVar[str] = "Depth bends what principal components can only turn. It was the paper that made networks deep again."

    code: int = parameter(30, "How many numbers the code has.", low=1, high=65_536)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        specs = [layer("flat", "flatten")]
        for number, units in enumerate((1000, 500, 250), 1):
            specs += [layer(f"e{number}", "linear", units=units), layer(f"a{number}", "relu")]
        specs.append(layer("code", "linear", units=self.code))
        for number, units in enumerate((250, 500, 1000), 1):
            specs += [layer(f"d{number}", "linear", units=units), layer(f"b{number}", "relu")]
        end = [layer("d4", "linear", units=prod(input_shape)), layer("s", "sigmoid")]
        return [*specs, *end, layer("out", "reshape", shape=list(input_shape))]


@NETWORKS.declare
class Vae(Reconstructing):
    """784-400-20-400-784 with a Gaussian code. Kingma & Welling 2014."""

    kind: ClassVar[str] = "vae"
    title: ClassVar[str] = "Variational autoencoder"
    help: ClassVar[str] = (
        "Its code is drawn from a normal distribution while it trains, and a term of the loss keeps the codes of all images "
        "together, so that new images can be made from random codes."
    )
    year: ClassVar[int] = 2013
    paper: ClassVar[str] = "Kingma & Welling, Auto-encoding variational Bayes, ICLR 2014"
    lesson: ClassVar[str] = (
        "Noise in the code, with gradients through it, turns an autoencoder into a model that makes new examples."
    )
    training: ClassVar[Mapping[str, Any]] = {**Reconstructing.training, "loss": "binary_cross_entropy", "learning_rate": 0.001}

    code: int = parameter(20, "How many numbers the code has.", low=1, high=65_536)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        return [
            layer("flat", "flatten"),
            layer("e1", "linear", units=400),
            layer("r1", "relu"),
            layer("code", "gaussian_code", width=self.code),
            layer("d1", "linear", units=400),
            layer("r2", "relu"),
            layer("d2", "linear", units=prod(input_shape)),
            layer("out", "reshape", shape=list(input_shape)),
        ]
