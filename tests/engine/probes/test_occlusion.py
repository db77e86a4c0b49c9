"""Occlusion against Captum, against a loop, and on networks whose answer is known by hand."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.colours import NEUTRAL, colour_table
from engine.design.network import NetworkDesign, layer
from engine.design.values import construct
from engine.errors import ProbeError
from engine.probes.occlusion import Occlusion
from engine.probing.base import Subject
from engine.probing.parse import make_probe
from engine.probing.pictures import heat_tiles
from engine.probing.result import HeatMap
from engine.probing.subject import as_input
from tests.helpers.tiny_subject import first_image, plain_design, random_subject, residual_design, subject_with

CAPTUM_TOLERANCE = 1e-5


def ask(subject: Subject, **parameters: Any) -> HeatMap:
    *_, last = construct(Occlusion, parameters, "occlusion").run(subject, first_image(subject))
    assert isinstance(last, HeatMap)
    return last


def captum(subject: Subject, patch: tuple[int, int], stride: tuple[int, int], output: str, target: int) -> NDArray[Any]:
    """Captum's answer (H, W); its value is the mean over the covering positions, the baseline zero."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from captum.attr import Occlusion as CaptumOcclusion
    network = subject.network

    def forward(images: torch.Tensor) -> torch.Tensor:
        logits = network(images).main
        return logits.softmax(1) if output == "probability" else logits

    inputs = as_input(subject, first_image(subject))
    channels = inputs.shape[1]
    answer = CaptumOcclusion(forward).attribute(
        inputs, sliding_window_shapes=(channels, *patch), strides=(channels, *stride), target=target, perturbations_per_eval=16
    )
    return answer[0].mean(0).double().numpy()


def cover_of(subject: Subject, fill: str, patch: tuple[int, int]) -> torch.Tensor:
    """What the fill shows in place of the first test image."""
    made = make_probe("occlusion", {"fill": fill})
    assert isinstance(made, Occlusion)
    return made.fill.cover(as_input(subject, first_image(subject)), subject.problem.input.meaning, patch)


def both(design: NetworkDesign, precise: bool, patch: tuple[int, int], stride: tuple[int, int], output: str) -> None:
    subject = random_subject(design)
    if precise:
        subject.network.double()
    ours = ask(subject, patch=patch, stride=stride, output=output, target="1").values
    theirs = captum(subject, patch, stride, output, target=1)
    assert np.abs(theirs).max() > 1e-4, "a map of zeros would prove nothing"
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=CAPTUM_TOLERANCE)


@pytest.mark.parametrize("precise", [False, True], ids=["float32", "float64"])
@pytest.mark.parametrize("output", ["probability", "logit"])
@pytest.mark.parametrize("design", [plain_design((1, 16, 20)), residual_design((3, 13, 12))], ids=["1 channel", "3 channels"])
def test_it_equals_captum(design: NetworkDesign, output: str, precise: bool) -> None:
    both(design, precise, (5, 4), (3, 2), output)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_it_equals_captum_for_any_patch_and_stride(data: st.DataObject) -> None:
    shape = (data.draw(st.sampled_from([1, 3])), data.draw(st.integers(8, 14)), data.draw(st.integers(8, 14)))
    patch = tuple(data.draw(st.integers(1, size)) for size in shape[1:])
    stride = tuple(data.draw(st.integers(max(1, side // 4), side)) for side in patch)
    both(plain_design(shape), data.draw(st.booleans()), patch, stride, "logit")  # type: ignore[arg-type]


def pixel_design(size: int = 8) -> NetworkDesign:
    return NetworkDesign("pixel", (1, size, size), (layer("f", "flatten"), layer("out", "linear", units=2)))


def pixel_subject(row: int, column: int, size: int = 8) -> Subject:
    """Logit 1 is twice the input at (row, column); logit 0 is the constant 0.5."""
    weight = torch.zeros(2, size * size)
    weight[1, row * size + column] = 2.0
    return subject_with(pixel_design(size), {"out.weight": weight, "out.bias": torch.tensor([0.5, 0.0])})


@pytest.mark.parametrize("at", [(0, 0), (3, 5), (7, 7)])
def test_a_network_of_one_pixel_shows_just_the_patches_that_cover_it(at: tuple[int, int]) -> None:
    subject = pixel_subject(*at)
    value = 2 * float(as_input(subject, first_image(subject))[0, 0, at[0], at[1]])
    answer = ask(subject, patch=3, stride=1, target="1", output="logit", resolution="map").values
    rows, columns = np.indices(answer.shape)
    covers = (rows <= at[0]) & (at[0] < rows + 3) & (columns <= at[1]) & (at[1] < columns + 3)
    np.testing.assert_allclose(answer, np.where(covers, value, 0.0), atol=1e-6)


def test_each_pixel_is_the_mean_over_the_positions_that_cover_it() -> None:
    """Worked out by hand: 8 pixels, patch 3, stride 2: positions cover 0-2, 2-4, 4-6, 6-7 along each side."""
    subject = pixel_subject(2, 2)
    value = 2 * float(as_input(subject, first_image(subject))[0, 0, 2, 2])
    line = np.array([1, 1, 1, 1, 0.5, 0, 0, 0])  # share of a pixel's positions that also cover pixel 2
    answer = ask(subject, patch=3, stride=2, target="1", output="logit")
    np.testing.assert_allclose(answer.values, value * np.outer(line, line), atol=1e-6)
    assert answer.facts["positions"] == 16


def test_the_last_position_is_cut_off_at_the_border() -> None:
    subject = pixel_subject(7, 7)
    answer = ask(subject, patch=3, stride=2, target="1", output="logit", resolution="map").values
    assert answer.shape == (4, 4)
    assert answer[3, 3] != 0 and np.count_nonzero(answer) == 1


def test_a_constant_network_gives_zeros() -> None:
    weights = {"out.weight": torch.zeros(2, 64), "out.bias": torch.tensor([1.0, 3.0])}
    answer = ask(subject_with(pixel_design(), weights), patch=2)
    assert not answer.values.any()
    assert answer.facts["probability"] == pytest.approx(1 / (1 + np.exp(-2)))
    assert answer.facts["lowest_probability"] == answer.facts["probability"]


def test_facts_name_what_a_reader_wants_to_know() -> None:
    subject = pixel_subject(3, 5)
    facts = ask(subject, patch=(2, 3), stride=1, target="one", output="logit").facts
    logit = 2 * float(as_input(subject, first_image(subject))[0, 0, 3, 5])
    assert facts["target"] == "one" and facts["target_index"] == 1
    assert facts["logit"] == pytest.approx(logit)
    assert facts["probability"] == pytest.approx(1 / (1 + np.exp(0.5 - logit)))
    assert facts["patch"] == [2, 3] and facts["stride"] == [1, 1] and facts["positions"] == 7 * 6
    if logit > 0:
        assert facts["strongest_pixel"] == [3, 5]
        assert facts["lowest_probability"] < facts["probability"]
        row, column = facts["lowest_at"]
        assert row <= 3 < row + 2 and column <= 5 < column + 3


def test_partial_answers_are_exact_where_they_are_known() -> None:
    subject = random_subject(plain_design((1, 28, 28)))
    answers = list(Occlusion(patch=4, stride=1, resolution="map").run(subject, first_image(subject)))
    last = answers[-1].array()
    assert len(answers) > 3 and last is not None
    for answer in answers:
        values = answer.array()
        assert values is not None
        known = ~np.isnan(values)
        assert known.mean() == pytest.approx(answer.done)
        np.testing.assert_allclose(values[known], last[known], atol=1e-7)


def test_the_whole_image_is_seen_at_once_and_gets_finer() -> None:
    subject = random_subject(plain_design((1, 28, 28)))
    first = next(Occlusion(patch=8, stride=1).run(subject, first_image(subject))).array()
    assert first is not None
    seen = ~np.isnan(first)
    assert seen.mean() > 0.75 and seen[:4].any() and seen[-8:].any()


@pytest.mark.parametrize("fill", ["zero", "mean", "grey", "blur", "noise", "0.75", "-1"])
def test_every_fill_covers_with_what_it_says(fill: str) -> None:
    """The map of one position each equals the network asked about an image covered by hand."""
    subject = random_subject(plain_design((3, 12, 12)))
    inputs = as_input(subject, first_image(subject))
    cover = cover_of(subject, fill, (4, 4))
    answer = ask(subject, patch=4, stride=4, fill=fill, output="logit", target="0", resolution="map").values
    covered = inputs.clone()
    covered[..., 4:8, 8:12] = cover[..., 4:8, 8:12]
    assert answer[1, 2] == pytest.approx(float((subject.network(inputs).main - subject.network(covered).main)[0, 0]), abs=1e-5)


def test_fills_have_the_values_they_promise() -> None:
    subject = random_subject(plain_design((3, 12, 12)))
    inputs = as_input(subject, first_image(subject))

    def cover(fill: str) -> torch.Tensor:
        return cover_of(subject, fill, (4, 4))

    assert not cover("zero").any()
    assert torch.equal(cover("0.75"), torch.full_like(inputs, 0.75))
    torch.testing.assert_close(cover("grey"), torch.full_like(inputs, (0.5 - 0.4) / 0.25))
    torch.testing.assert_close(cover("mean")[0, :, 0, 0], inputs.mean((0, 2, 3)))
    torch.testing.assert_close(cover("noise").mean((2, 3)), inputs.mean((2, 3)), atol=0.4, rtol=0)
    assert cover("blur").std() < 0.5 * inputs.std()
    torch.testing.assert_close(cover("blur").mean(), inputs.mean(), atol=0.15, rtol=0)


def test_target_may_be_an_index_a_name_the_label_or_the_prediction() -> None:
    subject = random_subject(plain_design((1, 12, 12)))
    image = first_image(subject)
    predicted = int(subject.network(as_input(subject, image)).main.argmax())

    def target(word: str) -> int:
        return int(ask(subject, target=word, patch=6).facts["target_index"])

    assert (target("2"), target("two"), target("label"), target("predicted")) == (2, 2, image.label, predicted)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"patch": "40"}, r"larger than the image, which is 12×12\. Use a patch of 2"),
        ({"patch": "3,13"}, "larger than the image"),
        ({"patch": "3", "stride": "4"}, r"never covers the pixels in between\. Use a stride of 3×3 or less"),
        ({"patch": "3,3,3"}, "Give one number, or height,width"),
        ({"fill": "grei"}, "Did you mean 'grey'"),
        ({"fill": "nan"}, r"Setting 'fill\.value'.* out of range"),
        ({"target": "3"}, r"no class 3\. Use 0 to 2"),
        ({"target": "-1"}, r"no class -1\. Use 0 to 2"),
        ({"target": "tow"}, "Did you mean 'two'"),
    ],
)
def test_a_question_that_does_not_fit_is_a_sentence(settings: dict[str, str], sentence: str) -> None:
    subject = random_subject(plain_design((1, 12, 12)))
    with pytest.raises(ProbeError, match=sentence):
        next(make_probe("occlusion", settings).run(subject, first_image(subject)))


def test_a_map_in_which_nothing_matters_says_so_and_stays_pale() -> None:
    """A range of some millionths is no reason for full colour."""
    weights = {"out.weight": torch.zeros(2, 64), "out.bias": torch.tensor([1.0, 3.0])}
    weights["out.weight"][0, 9] = 1e-5
    subject = subject_with(pixel_design(), weights)
    answer = ask(subject, patch=2)
    assert 0 < np.abs(answer.values).max() < 1e-4 < answer.floor
    assert "no patch matters" in answer.headline
    tiles = heat_tiles(answer)
    assert tiles.limit == answer.floor and tiles.largest < answer.floor
    neutral = int(colour_table("diverging")[NEUTRAL])
    assert (tiles.pixels[1] == neutral).all(), "no pixel is coloured"


@pytest.mark.parametrize("output", ["probability", "logit"])
def test_a_map_in_which_something_matters_has_full_colour(output: str) -> None:
    answer = ask(pixel_subject(3, 5), patch=(2, 3), stride=1, target="one", output=output)
    largest = float(np.abs(answer.values).max())
    if largest > answer.floor:
        assert heat_tiles(answer).limit == pytest.approx(largest) and "no patch matters" not in answer.headline
