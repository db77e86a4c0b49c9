"""What is drawn of a network: every layer once, blocks folded or not, who reads whom, and lengths that say sizes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.design.check import check
from engine.design.network import NetworkDesign, layer
from engine.families import network
from tests.widgets.drawn.bench import residual, small
from widgets.drawn.figures import Figure, Group, drawn
from widgets.drawn.graph import graph_scene
from widgets.drawn.scene import Font, Scene, Words
from widgets.drawn.volume_scene import volume_scene
from widgets.drawn.volumes import HEIGHT, LEAST, scale_for, scales_for


def measure(text: str, font: Font) -> float:
    return 0.6 * font.size * len(text)


def figures(design: NetworkDesign, *unfolded: str) -> Group:
    return drawn(design, check(design), frozenset(unfolded))


def texts(scene: Scene) -> list[str]:
    shapes = [shape for each in (*scene.parts, *scene.frames, *scene.wires) for shape in each.shapes]
    return [shape.text for shape in shapes if isinstance(shape, Words)]


def test_a_folded_block_is_one_figure() -> None:
    root = figures(small())
    assert [figure.place for figure in root.figures()] == ["@in", "c1", "r1", "p1", "res", "gap", "out"]
    (block,) = [figure for figure in root.figures() if figure.is_block]
    assert (block.title, block.repeat, block.shape) == ("Residual block", 3, (8, 8, 8))


def test_an_unfolded_block_is_drawn_once_and_says_how_often_it_comes() -> None:
    root = figures(small(), "res")
    assert [figure.place for figure in root.figures()][4:9] == ["res.0.a", "res.0.bn", "res.0.r", "res.0.b", "res.0.sum"]
    (group,) = [item for item in root.items if isinstance(item, Group)]
    assert (group.title, group.repeat, group.note) == ("Residual block", 3, "1,184 params each · 1 of 3 drawn")
    assert {(link.source, link.reader) for link in group.links} >= {("@in", "res.0.a"), ("@in", "res.0.sum"), ("b", "res.0.sum")}
    assert all(link.shape == (8, 8, 8) for link in group.links)


def test_blocks_in_blocks() -> None:
    outer = layer("outer", "block", repeat=2, layers=(residual(2), layer("r", "relu")))
    design = NetworkDesign("nested", (8, 4, 4), (outer,))
    assert [figure.place for figure in figures(design).figures()] == ["@in", "outer"]
    assert [figure.place for figure in figures(design, "outer").figures()] == ["@in", "outer.0.res", "outer.0.r"]
    assert "outer.0.res.0.a" in [figure.place for figure in figures(design, "outer", "outer.0.res").figures()]


@pytest.mark.parametrize("make", [graph_scene, volume_scene])
@pytest.mark.parametrize(
    "design",
    [small(), network("lenet5"), network("residual_small"), network("mlp"), network("mask_small")],
    ids=lambda each: getattr(each, "name", ""),
)
def test_every_layer_is_drawn_and_every_link_says_its_shape(make, design) -> None:  # type: ignore[no-untyped-def]
    unfolded = [spec.id for spec in design.layers if spec.inside]
    for folded in (True, False):
        root = figures(design, *([] if folded else unfolded))
        scene = make(root, measure)
        assert [part.place for part in scene.parts] == [figure.place for figure in root.figures()]
        links = {id(wire.link) for wire in scene.wires if wire.link is not None}
        every = [link for group in root.groups() for link in group.links]
        glued = 0 if make is graph_scene else sum(1 for link in every if id(link) not in links)
        assert len(links) == len(every) - glued
        if make is graph_scene:
            assert all(any("×".join(map(str, link.shape)) == text for text in texts(scene)) for link in every if link.shape)


def test_boxes_of_a_graph_stand_apart_and_frames_hold_what_is_in_them() -> None:
    scene = graph_scene(figures(small(), "res"), measure)
    for at, one in enumerate(scene.parts):
        for other in scene.parts[:at]:
            assert not one.box.meets(other.box)
    (frame,) = scene.frames
    for part in scene.parts:
        assert frame.box.holds((part.box.left, part.box.top)) == part.place.startswith("res.")


def test_activations_and_norms_are_glued_to_the_layer_before_them() -> None:
    scene = volume_scene(figures(small(), "res"), measure)
    by = scene.by_place
    assert by["r1"].box.left == pytest.approx(by["c1"].box.right)
    assert by["res.0.bn"].box.left == pytest.approx(by["res.0.a"].box.right)
    assert by["p1"].box.left > by["r1"].box.right + 5
    assert "+ BN + ReLU" in texts(scene) and "+ ReLU" in texts(scene)


def test_a_slab_of_its_own_where_something_else_reads_what_is_before_it() -> None:
    layers = (
        layer("c", "conv2d", filters=3, kernel=1),
        layer("c2", "conv2d", filters=3, kernel=1),
        layer("r", "relu", inputs=("c",)),
    )
    scene = volume_scene(figures(NetworkDesign("n", (3, 8, 8), layers)), measure)
    assert scene.by_place["r"].box.left > scene.by_place["c2"].box.right + 5


def test_a_skip_is_an_arc_over_what_it_passes() -> None:
    scene = volume_scene(figures(network("residual_small")), measure)
    (arc,) = [wire for wire in scene.wires if wire.link is not None and (wire.link.source, wire.link.reader) == ("p1", "sum")]
    assert min(y for _, y in arc.line.points) < scene.by_place["c2"].box.top


def test_rays_lead_from_the_window_to_its_cell() -> None:
    layers = (layer("c", "conv2d", filters=4, kernel=3, stride=2, padding=1),)
    scene = volume_scene(figures(NetworkDesign("n", (3, 16, 16), layers)), measure)
    rays = scene.rays["c"]
    window = rays[0].points  # type: ignore[union-attr]
    source = scene.by_place["@in"].box
    # Cell 2 of 8 reads rows 3, 4 and 5 of 16.
    height = scales_for([(3, 16, 16), (4, 8, 8)]).solid((3, 16, 16)).height
    assert window[3][1] - window[0][1] == pytest.approx(3 / 16 * height)
    assert source.left <= window[0][0] <= source.right
    across = scales_for([(3, 16, 16), (4, 8, 8)]).solid((3, 16, 16)).across
    assert window[0][1] == pytest.approx(-(height - across[1]) / 2 - across[1] + 3 / 16 * (height + across[1]))


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=20))
def test_scales_keep_the_order_and_show_everything(numbers: list[int]) -> None:
    scale = scale_for(numbers, HEIGHT)
    lengths = [scale.of(number) for number in sorted(numbers)]
    assert lengths == sorted(lengths)
    assert all(LEAST <= length <= HEIGHT + 1e-6 for length in lengths)
    assert scale.words("pixel")


def test_the_scale_is_straight_where_it_can_be_and_says_when_it_is_not() -> None:
    assert scale_for([32, 16, 8], 150).words("pixel") == "4.7 px per pixel"
    assert scale_for([224, 7], 150).words("pixel") == "10 px per √ pixel"
    assert "log₂" in scale_for([4096, 2], 68).words("channel")


def test_a_misfit_and_what_waits_for_it() -> None:
    layers = (layer("c", "conv2d", filters=3, kernel=99), layer("r", "relu"))
    root = figures(NetworkDesign("n", (3, 8, 8), layers))
    broken, waiting = [figure for figure in root.figures() if isinstance(figure, Figure)][1:]
    assert broken.problem and broken.advice and broken.size == "?" and "larger than its input" in broken.tip.lower()
    assert waiting.is_blocked and not waiting.problem
    for make in (graph_scene, volume_scene):
        assert make(root, measure).by_place["c"].remedy is not None
        assert make(root, measure).by_place["r"].remedy is None


def test_what_is_odd_about_a_layer_is_said_under_the_mouse() -> None:
    layers = (layer("a", "relu"), layer("b", "relu", inputs=("@in",)))
    odd, plain = list(figures(NetworkDesign("n", (3, 8, 8), layers)).figures())[1:]
    assert "Nothing reads its output" in odd.tip and "Nothing reads" not in plain.tip


def test_further_inputs_stand_at_the_beginning() -> None:
    layers = (layer("s", "add", inputs=("@in", "@other")),)
    design = NetworkDesign("two", (3, 8, 8), layers, further_inputs=(("other", (3, 8, 8)),))
    for make in (graph_scene, volume_scene):
        assert {part.place for part in make(figures(design), measure).parts} == {"@in", "@other", "s"}


def test_a_spatial_transformer_unfolds_into_its_localisation_network() -> None:
    inside = (layer("f", "flatten"), layer("l", "linear", units=6))
    design = NetworkDesign("stn", (1, 8, 8), (layer("st", "spatial_transformer", layers=inside),))
    root = figures(design, "st")
    assert [figure.place for figure in root.figures()] == ["@in", "st.0.f", "st.0.l", "st.0.@end"]
    for make in (graph_scene, volume_scene):
        assert len(make(root, measure).parts) == 4
