"""What a probe is: a question with parameters, asked of a Subject, answered step by step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from engine.design.network import NetworkDesign
from engine.design.parameters import Kind, Kinds
from engine.errors import ProbeError
from engine.probing.result import ProbeResult
from engine.snapshot import Example

if TYPE_CHECKING:
    from engine.build import Network
    from engine.data.dataset import DataSet
    from engine.problem import Problem


@dataclass(frozen=True)
class Subject:
    """A trained network to be asked: a private copy in eval mode with ``requires_grad`` off, and what it has learned.

    ``network`` maps (N, *design.input_shape) to Outputs. ``problem`` gives the task, which says what numbers there are to be
    explained, and the data: their meaning (stored values to network input and back) and examples to compare with.
    """

    design: NetworkDesign
    network: Network
    problem: Problem
    name: str = ""

    @property
    def data(self) -> DataSet:
        """The data that it learned from."""
        return self.problem.data


class Probe(Kind):
    """The parameters of one probe, and how it is answered. Subclass it in one file of engine/probes/.

    Declaring gives it a menu entry, a form, the command ``probe NAME``, a help page and the conformance tests.
    """

    answer: ClassVar[type[ProbeResult]] = ProbeResult
    asks_image: ClassVar[bool] = True  # False: it needs no image (a question about a unit)

    def fits(self, problem: Problem) -> str:
        """ "" where the probe can be asked of networks for ``problem``, else one sentence that says why not."""
        return ""

    def require_fit(self, subject: Subject) -> None:
        """ProbeError with the sentence of ``fits`` where it says why not."""
        reason = self.fits(subject.problem)
        if reason:
            raise ProbeError(reason)

    def run(self, subject: Subject, image: Example | None) -> Iterator[ProbeResult]:
        """Yield answers that get more complete, the last with ``done`` 1. The caller may stop between any two.

        Runs on any thread that owns ``subject``. Raises ProbeError with a suggestion where the question does not fit.
        """
        raise NotImplementedError


PROBES: Kinds[Probe] = Kinds("probe", "engine.probes", ProbeError)
