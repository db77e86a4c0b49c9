"""Places: how many cards the first layout of a stage has room for, which views share one as tabs, and how high each is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

from widgets.viewing.base import View

MINIMUM = (240, 176)
"""The least width and height of a card that is still legible, title included and tabs not, in grid pixels at 100 %."""
TABS = 30
"""What a bar of tabs takes of a place's height."""
MOST = {"top": 3, "middle": 2, "side": 3}
TOP_SHARE = 0.29
"""Of the stage's height, for the row on top."""
SIDE_SHARE = 0.31
"""Of the stage's width, for the column at the side of the middle."""
ROOMY = 480
"""The height in grid pixels from which a stage has room for four large cards."""
BIG_SHARE = 0.56
"""Of the stage's width, for the largest of three cards."""
ANSWERING = ("answers", "data")
"""The groups of the views that show what the network makes of an example."""

Plan = dict[str, list[list[View]]]
"""For each area ("top", "middle", "side") its places, each a list of the views that share it as tabs."""


def plan(views: Sequence[View], width: float, height: float) -> Plan:
    """Where ``views`` stand on a stage of ``width`` × ``height`` grid pixels: rather fewer places than illegible ones."""
    areas = {area: [view for view in views if view.area == area] for area in MOST}
    least = MINIMUM[1] + TABS
    if height < 2 * least and (areas["middle"] or areas["side"]):
        areas["middle"], areas["top"] = areas["middle"] + areas["top"], []
    if width < 2 * MINIMUM[0]:
        areas["middle"], areas["side"] = areas["middle"] + areas["side"], []
    below = height - (top_height(height) if areas["top"] else 0)
    fits = {"top": width // MINIMUM[0], "middle": below // least, "side": below // least}
    return {area: share(found, max(1, min(MOST[area], int(fits[area])))) for area, found in areas.items()}


def top_height(height: float, scale: float = 1.0) -> float:
    """How much of the stage's ``height`` the row on top gets, both in pixels."""
    return max(TOP_SHARE * height, (MINIMUM[1] + TABS) * scale)


def share(views: Sequence[View], places: int) -> list[list[View]]:
    """At most ``places`` lists of views, each list one place with tabs.

    The first views get a place each; every further one joins its group's place, or else the place with the fewest tabs,
    of these the one that gets the least height.
    """
    shared = [[view] for view in views[:places]]
    for view in views[places:]:
        own = [place for place in shared if any(other.group == view.group for other in place)]
        min(own or shared, key=lambda place: (len(place), place[0].height_share)).append(view)
    return shared


def first_sizes(
    places: Plan, width: int, height: int, scale: float, comfortable: Callable[[View], int]
) -> dict[str, tuple[int, int]]:
    """Width and height of each place in pixels, by the name of its first view, on a stage of ``width`` × ``height``.

    ``comfortable`` is the width in pixels from which a view's title is whole and what it holds reads well. The sizes add up to
    the stage's: Qt takes the sum of inner ones for the size of the outer one.
    """
    lower = [places[area] for area in ("middle", "side") if places[area]]
    top = round(top_height(height, scale)) if lower and places["top"] else 0
    sizes = {
        place[0].name: (across, top or height) for place, across in zip(places["top"], alike(width, places["top"]), strict=True)
    }
    least = [max(MINIMUM[0] * scale, *(comfortable(view) for place in column for view in place)) for column in lower]
    widths = divide(width, [1 - SIDE_SHARE, SIDE_SHARE][: len(lower)], least)
    for column, across in zip(lower, widths, strict=False):
        shares = [place[0].height_share for place in column]
        heights = divide(height - top, shares, [(MINIMUM[1] + TABS) * scale] * len(column))
        sizes |= {place[0].name: (across, down) for place, down in zip(column, heights, strict=True)}
    return sizes


def few(front: Sequence[View], behind: Sequence[View], width: float, height: float) -> Plan:
    """The places of the views that tell most, first those in ``front`` and then those ``behind`` tabs, on a stage of ``width`` ×
    ``height`` grid pixels while presenting: one card a place, no tabs, as many as are still large."""
    columns, rows = max(1, min(2, int(width // MINIMUM[0]))), max(1, min(2, int(height // MINIMUM[1])))
    most = 4 if columns * rows == 4 and height >= ROOMY else min(3, columns * rows)
    telling = most_telling(front, behind, most)
    if len(telling) == 4:
        top, below = telling[1::2], telling[::2]
        return {"top": [[view] for view in top], "middle": [[below[0]]], "side": [[below[1]]]}
    if columns == 1:
        return {"top": [], "middle": [[view] for view in telling], "side": []}
    return {"top": [], "middle": [[view] for view in telling[:1]], "side": [[view] for view in telling[1:]]}


def most_telling(front: Sequence[View], behind: Sequence[View], most: int) -> list[View]:
    """At most ``most`` of the views by how much they tell, one of each group before the second of any; where there is one that
    shows the network's answer, it is among them."""
    found = [view for some in (front, behind) for view in one_of_each_group(sorted(some, key=lambda view: view.telling))]
    chosen, rest = found[:most], found[most:]
    answers = [view for view in rest if view.group in ANSWERING]
    if answers and not any(view.group in ANSWERING for view in chosen):
        chosen[-1] = answers[0]
    return sorted(chosen, key=lambda view: view.telling)


def one_of_each_group(views: Sequence[View]) -> list[View]:
    """The first view of each group, then the others, both in their order."""
    firsts = {view.group: view for view in reversed(views)}.values()
    return sorted(views, key=lambda view: view not in firsts)


def few_sizes(places: Plan, width: int, height: int) -> dict[str, tuple[int, int]]:
    """Width and height of each place of ``few`` in pixels, by the name of its view."""
    rows = [places["top"], [place for area in ("middle", "side") for place in places[area]]] if places["top"] else []
    if rows:
        return {
            place[0].name: (across, down)
            for row, down in zip(rows, alike(height, rows), strict=True)
            for place, across in zip(row, alike(width, row), strict=True)
        }
    columns = [places[area] for area in ("middle", "side") if places[area]]
    shares = divide(width, [BIG_SHARE, 1 - BIG_SHARE][: len(columns)], [0] * len(columns))
    return {
        place[0].name: (across, down)
        for column, across in zip(columns, shares, strict=True)
        for place, down in zip(column, alike(height, column), strict=True)
    }


def alike(total: int, them: Sequence[object]) -> list[int]:
    """``total`` pixels divided evenly among ``them``."""
    return divide(total, [1] * len(them), [0] * len(them))


def divide(total: float, shares: Sequence[float], least: Sequence[float]) -> list[int]:
    """``total`` pixels divided to the last one in the proportion of ``shares``, none below its ``least`` as long as there is
    enough for all."""
    enough = min(1.0, total / max(1.0, sum(least)))
    floors = [enough * part for part in least]
    low: set[int] = set()
    while True:
        rest = total - sum(floors[at] for at in low)
        weight = sum(part for at, part in enumerate(shares) if at not in low)
        sizes = [floors[at] if at in low else rest * part / weight for at, part in enumerate(shares)]
        more = {at for at, size in enumerate(sizes) if size < floors[at] - 1e-6} - low
        if not more:
            edges = [0, *(round(edge) for edge in accumulate(sizes))]
            return [end - start for start, end in pairwise(edges)]
        low |= more
