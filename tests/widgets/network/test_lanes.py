"""Lane allocation: enough lanes, no overlap, short ones inside."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from widgets.network.lanes import Lane, allocate, rows

CHAIN = [[], [0], [1], [2]]


def test_a_chain_needs_no_lanes() -> None:
    assert allocate(CHAIN) == ()
    drawn = rows(CHAIN, ())
    assert [(row.above, row.below) for row in drawn] == [(False, True), (True, True), (True, True), (True, False)]


def test_one_skip_leaves_passes_and_joins() -> None:
    reads = [[], [0], [1], [2], [3, 1]]
    (lane,) = lanes = allocate(reads)
    assert lane == Lane(source=1, readers=(4,), column=0)
    drawn = rows(reads, lanes)
    assert drawn[0].pieces == ()
    assert [(p.above, p.below, p.meets) for row in drawn[1:] for p in row.pieces] == [
        (False, True, True),
        (True, True, False),
        (True, True, False),
        (True, False, True),
    ]


def test_a_skip_around_a_skip_lies_outside() -> None:
    reads = [[], [0], [1], [2], [3, 1], [4, 0]]
    assert [(lane.source, lane.column) for lane in allocate(reads)] == [(0, 1), (1, 0)]


def test_skips_one_after_the_other_share_a_column() -> None:
    reads = [[], [0], [1, 0], [2], [3, 2]]
    assert [(lane.source, lane.column) for lane in allocate(reads)] == [(0, 0), (2, 0)]


def test_crossing_skips_get_separate_columns() -> None:
    reads = [[], [0], [1], [2, 0], [3, 1]]
    assert sorted(lane.column for lane in allocate(reads)) == [0, 1]


def test_skips_from_one_layer_share_one_lane() -> None:
    reads = [[], [0], [1, 0], [2, 0]]
    assert allocate(reads) == (Lane(0, (2, 3), 0),)
    assert [piece.meets for row in rows(reads, allocate(reads)) for piece in row.pieces] == [True, False, True, True]


def test_the_main_line_is_broken_where_a_layer_reads_elsewhere() -> None:
    reads = [[], [0], [0], [2]]
    drawn = rows(reads, allocate(reads))
    assert (drawn[1].below, drawn[2].above) == (False, False)


@st.composite
def wirings(draw: st.DrawFn) -> list[list[int]]:
    count = draw(st.integers(2, 14))
    return [[], *(draw(st.lists(st.integers(0, row - 1), min_size=1, max_size=3)) for row in range(1, count))]


@given(wirings())
def test_no_two_lanes_of_a_column_overlap_and_every_skip_is_drawn(reads: list[list[int]]) -> None:
    lanes = allocate(reads)
    skips = {(source, row) for row, sources in enumerate(reads) for source in sources if row - source > 1}
    assert {(lane.source, reader) for lane in lanes for reader in lane.readers} == skips
    for one in lanes:
        for other in lanes:
            if one is not other and one.column == other.column:
                assert one.last <= other.source or other.last <= one.source
    drawn = rows(reads, lanes)
    straight = {row for row, sources in enumerate(reads) if row - 1 in sources}
    assert {row for row, lines in enumerate(drawn) if lines.above} == straight
