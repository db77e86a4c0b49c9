"""Initialisers: torch's own, He, Xavier, and Gaussian, which can also be a bad one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.design.parameters import parameter
from engine.training.kinds import INITIALISERS, Initialiser

if TYPE_CHECKING:
    from torch import Tensor

    from engine.build import Network


@INITIALISERS.declare
class TorchDefault(Initialiser):
    """What torch's modules begin with."""

    kind: ClassVar[str] = "torch"
    title: ClassVar[str] = "torch's own"
    help: ClassVar[str] = "Every module as torch makes it: for convolutions and linear layers uniform within ±1/√n of n inputs."

    def apply(self, network: Network) -> None:
        return


class _Drawn(Initialiser):
    """Every weight that multiplies something is drawn anew; biases begin at 0, normalisations as they are."""

    def apply(self, network: Network) -> None:
        from torch import nn

        for name, weight in network.layers.named_parameters():
            if weight.dim() > 1:
                self._draw(weight.data)
            elif name.rpartition(".")[2].startswith("bias"):
                nn.init.zeros_(weight.data)

    def _draw(self, weight: Tensor) -> None:
        raise NotImplementedError


@INITIALISERS.declare
class He(_Drawn):
    """N(0, 2/n) for n inputs: He et al. 2015."""

    kind: ClassVar[str] = "he"
    title: ClassVar[str] = "He"
    help: ClassVar[str] = (
        "Normal with deviation √(2/n) for n inputs: half of them are silenced by ReLU, and signals keep their size through many "
        "layers (He et al. 2015)."
    )

    def _draw(self, weight: Tensor) -> None:
        from torch import nn

        nn.init.kaiming_normal_(weight, nonlinearity="relu")


@INITIALISERS.declare
class Xavier(_Drawn):
    """U(±√(6/(n + m))) for n inputs and m outputs: Glorot & Bengio 2010."""

    kind: ClassVar[str] = "xavier"
    title: ClassVar[str] = "Xavier"
    help: ClassVar[str] = (
        "Uniform within ±√(6/(n + m)) for n inputs and m outputs: a balance between signals forwards and gradients "
        "backwards, for sigmoid and tanh (Glorot & Bengio 2010)."
    )

    def _draw(self, weight: Tensor) -> None:
        from torch import nn

        nn.init.xavier_uniform_(weight)


@INITIALISERS.declare
class Gaussian(_Drawn):
    """N(0, deviation²), the same for every layer."""

    kind: ClassVar[str] = "gaussian"
    title: ClassVar[str] = "Gaussian"
    help: ClassVar[str] = (
        "Normal with one deviation for every layer, as AlexNet had it (0.01). Too small and signals die out from layer "
        "to layer, too large and they explode; 0 gives every unit of a layer the same gradient for ever."
    )

    deviation: float = parameter(0.01, "The standard deviation of every weight.", low=0.0, high=100.0)

    def _draw(self, weight: Tensor) -> None:
        from torch import nn

        nn.init.normal_(weight, 0.0, self.deviation)
