"""Subjects are private copies, made without a trace."""

from __future__ import annotations

import pytest
import torch

from engine.errors import ProbeError, TrainingError
from engine.probing.image_prior import fit_images, spread_indices, spread_over_splits
from engine.probing.images import as_bytes, blurred, shifted, total_variation
from engine.probing.subject import encoded, make_subject
from engine.probing.units import before_activation, find_unit
from engine.problem import make_problem
from tests.helpers.tiny_subject import noise_set, plain_design, random_subject, residual_design


def test_a_subject_is_a_private_copy_in_eval_mode() -> None:
    original = random_subject(residual_design((3, 12, 12)))
    weights = original.network.layers.state_dict()
    random_state = torch.get_rng_state()
    copy = make_subject(original.design, weights, original.problem, name="step 5")
    assert torch.equal(torch.get_rng_state(), random_state)
    assert copy.name == "step 5" and not copy.network.training
    assert not any(parameter.requires_grad for parameter in copy.network.parameters())
    inputs = encoded(original, original.data.split("test")["image"])
    before = copy.network(inputs).main
    torch.testing.assert_close(before, original.network(inputs).main)
    for weight in weights.values():
        weight.zero_()
    torch.testing.assert_close(copy.network(inputs).main, before)


def test_weights_and_data_must_fit() -> None:
    subject = random_subject(plain_design((1, 12, 12)))
    weights = dict(subject.network.layers.state_dict())
    with pytest.raises(ProbeError, match="The data are 1 × 8 × 8, but the network reads 1 × 12 × 12"):
        make_subject(subject.design, weights, make_problem(None, noise_set((1, 8, 8)), plain_design((1, 8, 8))))
    weights["c.weight"] = weights["c.weight"][:2]
    with pytest.raises(TrainingError, match="'c'"):
        make_subject(subject.design, weights, subject.problem)


def test_a_rising_activation_is_climbed_from_below() -> None:
    subject = random_subject(plain_design((1, 12, 12)))
    assert before_activation(subject, find_unit(subject, "r", 0, "centre")).layer == "c"
    assert before_activation(subject, find_unit(subject, "r", 0, "mean")).layer == "r"
    assert before_activation(subject, find_unit(subject, "c", 0, "centre")).layer == "c"
    assert before_activation(subject, find_unit(subject, "s", 0, "centre")).layer == "s"


def test_receptive_fields_of_units() -> None:
    subject = random_subject(plain_design((1, 12, 16)))
    assert find_unit(subject, "c", 0, "centre").field == (3, 3)
    assert find_unit(subject, "c", 0, "centre").position == (6, 8)
    assert find_unit(subject, "out", 0, "centre").field == (12, 16)


def test_the_prior_gives_back_images_and_their_spread() -> None:
    generator = torch.Generator().manual_seed(0)
    strength = torch.randn(400, 1, 1, 1, generator=generator)
    pattern = torch.linspace(-0.2, 0.2, 48).view(1, 3, 4, 4)
    images = 0.5 + strength * pattern + 0.01 * torch.randn(400, 3, 4, 4, generator=generator)
    prior = fit_images(images, components=1)
    torch.testing.assert_close(prior.images(prior.codes(images)), images)
    direction = prior.directions[:, 0].view(3, 4, 4)
    sign = torch.sign((direction * pattern[0]).sum())
    torch.testing.assert_close(sign * direction, pattern[0] * strength.std(), atol=0.01, rtol=0)
    torch.testing.assert_close(prior.mean, images.mean(0).flatten())
    assert prior.deviation == pytest.approx(0.02), "the least there is: 0.01 was left over"


def test_indices_are_spread_evenly_without_repeats() -> None:
    assert spread_indices(10, 5).tolist() == [0, 2, 4, 6, 8]
    assert spread_indices(3, 5).tolist() == [0, 1, 2]
    assert len(set(spread_indices(1000, 700).tolist())) == 700
    parts = spread_over_splits(noise_set((1, 4, 4)), count=20)
    assert [(name, len(indices)) for name, _, indices in parts] == [("train", 12), ("validation", 4), ("test", 4)]


def test_blur_keeps_flat_images_and_spreads_a_point_evenly() -> None:
    torch.testing.assert_close(blurred(torch.full((2, 3, 5, 7), 0.3), (1.0, 2.0)), torch.full((2, 3, 5, 7), 0.3))
    point = torch.zeros(1, 1, 21, 21)
    point[0, 0, 10, 10] = 1
    spread = blurred(point, (1.5, 1.5))[0, 0]
    torch.testing.assert_close(spread, spread.T)
    place = torch.arange(21.0)
    variance = (spread.sum(1) * (place - 10) ** 2).sum() / spread.sum()
    assert float(variance) == pytest.approx(1.5**2, rel=0.02)


def test_shifts_stay_within_reach_and_repeat_the_border() -> None:
    images = torch.arange(25.0).view(1, 1, 5, 5).repeat(40, 1, 1, 1)
    moved = shifted(images, 1, torch.Generator().manual_seed(0))
    centres = set(moved[:, 0, 2, 2].tolist())
    assert centres == {6, 7, 8, 11, 12, 13, 16, 17, 18}
    assert moved.min() >= 0 and shifted(images, 0, torch.Generator()) is images


def test_roughness_is_the_same_for_an_enlarged_image() -> None:
    image = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(1))
    enlarged = image.repeat_interleave(4, 2).repeat_interleave(4, 3)
    torch.testing.assert_close(total_variation(enlarged), total_variation(image))
    assert float(total_variation(torch.ones(1, 1, 8, 8))) == 0


def test_bytes_are_what_a_file_holds() -> None:
    assert as_bytes(torch.tensor([-1.0, 0.5, 2.0])).mul(255).tolist() == [0, 128, 255]
