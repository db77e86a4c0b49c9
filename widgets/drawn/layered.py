"""A directed graph in layers: ranks by longest paths, few crossings, straight edges. Sugiyama, Tagawa and Toda 1981. No Qt.

Ranks follow the longest path from the sources; an edge over several ranks goes through a dummy in each that it passes; sweeps
order every rank by the barycentres of its neighbours; positions come from the medians of neighbours, first-come in order of
degree of freedom, with the order kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise

Point = tuple[float, float]
Size = tuple[float, float]
SWEEPS = 8
"""How often ranks are ordered, downwards and upwards in turn."""
ALIGNMENTS = 5


@dataclass(frozen=True)
class Layered:
    """``centres`` of the nodes, ``routes`` of the edges from the source's lower edge to the reader's upper one, and the
    ``size`` of all. x grows to the right, y downwards, from (0, 0)."""

    centres: tuple[Point, ...]
    routes: tuple[tuple[Point, ...], ...]
    size: Size


def layered(sizes: Sequence[Size], edges: Sequence[tuple[int, int]], gap: Size = (24.0, 36.0), on_top: int = 0) -> Layered:
    """Lay out nodes of ``sizes`` (width, height), joined by ``edges`` (source, reader), source < reader always.

    ``gap`` is the least distance between neighbours in a rank and between ranks; the first ``on_top`` nodes
    stay in the first rank. The same graph gives the same layout.
    """
    return _known(tuple(sizes), tuple(edges), gap, on_top)


@lru_cache(256)
def _known(sizes: tuple[Size, ...], edges: tuple[tuple[int, int], ...], gap: Size, on_top: int) -> Layered:
    """An edit changes few blocks of a network: the layouts of the others are known."""
    graph = _Graph(sizes, edges, gap, on_top)
    graph.order()
    graph.align()
    return graph.result()


class _Graph:
    """Nodes and dummies by number; ``before`` and ``behind`` are their neighbours one rank away."""

    def __init__(self, sizes: Sequence[Size], edges: Sequence[tuple[int, int]], gap: Size, on_top: int) -> None:
        assert all(source < reader for source, reader in edges), "edges go forwards"
        self._count, self._gap, self._edges = len(sizes), gap, edges
        self._sizes = list(sizes)
        self.rank = _ranks(len(sizes), edges, on_top)
        self.before: list[list[int]] = [[] for _ in sizes]
        self.behind: list[list[int]] = [[] for _ in sizes]
        self._chains = [self._chain(source, reader) for source, reader in edges]
        self.rows: list[list[int]] = [[] for _ in range(max(self.rank, default=-1) + 1)]
        for node, rank in enumerate(self.rank):
            self.rows[rank].append(node)
        self.x = [0.0] * len(self.rank)

    def _chain(self, source: int, reader: int) -> list[int]:
        """The dummies of an edge, one in each rank that it passes."""
        nodes = [source]
        for rank in range(self.rank[source] + 1, self.rank[reader]):
            self.rank.append(rank)
            self._sizes.append((0.0, 0.0))
            self.before.append([])
            self.behind.append([])
            nodes.append(len(self.rank) - 1)
        nodes.append(reader)
        for one, other in pairwise(nodes):
            self.behind[one].append(other)
            self.before[other].append(one)
        return nodes[1:-1]

    # -- order --

    def order(self) -> None:
        """Order every rank so that few edges cross: the best order that the sweeps come by."""
        best, fewest = [list(row) for row in self.rows], self._crossings()
        useless = 0
        for sweep in range(SWEEPS):
            if not fewest or useless == 2:
                break
            down = sweep % 2 == 0
            near = self.before if down else self.behind
            for row in self.rows if down else reversed(self.rows):
                self._sort(row, near)
            crossings, useless = self._crossings(), useless + 1
            if crossings < fewest:
                useless = 0
                best, fewest = [list(row) for row in self.rows], crossings
        self.rows = best

    def _sort(self, row: list[int], near: Sequence[Sequence[int]]) -> None:
        place = self._place(near, row)
        row.sort(key=place.__getitem__)

    def _place(self, near: Sequence[Sequence[int]], row: Sequence[int]) -> dict[int, float]:
        """The barycentre of each node's neighbours; its own place where it has none."""
        if not any(near[node] for node in row):
            return {node: float(at) for at, node in enumerate(row)}
        rank = self.rank[next(other for node in row for other in near[node])]
        at = {node: float(place) for place, node in enumerate(self.rows[rank])}
        return {
            node: sum(at[other] for other in near[node]) / len(near[node]) if near[node] else float(place)
            for place, node in enumerate(row)
        }

    def _crossings(self) -> int:
        return sum(self._crossings_below(row) for row in self.rows[:-1] if len(row) > 1)

    def _crossings_below(self, row: Sequence[int]) -> int:
        """Pairs of edges between a rank and the next that cross, counted with a tree of sums (Barth, Jünger and Mutzel 2002)."""
        lower = self.rows[self.rank[row[0]] + 1]
        at = {node: place for place, node in enumerate(lower)}
        ends = [end for node in row for end in sorted(at[other] for other in self.behind[node])]
        tree, crossings = [0] * (len(lower) + 1), 0
        for seen, end in enumerate(ends):
            place, not_right = end + 1, 0
            while place:
                not_right += tree[place]
                place -= place & -place
            crossings += seen - not_right
            place = end + 1
            while place <= len(lower):
                tree[place] += 1
                place += place & -place
        return crossings

    # -- places --

    def align(self) -> None:
        """Give every node its x: as near to the median of its neighbours as the order allows."""
        for row in self.rows:
            x = 0.0
            for node in row:
                self.x[node] = x + self._sizes[node][0] / 2
                x += self._sizes[node][0] + self._gap[0]
            shift = (x - self._gap[0]) / 2
            for node in row:
                self.x[node] -= shift
        for round_ in range(ALIGNMENTS):
            down = round_ % 2 == 0
            near = self.before if down else self.behind
            for row in self.rows if down else reversed(self.rows):
                self._align_row(row, near)

    def _align_row(self, row: Sequence[int], near: Sequence[Sequence[int]]) -> None:
        """The nearest places to the wanted ones that keep order and distances: neighbours that want the same place share the
        difference (pool adjacent violators)."""
        offset = [0.0]
        for one, other in pairwise(row):
            offset.append(offset[-1] + (self._sizes[one][0] + self._sizes[other][0]) / 2 + self._gap[0])
        wanted = [(_median([self.x[other] for other in near[node]]) if near[node] else self.x[node]) for node in row]
        weights = [self._weight(node, near) for node in row]
        pools: list[tuple[float, float, int]] = []  # sum of weighted places, of weights, and how many
        for want, shift, weight in zip(wanted, offset, weights, strict=True):
            total, heavy, count = (want - shift) * weight, weight, 1
            while pools and pools[-1][0] / pools[-1][1] > total / heavy:
                sums, others, members = pools.pop()
                total, heavy, count = total + sums, heavy + others, count + members
            pools.append((total, heavy, count))
        places = [total / heavy for total, heavy, count in pools for _ in range(count)]
        for node, place, shift in zip(row, places, offset, strict=True):
            self.x[node] = place + shift

    def _weight(self, node: int, near: Sequence[Sequence[int]]) -> float:
        """How much a node's wish counts: dummies most, so that long edges run straight."""
        if not near[node]:
            return 0.01
        return 4.0 if node >= self._count else 1.0

    # -- what comes out --

    def result(self) -> Layered:
        """Places from (0, 0), and routes."""
        sizes, gap = self._sizes, self._gap
        heights = [max(sizes[node][1] for node in row) for row in self.rows]
        tops = [0.0, *accumulate(height + gap[1] for height in heights)]
        left = min((self.x[node] - sizes[node][0] / 2 for row in self.rows for node in row), default=0.0)
        right = max((self.x[node] + sizes[node][0] / 2 for row in self.rows for node in row), default=0.0)
        middle = [tops[rank] + heights[rank] / 2 for rank in self.rank]
        centres = [(x - left, y) for x, y in zip(self.x, middle, strict=True)]

        def route(source: int, reader: int, chain: Sequence[int]) -> tuple[Point, ...]:
            points = [(centres[source][0], middle[source] + sizes[source][1] / 2)]
            for node in chain:
                rank, x = self.rank[node], centres[node][0]
                points += [(x, tops[rank]), (x, tops[rank] + heights[rank])]
            return (*points, (centres[reader][0], middle[reader] - sizes[reader][1] / 2))

        routes = [route(*edge, chain) for edge, chain in zip(self._edges, self._chains, strict=True)]
        bottom = tops[-1] - gap[1] if self.rows else 0.0
        return Layered(tuple(centres[: self._count]), tuple(routes), (right - left, bottom))


def _ranks(count: int, edges: Sequence[tuple[int, int]], on_top: int) -> list[int]:
    """For each node the length of the longest path to it; sources, but for ``on_top``, stand right above their first readers."""
    before: list[list[int]] = [[] for _ in range(count)]
    behind: list[list[int]] = [[] for _ in range(count)]
    for source, reader in edges:
        before[reader].append(source)
        behind[source].append(reader)
    ranks = [0] * count
    for node in range(count):
        ranks[node] = max((ranks[source] + 1 for source in before[node]), default=0)
    for node in range(on_top, count):
        if not before[node] and behind[node]:
            ranks[node] = min(ranks[reader] for reader in behind[node]) - 1
    return ranks


def _median(values: list[float]) -> float:
    values.sort()
    middle = len(values) // 2
    return values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
