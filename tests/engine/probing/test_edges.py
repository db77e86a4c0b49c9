"""Bounds and constants of the probes' tools that a look at finished answers would not notice: each test is of one of them."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from engine.capturing.develop import Darkroom
from engine.design.check import check
from engine.errors import ProbeError
from engine.probing import subject as subject_module
from engine.probing.ascent import LATE_RATE, LATE_WEIGHT, Ascent, Climb
from engine.probing.image_prior import fit_images
from engine.probing.pictures import Place, strip_tiles
from engine.probing.real_images import compare_with_data
from engine.probing.result import ImageStrip
from engine.probing.subject import batch_size
from engine.probing.units import find_unit
from engine.snapshot import Want
from tests.helpers.tiny_subject import plain_design, random_subject

STEPS = 100


def test_the_prior_has_as_many_directions_as_the_images_differ_in() -> None:
    generator = torch.Generator().manual_seed(3)
    patterns, strengths = torch.rand(2, 1, 6, 6, generator=generator), torch.rand(10, 2, generator=generator)
    images = 0.1 + torch.einsum("nk,kchw->nchw", strengths, patterns) / 4
    assert fit_images(images, 64).directions.shape == (36, 2)
    assert fit_images(images, 1).directions.shape == (36, 1)


def ascent(**weights: float) -> Ascent:
    subject = random_subject(plain_design((1, 12, 12)))
    climb = Climb(STEPS, 0, 0.05, weights.get("total_variation", 0.0), weights.get("decay", 0.0), 0, 0.0, 3.0, True)
    return Ascent(subject, find_unit(subject, "out", 1, "centre"), climb)


def test_late_steps_are_shorter() -> None:
    """Adam's first step moves every number by the learning rate."""
    moved = []
    for number in (0, STEPS - 1):
        climbing = ascent()
        before = climbing._codes.detach().clone()
        climbing.step(number)
        moved.append(float((climbing._codes.detach() - before).abs().max()))
    assert moved == pytest.approx([0.05, 0.05 * LATE_RATE], rel=1e-3) and LATE_RATE < 1


@pytest.mark.parametrize("regulariser", ["total_variation", "decay"])
def test_late_regularisers_weigh_less(regulariser: str) -> None:
    free, held = ascent(), ascent(**{regulariser: 2.0})
    bare = free._loss(0).item()
    early, late = (held._loss(number).item() - bare for number in (0, STEPS - 1))
    assert early > 0 and late == pytest.approx(LATE_WEIGHT * early, rel=1e-3) and LATE_WEIGHT < 1


def test_of_images_that_do_alike_the_first_is_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.probing.real_images.BATCH", 5)
    subject = random_subject(plain_design((1, 12, 12)))
    for split in subject.data.splits.values():
        split["image"].fill_(7)
    *_, best = compare_with_data(subject, find_unit(subject, "c", 1, "centre"))
    assert best.source == "train image #0" and best.is_constant


def test_small_pictures_of_a_strip_are_centred() -> None:
    large, small = np.ones((3, 11, 13), np.float32), np.ones((3, 4, 4), np.float32)
    pixels, places = strip_tiles(ImageStrip("two", pictures=(large, small), captions=("large", "small")))
    assert places == (Place(1, 0, 0), Place(2, 1, 2))
    assert np.argwhere(pixels[1]).min(axis=0).tolist() == [1, 2] and np.argwhere(pixels[1]).max(axis=0).tolist() == [8, 9]


def test_as_many_examples_go_at_once_as_their_activations_have_room(monkeypatch: pytest.MonkeyPatch) -> None:
    subject = random_subject(plain_design((1, 12, 12)))
    monkeypatch.setattr(subject_module, "BATCH_BYTES", 3 * 4 * check(subject.design).costs.activations)
    assert (batch_size(subject, 100), batch_size(subject, 2)) == (3, 2)
    monkeypatch.setattr(subject_module, "BATCH_BYTES", 1)
    assert batch_size(subject, 100) == 1


@pytest.mark.parametrize(("index", "at"), [(3, "11,11"), (0, "0,0")])
def test_the_last_unit_and_place_there_are(index: int, at: str) -> None:
    unit = find_unit(random_subject(plain_design((1, 12, 12))), "c", index, at)
    assert unit.index == index and f"{unit.position}" == f"({at.replace(',', ', ')})"


@pytest.mark.parametrize(("index", "at"), [(4, "centre"), (0, "12,0"), (0, "0,12")])
def test_one_beyond_the_last_is_refused(index: int, at: str) -> None:
    with pytest.raises(ProbeError, match=r"no unit 4|lies outside"):
        find_unit(random_subject(plain_design((1, 12, 12))), "c", index, at)


def test_a_past_step_without_pins_shows_the_first_example_of_the_gallery() -> None:
    subject = random_subject(plain_design((1, 12, 12)))
    room = Darkroom(subject.design, subject.problem)
    wants = frozenset({Want("feature_maps", "c")})
    snapshot = room.develop(subject.network.layers.state_dict(), wants, (), 5, 0.5)
    (shown,) = snapshot.pinned
    assert np.array_equal(shown.picture, subject.data.split("test")["image"][0].numpy())
    assert snapshot.captured.keys() == wants
