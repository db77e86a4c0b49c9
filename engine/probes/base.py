"""What a probe is: a question with parameters, asked of a Subject, answered step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeVar

from engine.design.network import NetworkDesign
from engine.design.parameters import ParameterModel
from engine.errors import ProbeError
from engine.probes.result import ProbeResult
from engine.registry import Registry
from engine.snapshot import PinnedImage

if TYPE_CHECKING:
    from engine.build import Network
    from engine.data.dataset import ImageSet


@dataclass(frozen=True)
class Subject:
    """A trained network to be asked: a private copy in eval mode with ``requires_grad`` off, and the data it learned from.

    ``network`` maps normalised float32 (N, *design.input_shape) to logits. ``data`` gives the classes, the normalisation
    (bytes to network input and back) and images to compare with; it has the design's input shape.
    """

    design: NetworkDesign
    network: Network
    data: ImageSet
    name: str = ""


class Probe(ParameterModel):
    """The parameters of one probe, and how it is answered. Subclass it in one file of engine/probes/.

    Registering gives it a menu entry, a form, the command ``probe NAME``, a help page and the conformance tests.
    """

    probe: ClassVar[str] = ""
    title: ClassVar[str] = ""
    help: ClassVar[str] = ""
    answer: ClassVar[type[ProbeResult]] = ProbeResult
    asks_image: ClassVar[bool] = True  # False: it needs no image (a question about a unit)

    def run(self, subject: Subject, image: PinnedImage | None) -> Iterator[ProbeResult]:
        """Yield answers that get more complete, the last with ``done`` 1. The caller may stop between any two.

        Runs on any thread that owns ``subject``. Raises ProbeError with a suggestion where the question does not fit.
        """
        raise NotImplementedError


PROBES: Registry[type[Probe]] = Registry("probe", "engine.probes", ProbeError)

P = TypeVar("P", bound=type[Probe])


def probe(cls: P) -> P:
    """Class decorator: enrol a probe."""
    PROBES.add(cls.probe, cls)
    return cls
