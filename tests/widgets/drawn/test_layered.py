"""The layout of graphs in layers: no two nodes overlap, every edge goes forwards, the same graph looks the same."""

from __future__ import annotations

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from widgets.drawn.layered import Layered, layered

Graph = tuple[list[tuple[float, float]], list[tuple[int, int]]]


@st.composite
def graphs(draw: st.DrawFn, most: int = 24) -> Graph:
    count = draw(st.integers(1, most))
    sizes = draw(st.lists(st.tuples(st.integers(1, 200), st.integers(1, 80)), min_size=count, max_size=count))
    pairs = list(combinations(range(count), 2))
    edges = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=3 * count)) if pairs else []
    return [(float(width), float(height)) for width, height in sizes], edges


def residual(count: int) -> Graph:
    """A long chain with a skip over every third node and a branch at every fifth."""
    edges = [(node - 1, node) for node in range(1, count)]
    edges += [(node - 3, node) for node in range(3, count, 3)] + [(node - 5, node) for node in range(5, count, 5)]
    return [(120.0, 40.0)] * count, edges


def require_sound(graph: Graph, made: Layered) -> None:
    sizes, edges = graph
    boxes = [(x - w / 2, y - h / 2, x + w / 2, y + h / 2) for (x, y), (w, h) in zip(made.centres, sizes, strict=True)]
    for one, other in combinations(boxes, 2):
        apart = one[2] <= other[0] + 1e-6 or other[2] <= one[0] + 1e-6 or one[3] <= other[1] + 1e-6 or other[3] <= one[1] + 1e-6
        assert apart, (one, other)
    for (source, reader), route in zip(edges, made.routes, strict=True):
        assert boxes[source][3] < boxes[reader][1], "a reader is below what it reads"
        heights = [y for _, y in route]
        assert heights == sorted(heights), "an edge never turns back"
        assert abs(route[0][1] - boxes[source][3]) < 1e-6 and abs(route[-1][1] - boxes[reader][1]) < 1e-6
    assert all(left >= -1e-6 and right <= made.size[0] + 1e-6 for left, _, right, _ in boxes)
    assert all(top >= -1e-6 and bottom <= made.size[1] + 1e-6 for _, top, _, bottom in boxes)


@given(graphs())
def test_nodes_stand_apart_and_edges_go_forwards(graph: Graph) -> None:
    made = layered(*graph)
    require_sound(graph, made)
    assert layered(*graph) == made


def test_500_nodes_stand_apart() -> None:
    graph = residual(500)
    require_sound(graph, layered(*graph))


def test_a_chain_is_straight() -> None:
    made = layered([(float(20 + 7 * (node % 5)), 10.0) for node in range(30)], [(node, node + 1) for node in range(29)])
    assert max(x for x, _ in made.centres) - min(x for x, _ in made.centres) < 1e-6


def test_edges_pass_nodes_without_touching_them() -> None:
    graph = residual(60)
    made = layered(*graph)
    for (source, reader), route in zip(graph[1], made.routes, strict=True):
        for node, ((x, y), (w, h)) in enumerate(zip(made.centres, graph[0], strict=True)):
            if node in (source, reader):
                continue
            for (x1, y1), (x2, y2) in pairwise(route):
                if x1 == x2 and min(y1, y2) < y + h / 2 and max(y1, y2) > y - h / 2:
                    assert not x - w / 2 < x1 < x + w / 2, (source, reader, node)


def test_branches_are_uncrossed() -> None:
    """Two branches that are named crosswise: the ordering undoes it."""
    edges = [(0, 1), (0, 2), (1, 4), (2, 3), (3, 5), (4, 5)]
    made = layered([(40.0, 20.0)] * 6, edges)
    left = [made.centres[node][0] for node in (1, 4)]
    right = [made.centres[node][0] for node in (2, 3)]
    assert max(left) < min(right) or max(right) < min(left)
