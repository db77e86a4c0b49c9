"""Places: how many cards the first layout of a stage has room for, and which views share one of them as tabs."""

from __future__ import annotations

from collections.abc import Sequence

from widgets.views.base import View

MINIMUM = (280, 165)
"""Width and height below which the first layout gives no card a place of its own, in pixels of the grid at 100 %."""
MOST = {"top": 3, "middle": 2, "side": 3}
TOP_SHARE = 0.29
"""Of the stage's height, for the row on top."""


def room(width: float, height: float) -> dict[str, int]:
    """How many places each area has on a stage of ``width`` × ``height`` grid pixels; at least one each."""
    below = height * (1 - TOP_SHARE)
    fits = {"top": width // MINIMUM[0], "middle": below // MINIMUM[1], "side": below // MINIMUM[1]}
    return {area: max(1, min(MOST[area], int(count))) for area, count in fits.items()}


def share(views: Sequence[View], places: int) -> list[list[View]]:
    """At most ``places`` lists of views, each list one place with tabs.

    The first views get a place each; every further one joins its group's place, or else the place with the fewest tabs.
    """
    shared = [[view] for view in views[:places]]
    for view in views[places:]:
        own = [place for place in shared if any(other.group == view.group for other in place)]
        min(own or shared, key=len).append(view)
    return shared
