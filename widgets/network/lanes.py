"""The network as lanes, as a git log draws it: which lines leave, pass and join at each row. Pure arithmetic, no Qt."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Lane:
    """One skip connection: it leaves row ``source`` and joins the rows ``readers`` (ascending), all more than one row below.

    ``column`` 0 is next to the main line. Skips that leave one row together are one lane.
    """

    source: int
    readers: tuple[int, ...]
    column: int

    @property
    def last(self) -> int:
        """The row where the lane ends."""
        return self.readers[-1]


@dataclass(frozen=True)
class LanePiece:
    """What one row draws of one lane: its half ``above`` and ``below`` the row's middle, and whether it ``meets`` the dot."""

    lane: Lane
    above: bool
    below: bool
    meets: bool


@dataclass(frozen=True)
class RowLanes:
    """What one row draws: the main line's halves above and below its dot, and a piece of every lane that comes by."""

    above: bool = False
    below: bool = False
    pieces: tuple[LanePiece, ...] = ()


def allocate(reads: Sequence[Sequence[int]]) -> tuple[Lane, ...]:
    """Lanes for the connections that skip a row: ``reads[row]`` are the rows that ``row`` reads, all of them above it.

    Short lanes get the columns next to the main line, so that a skip around a skip encloses it without crossing. Two lanes
    share a column only where they do not overlap; where one ends another may begin.
    """
    readers: dict[int, list[int]] = {}
    for row, sources in enumerate(reads):
        for source in sorted({source for source in sources if row - source > 1}) if min(sources, default=row) < row - 1 else ():
            readers.setdefault(source, []).append(row)
    taken: list[list[tuple[int, int]]] = []  # per column the spans in use, ascending
    lanes = []
    for source, rows in sorted(readers.items(), key=lambda item: (item[1][-1] - item[0], item[0])):
        span = (source, rows[-1])
        column = next((index for index, spans in enumerate(taken) if _is_free(spans, span)), len(taken))
        if column == len(taken):
            taken.append([])
        taken[column].insert(bisect_left(taken[column], span), span)
        lanes.append(Lane(source, tuple(rows), column))
    return tuple(sorted(lanes, key=lambda lane: (lane.source, lane.column)))


def _is_free(spans: Sequence[tuple[int, int]], span: tuple[int, int]) -> bool:
    """Whether ``span`` overlaps none of ``spans``, which are ascending and do not overlap each other."""
    at = bisect_left(spans, span)
    before_ends = at == 0 or spans[at - 1][1] <= span[0]
    after_starts = at == len(spans) or spans[at][0] >= span[1]
    return before_ends and after_starts


def rows(reads: Sequence[Sequence[int]], lanes: Sequence[Lane]) -> tuple[RowLanes, ...]:
    """What each row draws: the main line runs between neighbours that read each other, lanes everywhere else."""
    straight = [row > 0 and row - 1 in sources for row, sources in enumerate(reads)]
    pieces: dict[int, list[LanePiece]] = {}
    for lane in lanes:
        pieces.setdefault(lane.source, []).append(LanePiece(lane, above=False, below=True, meets=True))
        for row in range(lane.source + 1, lane.last + 1):
            piece = LanePiece(lane, above=True, below=row < lane.last, meets=row in lane.readers)
            pieces.setdefault(row, []).append(piece)
    bare = {(above, below): RowLanes(above, below) for above in (False, True) for below in (False, True)}
    ends = enumerate(zip(straight, [*straight[1:], False], strict=True))
    return tuple([RowLanes(*line, tuple(pieces[row])) if row in pieces else bare[line] for row, line in ends])
