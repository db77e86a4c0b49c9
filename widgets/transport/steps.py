"""The steps of a run along a line: those that were kept, the newest one, those to come, and the one that is shown."""

from __future__ import annotations

import bisect
import math
from dataclasses import dataclass

from engine.words import counted


@dataclass(frozen=True)
class Steps:
    """``kept`` are ascending; ``live`` is the newest step, ``total`` and ``epochs`` how many there will be; ``past`` is the one
    that is shown, None where it is the newest.

    The share of the way grows with the square root of the step: the early steps, in which a network changes most, lie apart.
    """

    kept: tuple[int, ...] = ()
    live: int = 0
    total: int = 0
    epochs: int = 0
    past: int | None = None

    @property
    def shown(self) -> int:
        """The step that is shown."""
        return self.live if self.past is None else self.past

    @property
    def end(self) -> int:
        """The last step of the line."""
        return max(self.total, self.live, 1)

    def share_of(self, step: float) -> float:
        """How far along the line ``step`` lies, 0..1."""
        return math.sqrt(max(step, 0) / self.end)

    @property
    def marks(self) -> tuple[int, ...]:
        """Two round steps, about a quarter and half of the way along, which show that the scale is not linear; none on a line
        that is too short for them."""
        if self.end < _MARKED_FROM:
            return ()
        return tuple(dict.fromkeys(_round(self.at(share)) for share in (0.25, 0.5)))

    def at(self, share: float) -> float:
        """The step that lies at ``share`` of the line; beyond its ends, that at the end."""
        return min(max(share, 0.0), 1.0) ** 2 * self.end

    def nearest(self, step: float) -> int | None:
        """The kept step nearest to ``step`` on the line, or None (live) where the newest step is nearer."""
        if not self.kept:
            return None
        place = self.share_of(step)
        nearest = min(self.kept, key=lambda kept: abs(self.share_of(kept) - place))
        return None if abs(self.share_of(self.live) - place) < abs(self.share_of(nearest) - place) else nearest

    def before(self) -> int | None:
        """The kept step before the one that is shown, if there is one."""
        at = bisect.bisect_left(self.kept, self.shown)
        return self.kept[at - 1] if at > 0 else None

    def behind(self) -> int | None:
        """The kept step behind the one that is shown; None, which is live, behind the last."""
        at = bisect.bisect_right(self.kept, self.shown)
        return self.kept[at] if at < len(self.kept) else None

    def end_in_words(self) -> str:
        """What stands at the end of the line."""
        if not self.total:
            return ""
        epochs = f" · {counted(self.epochs, 'epoch')}" if self.epochs else ""
        return f"step {self.total:,}{epochs}"


_MARKED_FROM = 50  # steps
SCALE = "Early steps lie farther apart than late ones: the scale is that of the square root of the step."
"""What the timeline says of its scale."""


def _round(step: float) -> int:
    """1, 2 or 5 times a power of ten, the nearest in proportion."""
    power = int(10 ** math.floor(math.log10(max(step, 1))))
    return min((power * digit for digit in (1, 2, 5, 10)), key=lambda each: abs(math.log(each / max(step, 1))))
