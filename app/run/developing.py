"""Developing: has past steps drawn from kept weights, on another thread, one at a time and the newest wish next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.run.answers import Answers, Asker
from engine.snapshot import Example, Snapshot, WatchList

if TYPE_CHECKING:
    from engine.capturing.develop import Darkroom
    from engine.design.network import NetworkDesign
    from engine.problem import Problem
    from engine.training.filmstrip import Frame


@dataclass(frozen=True, eq=False)
class Negative:
    """What a past step is developed from, and what is wanted of it."""

    design: NetworkDesign
    problem: Problem
    frame: Frame
    wants: WatchList
    pins: tuple[Example, ...]


class Developing:
    """GUI thread only. What is under way is finished and shown even if something newer is wished for meanwhile, which comes
    next; so a hand that drags faster than a network can be developed still sees pictures pass by.

    ``developed`` gets each Snapshot, ``refused`` a sentence, ``busy`` True with every beginning and False when all is done.
    """

    def __init__(
        self,
        answers: Answers,
        developed: Callable[[Snapshot], object],
        refused: Callable[[str], object],
        busy: Callable[[bool], object],
    ) -> None:
        self._asker: Asker[Snapshot] = Asker("layerscope-darkroom", answers)
        self._developed, self._refused, self._busy = developed, refused, busy
        self._darkroom: Darkroom | None = None
        self._made_for: tuple[NetworkDesign, Problem] | None = None
        self._next: Negative | None = None

    def wish(self, negative: Negative) -> None:
        """Develop this next, instead of what waits."""
        if self._asker.is_busy:
            self._next = negative
        else:
            self._begin(negative)

    def cancel(self) -> None:
        """Nothing of what was wished for is of interest any more."""
        self._next = None
        if self._asker.is_busy:
            self._asker.cancel()
            self._busy(False)

    def _begin(self, negative: Negative) -> None:
        darkroom = self._darkroom_for(negative.design, negative.problem)
        frame = negative.frame

        def job() -> Iterator[Snapshot]:
            yield darkroom.develop(frame.weights, negative.wants, negative.pins, frame.step, frame.epoch)

        self._busy(True)
        self._asker.ask(job, self._developed, self._refused, self._done)

    def _darkroom_for(self, design: NetworkDesign, problem: Problem) -> Darkroom:
        """The last darkroom where it serves, else a new one: each holds a network of one design and the images of one set."""
        from engine.capturing.develop import Darkroom

        if (
            self._darkroom is None
            or self._made_for is None
            or self._made_for[0] is not design
            or self._made_for[1] is not problem
        ):
            self._darkroom, self._made_for = Darkroom(design, problem), (design, problem)
        return self._darkroom

    def _done(self) -> None:
        negative, self._next = self._next, None
        if negative is not None:
            self._begin(negative)
        else:
            self._busy(False)
