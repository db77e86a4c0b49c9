"""What captures show, against direct computation with the same network."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from engine.build import Network, restore
from engine.captures.feature_maps import UNITS
from engine.capturing.base import take
from engine.capturing.context import PINS_KEPT, CaptureContext, Gallery, looking
from engine.capturing.develop import Darkroom
from engine.capturing.quantise import quantise
from engine.design.network import NetworkDesign, layer
from engine.problem import Problem
from engine.snapshot import Bars, Tiles, Units, Wall, Want
from tests.helpers.tiny_data import tiny_cnn, tiny_problem, tiny_set, trained


@pytest.fixture
def context() -> CaptureContext:
    torch.manual_seed(0)
    data = tiny_set()
    network = Network(tiny_cnn()).eval().requires_grad_(False)
    return CaptureContext(network, Gallery(tiny_problem(data), "cpu"), [tiny_problem(data).example("test", 5)])


def looked_at(network: Network, problem: Problem) -> CaptureContext:
    return CaptureContext(network, Gallery(problem, "cpu"), [problem.example("test", 0)])


def captured(context: CaptureContext, want: Want) -> object:
    found, failures = take([want], context)
    assert not failures
    return found.get(want)


def assert_shows(tiles: Tiles, pictures: NDArray[np.float32]) -> None:
    """Every picture within half a level of its own range."""
    assert len(tiles.levels) == len(pictures)
    for index, picture in enumerate(pictures):
        step = (tiles.high[index] - tiles.low[index]) / 254
        assert np.abs(tiles.values(index) - picture).max() <= step / 2 + 1e-6


def direct(context: CaptureContext, id: str) -> NDArray[np.float32]:
    return context.network.until(encoded(context, torch.from_numpy(context.pinned[0].picture)[None]), id)[0].numpy()


def encoded(context: CaptureContext, images: torch.Tensor) -> torch.Tensor:
    return context.problem.input.meaning.encode(images)


def test_feature_maps_of_a_signed_and_an_unsigned_layer(context: CaptureContext) -> None:
    signed = captured(context, Want("feature_maps", "c"))
    assert signed.signed and signed.total == 4
    assert_shows(signed, direct(context, "c"))
    assert (signed.low == -signed.high).all()

    unsigned = captured(context, Want("feature_maps", "r"))
    assert not unsigned.signed
    assert_shows(unsigned, direct(context, "r"))
    assert unsigned.low.min() >= 0


def test_a_layer_without_places_gives_its_units_and_only_the_classes_have_names(context: CaptureContext) -> None:
    vector = captured(context, Want("feature_maps", "f"))
    assert isinstance(vector, Units) and vector.labels == () and vector.total == 64
    np.testing.assert_array_equal(vector.values, direct(context, "f"))
    answer = captured(context, Want("feature_maps", "out"))
    assert isinstance(answer, Units) and answer.labels == context.problem.task.labels(context.problem.roles)
    assert answer.truth == context.pinned[0].label
    np.testing.assert_array_equal(answer.values, direct(context, "out"))


def test_of_very_many_units_the_first_are_shown() -> None:
    design = NetworkDesign(
        "wide", (1, 8, 8), (layer("f", "flatten"), layer("h", "linear", units=UNITS + 5), layer("out", "linear", units=2))
    )
    network = Network(design).eval().requires_grad_(False)
    units = captured(looked_at(network, tiny_problem(tiny_set())), Want("feature_maps", "h"))
    assert (len(units.values), units.total) == (UNITS, UNITS + 5)


def test_feature_maps_of_the_input(context: CaptureContext) -> None:
    assert_shows(
        captured(context, Want("feature_maps", "@in")),
        encoded(context, torch.from_numpy(context.pinned[0].picture)[None])[0].numpy(),
    )


def test_at_most_64_maps() -> None:
    data = tiny_set()
    network = Network(tiny_cnn().with_parameters("c", filters=70)).eval().requires_grad_(False)
    tiles = captured(
        looked_at(network, tiny_problem(data)),
        Want("feature_maps", "c"),
    )
    assert (len(tiles.levels), tiles.total) == (64, 70)


def test_filters_of_a_convolution(context: CaptureContext) -> None:
    tiles = captured(context, Want("filters", "c"))
    assert (tiles.total, tiles.columns, tiles.signed) == (4, 1, True)
    assert_shows(tiles, context.network.layers["c"].weight[:, 0].numpy())


def test_filters_of_a_deep_convolution_are_one_row_each() -> None:
    design = NetworkDesign("x", (3, 8, 8), (layer("a", "conv2d", filters=20), layer("b", "conv2d", filters=66, kernel=[3, 2])))
    network = Network(design).eval().requires_grad_(False)
    data = tiny_set(channels=3)
    tiles = captured(looked_at(network, tiny_problem(data)), Want("filters", "b"))
    assert (tiles.total, tiles.columns) == (66 * 20, 16)
    assert tiles.levels.shape == (64 * 16, 3, 2)
    assert_shows(tiles, network.layers["b"].weight[:64, :16].reshape(-1, 3, 2).numpy())


def test_fixed_filters_and_the_first_of_two_steps_can_be_looked_at() -> None:
    kinds = (layer("sobel", "fixed_filter2d"), layer("s", "separable_conv2d", filters=5, multiplier=2))
    column = layer("k", "spatially_separable_conv2d", filters=6)
    design = NetworkDesign("x", (1, 8, 8), (*kinds, column, layer("l", "locally_connected2d", filters=3)))
    network = Network(design).eval().requires_grad_(False)
    context = looked_at(network, tiny_problem(tiny_set()))
    shown = {id: captured(context, Want("filters", id)) for id in ("sobel", "s", "k", "l")}
    shapes = {id: (tiles.total, tiles.columns, tiles.levels.shape[1:]) for id, tiles in shown.items()}
    assert shapes == {"sobel": (1, 1, (3, 3)), "s": (2, 1, (3, 3)), "k": (30, 5, (3, 1)), "l": (2 * 2 * 3 * 6, 6, (3, 3))}
    assert shown["sobel"].values(0).round().tolist() == [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]


def templates(*between: object) -> tuple[Network, Tiles]:
    design = NetworkDesign("x", (3, 8, 8), (layer("f", "flatten"), *between, layer("out", "linear", units=2)))  # type: ignore[arg-type]
    network = Network(design).eval().requires_grad_(False)
    data = tiny_set(channels=3)
    return network, captured(
        looked_at(network, tiny_problem(data)),
        Want("filters", "out"),
    )


@pytest.mark.parametrize("between", [(), (layer("d", "dropout"), layer("r", "relu"))])
def test_a_linear_layer_on_an_image_is_shown_as_templates(between: tuple[object, ...]) -> None:
    network, tiles = templates(*between)
    assert (tiles.total, tiles.columns, tiles.signed) == (6, 3, True)
    assert_shows(tiles, network.layers["out"].weight.reshape(6, 8, 8).numpy())


def test_any_other_linear_layer_is_its_matrix() -> None:
    network, tiles = templates(layer("h", "linear", units=300))
    assert tiles.levels.shape == (1, 2, 256) and (tiles.total, tiles.columns) == (2, 0)
    assert_shows(tiles, network.layers["out"].weight[None, :, :256].numpy())


def test_layers_without_a_weight_matrix_show_nothing(context: CaptureContext) -> None:
    assert captured(context, Want("filters", "r")) is None
    assert captured(context, Want("filters", "bn")) is None
    assert captured(context, Want("filters", "@in")) is None


def test_the_answer_of_a_classifier(context: CaptureContext) -> None:
    bars = captured(context, Want("answer"))
    assert isinstance(bars, Bars)
    assert bars.labels == ("lying", "standing")
    assert bars.truth == context.pinned[0].label
    assert np.abs(bars.values - direct(context, "s")).max() < 1e-6  # the design's own softmax
    assert bars.values.sum() == pytest.approx(1.0)


@pytest.mark.parametrize("after_health", [False, True])
def test_predictions(context: CaptureContext, after_health: bool) -> None:
    if after_health:
        assert context.health_activations  # then the wall is read from these
    wall = captured(context, Want("predictions"))
    assert isinstance(wall, Wall)
    assert wall.pictures.shape == (64, 1, 8, 8)
    indices = context.gallery.indices
    assert (indices[0], indices[-1]) == (0, 79) and len(set(indices)) == 64  # spread over all 80 test images
    split = context.problem.data.split("test")
    expected = torch.softmax(context.network(encoded(context, split["image"][indices.copy()])).main, 1)
    assert wall.labels.tolist() == split["label"][indices.copy()].tolist()
    assert wall.predicted.tolist() == expected.argmax(1).tolist()
    assert np.abs(wall.confidence - expected.max(1).values.numpy()).max() < 1e-6


def test_without_test_images_the_gallery_takes_others() -> None:
    assert Gallery(tiny_problem(tiny_set(test=0)), "cpu").split == "validation"
    assert Gallery(tiny_problem(tiny_set(test=0, validation=0)), "cpu").first().source == "train image #0"


def test_an_unknown_capture_is_left_out_with_a_sentence_and_an_unknown_layer_without(context: CaptureContext) -> None:
    """A layer that was added while the run is alive gave one that named another layer: where it would be, the view says why."""
    found, failures = take([Want("feature_maps", "gone"), Want("feture_maps", "c"), Want("answer")], context)
    assert found.keys() == {Want("answer")} and failures.keys() == {Want("feture_maps", "c")}
    assert "Did you mean 'feature_maps'?" in failures[Want("feture_maps", "c")]


# -- quantising --


def test_zero_is_level_127_of_signed_pictures() -> None:
    tiles = quantise(torch.tensor([[[-1.0, 0.0, 3.0]], [[0.0, 0.0, 0.0]]]), 2, signed=True)
    assert tiles.levels[0].tolist() == [[85, 127, 254]]
    assert (tiles.low[0], tiles.high[0]) == (-3.0, 3.0)
    assert tiles.levels[1].tolist() == [[127, 127, 127]]
    assert tiles.values(1).tolist() == [[0.0, 0.0, 0.0]]


def test_each_unsigned_picture_fills_its_own_range() -> None:
    tiles = quantise(torch.tensor([[[1.0, 3.0]], [[5.0, 5.0]], [[0.0, 1e-40]]]), 7)
    assert tiles.levels[0].tolist() == [[0, 254]]
    assert tiles.values(0).tolist() == [[1.0, 3.0]]
    assert tiles.values(1).tolist() == [[5.0, 5.0]]
    assert tiles.total == 7


@pytest.mark.parametrize("signed", [False, True])
def test_numbers_that_are_not_finite_do_no_harm(signed: bool) -> None:
    tiles = quantise(torch.tensor([[[float("nan"), float("inf"), -float("inf"), 1.0]]]), 1, signed=signed)
    assert tiles.levels[0, 0, 1] == 254
    assert tiles.levels[0, 0, 2] == 0
    assert tiles.levels[0, 0, 0] == 127


def test_published_arrays_are_read_only(context: CaptureContext) -> None:
    wall = captured(context, Want("predictions"))
    arrays = [captured(context, Want("feature_maps", "c")).levels, captured(context, Want("answer")).values, wall.pictures]
    assert not any(array.flags.writeable for array in arrays)


# -- looking, and looking back --


def test_looking_leaves_the_mode_and_the_statistics_alone() -> None:
    network = Network(tiny_cnn())
    network.train()
    state = torch.get_rng_state()
    before = network.layers["bn"].running_mean.clone()
    with looking(network):
        assert not network.training and not torch.is_grad_enabled()
        network(torch.randn(4, 1, 8, 8, generator=torch.Generator().manual_seed(1)))
    assert network.training and torch.is_grad_enabled()
    assert torch.equal(network.layers["bn"].running_mean, before)
    assert torch.equal(torch.get_rng_state(), state)


def test_the_darkroom_develops_what_the_live_run_showed() -> None:
    wants = frozenset({Want("feature_maps", "c"), Want("filters", "c"), Want("answer"), Want("predictions")})
    watcher = trained(watch=wants)
    live, state, data = watcher.snapshots[-1], watcher.runner.final_state, watcher.runner.data
    random = torch.get_rng_state()
    past = Darkroom(tiny_cnn(), tiny_problem(data)).develop(state.network, wants, live.pinned, 26, 2.0)
    assert torch.equal(torch.get_rng_state(), random)  # a run beside it would not notice

    assert (past.step, past.epoch, past.design, past.task) == (live.step, live.epoch, live.design, live.task)
    for want in wants:
        for name, value in vars(live.captured[want]).items():
            assert np.array_equal(value, getattr(past.captured[want], name)), (want, name)


def test_the_darkroom_goes_back_and_forth() -> None:
    data, design, want = tiny_set(), tiny_cnn(), Want("filters", "c")
    first, second = Network(design), Network(design)
    darkroom = Darkroom(design, tiny_problem(data))
    for network in (first, second, first):
        snapshot = darkroom.develop(network.layers.state_dict(), frozenset({want}), (), 1, 0.1)
        assert_shows(snapshot.captured[want], network.layers["c"].weight.detach()[:, 0].numpy())
        assert snapshot.front.source == "test image #0"


def test_restored_networks_ask_for_no_gradients() -> None:
    network = restore(tiny_cnn(), Network(tiny_cnn()).layers.state_dict())
    assert not network.training
    assert not any(parameter.requires_grad for parameter in network.parameters())


def test_a_pinned_example_is_brought_to_the_device_once_and_only_so_many_stay_there() -> None:
    problem = tiny_problem(tiny_set())
    gallery = Gallery(problem, "cpu")
    example = problem.example("test", 0)
    first = gallery.inputs_of(example)
    assert gallery.inputs_of(example) is first
    for _ in range(PINS_KEPT + 3):
        gallery.inputs_of(problem.example("test", 1))  # each time another one
    assert 0 < len(gallery._inputs_of) <= PINS_KEPT
    assert torch.equal(torch.as_tensor(gallery.inputs_of(example)), torch.as_tensor(first))


def test_maps_of_both_signs_are_signed_whatever_the_single_maps_are() -> None:
    positive, negative = torch.rand(1, 4, 4), -torch.rand(1, 4, 4)
    assert quantise(torch.cat([positive, negative]), 2).signed
    assert not quantise(positive, 1).signed


def test_what_is_not_a_number_counts_as_zero() -> None:
    picture = torch.tensor([[[-2.0, float("nan"), 1.0]]])
    assert quantise(picture, 1).values(0)[0].tolist() == pytest.approx([-2.0, 0.0, 1.0], abs=2 / 127)
    assert quantise(torch.tensor([[[3.0, float("nan"), 1.0]]]), 1).low.tolist() == [0.0]


def test_a_negative_pin_is_no_pin(context: CaptureContext) -> None:
    found, failures = take([Want("answer", "", -1)], context)
    assert not found and "no pinned example" in next(iter(failures.values()))


def test_the_wall_says_which_examples_it_shows(context: CaptureContext) -> None:
    wall = captured(context, Want("predictions"))
    assert isinstance(wall, Wall) and wall.indices.tolist() == context.gallery.indices.tolist()
