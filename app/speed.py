"""Speed: how many steps a second runs may do, so that learning can be watched; kept between two starts, not in the document."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.run.runs import Runs
from app.session import Session
from engine.design.network import NetworkDesign
from widgets.transport.speed import PACES, SpeedControl, beside, notch_of

EXAMPLE_PACE = 4.0
"""Steps a second at which the program's own example begins: slow enough to be talked over."""
FULL = 0.0
"""Full speed, as settings have it."""


class Speed(QObject):
    """GUI thread only. ``chosen``, in steps a second, is what somebody wanted, 0 for full speed and None where nobody has chosen:
    then ``example``, where it was opened as it comes with the program, is slow, and whatever else trains is not."""

    def __init__(self, session: Session, runs: Runs, control: SpeedControl, example: NetworkDesign, chosen: float | None) -> None:
        super().__init__(control)
        self._session, self._runs, self._control, self._example = session, runs, control, example
        self.chosen = known_pace(chosen)
        self._is_demo, self._is_example = False, False
        session.opened.connect(self._look)
        control.pace_chosen.connect(self.choose)
        self._look()

    def _look(self) -> None:
        """Whether it is the example that was opened; edited or saved it stays what it was, so that no run changes its pace."""
        self._is_example = self._session.path is None and self._session.document.design == self._example
        self._apply()

    @property
    def pace(self) -> float | None:
        """Steps a second, None for full speed."""
        if self._is_example and (self.chosen is None or self._is_demo):
            return EXAMPLE_PACE
        return self.chosen or None

    def choose(self, pace: float | None) -> None:
        """Train at this speed from now on, and after the next start."""
        self.chosen, self._is_demo = pace or FULL, False
        self._apply()

    def demonstrate(self) -> None:
        """The example begins slowly, whatever was chosen before."""
        self._is_demo = True
        self._apply()

    def slower(self) -> None:
        """About half as fast."""
        self.choose(beside(self.pace, -1))

    def faster(self) -> None:
        """About twice as fast."""
        self.choose(beside(self.pace, 1))

    def full(self) -> None:
        """As fast as it goes."""
        self.choose(None)

    def _apply(self) -> None:
        self._control.set_pace(self.pace)
        self._runs.set_pace(self.pace)


def known_pace(chosen: float | None) -> float | None:
    """``chosen`` as the settings say it, within what there is; None where it makes no sense."""
    if chosen is None or not chosen >= 0:
        return None
    return (PACES[notch_of(chosen)] or FULL) if chosen else FULL
