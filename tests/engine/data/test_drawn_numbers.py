"""Points, waves and solids: where each class lies, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data.source import DATASETS, RawSplit
from engine.data.sources import points, solids, waves


def train(name: str) -> RawSplit:
    return DATASETS.get(name).load(0).train


def test_the_ring_is_where_it_should_be() -> None:
    part = train("ring")
    distance = np.hypot(*part["point"].T)
    assert np.array_equal(part["label"] == 1, (distance >= 1) & (distance <= 2))


def test_islands_lie_around_their_middles() -> None:
    part = train("three_modes")
    distance = np.hypot(*(part["point"][:, None] - np.array(points.MODES)).transpose(2, 0, 1))
    assert np.array_equal(part["label"] == 1, distance.min(1) <= points.RADIUS)
    assert all((distance[:, mode] <= points.RADIUS).sum() > 100 for mode in range(3))


def test_xor_is_the_sign_of_the_product() -> None:
    part = train("xor")
    same = np.prod(part["point"], 1) > 0
    assert ((part["label"] == 0) == same).mean() > 0.97
    assert all(((part["point"] > 0) == signs).all(1).sum() > 300 for signs in ([0, 0], [0, 1], [1, 0], [1, 1]))


def test_the_spirals_arms_are_turned_against_one_another() -> None:
    part = train("spiral")
    distance, angle = np.hypot(*part["point"].T) / 2, np.arctan2(part["point"][:, 1], part["point"][:, 0])
    unwound = angle - 2 * np.pi * points.TURNS * distance / 2
    for label in range(3):
        apart = np.angle(np.exp(1j * (unwound[part["label"] == label] - 2 * np.pi * label / 3)))
        assert abs(apart.mean()) < 0.02
        assert apart.std() == pytest.approx(0.15, abs=0.02)


@pytest.mark.parametrize("name", ["moons", "circles", "blobs", "ring", "three_modes", "spiral", "xor"])
def test_points_lie_around_the_middle(name: str) -> None:
    part = train(name)
    assert np.abs(part["point"].mean(0)).max() < 0.6
    assert 0.3 < part["point"].std() < 2.5
    assert np.abs(part["point"]).max() < 6


def test_wave_forms_by_hand() -> None:
    turns = np.array([[0, 0.25, 0.5, 0.75]], np.float32)
    sine, square, sawtooth, triangle = waves._forms(turns)[:, 0]
    assert sine == pytest.approx(np.array([0, 1, 0, -1]) * 2**0.5, abs=1e-6)
    assert square[[1, 3]].tolist() == [1, -1]
    assert sawtooth == pytest.approx(np.array([-1, -0.5, 0, 0.5]) * 3**0.5)
    assert triangle == pytest.approx(np.array([1, 0, -1, 0]) * 3**0.5)
    long = np.linspace(0, 1, 1000, endpoint=False, dtype=np.float32)[None]
    assert (waves._forms(long) ** 2).mean((1, 2)) == pytest.approx(1, abs=0.01), "as loud as one another"


def test_waves_of_a_class_differ_and_loudness_says_nothing() -> None:
    part = train("waves")
    loud = [part["signal"][part["label"] == label].std(2).mean() for label in range(4)]
    assert max(loud) < 1.05 * min(loud)


@pytest.mark.parametrize("name", list(solids.BODIES))
def test_bodies_fit_into_the_unit_ball(name: str) -> None:
    axis = np.linspace(-1.2, 1.2, 41, dtype=np.float32)
    x, y, z = np.meshgrid(axis, axis, axis)
    inside = solids.BODIES[name](x, y, z) < 0
    assert np.sqrt(x**2 + y**2 + z**2)[inside].max() <= 1.01
    assert 0.1 < inside.mean() * 2.4**3 / (4 / 3 * np.pi) < 0.6


def test_turns_are_rotations_and_every_way() -> None:
    turns = solids._turns(2000, np.random.default_rng(0))
    assert turns @ turns.transpose(0, 2, 1) == pytest.approx(np.broadcast_to(np.eye(3), turns.shape), abs=1e-5)
    assert np.linalg.det(turns) == pytest.approx(1, abs=1e-5)
    assert np.abs(turns.mean(0)).max() < 0.05


def test_solids_stay_within_their_volume() -> None:
    part = solids.generate(0, 100, 5).train
    inner = part["volume"][:, 0, 1:-1, 1:-1, 1:-1]
    assert inner.mean() > 0.05
    assert abs(part["volume"][:, 0, 0].mean()) < 0.02, "but for noise nothing touches the first slice"
