"""Networks without convolutions: the linear classifier and one hidden layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.design.kinds import Shape
from engine.design.network import LayerSpec, layer
from engine.design.parameters import parameter
from engine.families import MAX_CLASSES, NETWORKS, Classifier, Published


@NETWORKS.declare
class Softmax(Classifier):
    """784-10 on MNIST: 7,850 parameters."""

    kind: ClassVar[str] = "softmax"
    title: ClassVar[str] = "Softmax regression"
    help: ClassVar[str] = (
        "A linear classifier: one template per class, compared with the image pixel by pixel; what every deeper network has to "
        "beat."
    )
    input_shape: ClassVar[Shape] = (1, 28, 28)
    published: ClassVar[Published] = Published(7_850, 7_840)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        return [layer("flat", "flatten"), layer("out", "linear", units=self.classes)]


@NETWORKS.declare
class Mlp(Classifier):
    """784-300-10 on MNIST: 238,510 parameters."""

    kind: ClassVar[str] = "mlp"
    title: ClassVar[str] = "Perceptron with one hidden layer"
    help: ClassVar[str] = (
        "300 hidden units with ReLU between image and classes: mixtures of templates, with no idea of which pixels are "
        "neighbours."
    )
    input_shape: ClassVar[Shape] = (1, 28, 28)
    published: ClassVar[Published] = Published(238_510, 238_200)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        return [
            layer("flat", "flatten"),
            layer("hidden", "linear", units=300),
            layer("relu", "relu"),
            layer("out", "linear", units=self.classes),
        ]


@NETWORKS.declare
class Svm(Classifier):
    """784-10 with the hinge loss: a linear support vector machine of several classes. Weston & Watkins 1999."""

    kind: ClassVar[str] = "svm"
    title: ClassVar[str] = "Linear SVM"
    help: ClassVar[str] = (
        "The same network as softmax regression, trained otherwise: the right class only has to win by a margin, and what has "
        "won pulls no more."
    )
    input_shape: ClassVar[Shape] = (1, 28, 28)
    year: ClassVar[int] = 1995
    paper: ClassVar[str] = "Cortes & Vapnik, Support-vector networks, Machine Learning 1995"
    lesson: ClassVar[str] = "A margin around the border between classes is what makes it hold for new examples."
    training: ClassVar[Mapping[str, Any]] = {"loss": "hinge", "learning_rate": 0.005}
    published: ClassVar[Published] = Published(7_850, 7_840)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        return [layer("flat", "flatten"), layer("out", "linear", units=self.classes)]


@NETWORKS.declare
class Perceptron(Classifier):
    """One layer of units with a step would be Rosenblatt's; to be trained by gradients it has sigmoids."""

    kind: ClassVar[str] = "perceptron"
    title: ClassVar[str] = "Perceptron"
    help: ClassVar[str] = (
        "One layer of artificial neurons, each a weighted sum and a bend. It can only draw straight borders: put xor before it "
        "and it fails, which stopped the field for years."
    )
    input_shape: ClassVar[Shape] = (2,)
    year: ClassVar[int] = 1958
    paper: ClassVar[str] = "Rosenblatt, The perceptron: a probabilistic model for information storage, Psychological Review 1958"
    lesson: ClassVar[str] = "A machine can learn its weights from examples; one layer of them tells apart what a line divides."
    data: ClassVar[str] = "blobs"

    classes: int = parameter(5, "How many classes it tells apart.", low=2, high=MAX_CLASSES)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        flat = [layer("flat", "flatten")] if len(input_shape) > 1 else []
        return [*flat, layer("w", "linear", units=self.classes), layer("f", "sigmoid")]


@NETWORKS.declare
class MlpDeep(Classifier):
    """784-500-150-10 on MNIST: 469,160 parameters. LeCun et al. 1998 list its error as 2.95 %."""

    kind: ClassVar[str] = "mlp_deep"
    title: ClassVar[str] = "Perceptron with two hidden layers"
    help: ClassVar[str] = (
        "500 and 150 hidden units between image and classes: features of features, but still blind to neighbourhood."
    )
    input_shape: ClassVar[Shape] = (1, 28, 28)
    year: ClassVar[int] = 1986
    paper: ClassVar[str] = "Rumelhart, Hinton & Williams, Learning representations by back-propagating errors, Nature 1986"
    lesson: ClassVar[str] = "Hidden layers learn representations of their own: the chain rule tells every weight what to change."
    published: ClassVar[Published] = Published(469_160, 468_500)

    def layers(self, input_shape: Shape) -> list[LayerSpec]:
        return [
            layer("flat", "flatten"),
            layer("h1", "linear", units=500),
            layer("r1", "relu"),
            layer("h2", "linear", units=150),
            layer("r2", "relu"),
            layer("out", "linear", units=self.classes),
        ]
