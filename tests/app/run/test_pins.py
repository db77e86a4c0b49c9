"""Pinned examples: one in front, the others kept, none of them twice."""

from __future__ import annotations

import numpy as np

from app.run.pins import Pins
from engine.snapshot import Example

A, B, C = (Example(np.full((1, 2, 2), number, np.uint8), number, f"test image #{number}", number) for number in range(3))
AGAIN = Example(A.picture.copy(), 0, A.source, 0)
FILE = Example(np.zeros((1, 4, 4), np.uint8), -1, "photo.png")


def test_moving_replaces_the_front_and_keeps_the_kept() -> None:
    pins = Pins().with_front(A).keep_front().with_front(B)
    assert pins.all == (B, A) and pins.with_front(C).all == (C, A)
    assert Pins().all == ()


def test_the_same_example_is_pinned_once() -> None:
    pins = Pins().with_front(A).keep_front()
    assert pins.all == (A,) and pins.with_front(AGAIN).all == (AGAIN,)
    assert pins.with_front(AGAIN).keep_front().kept == (A,)


def test_unpinning_brings_the_last_kept_to_the_front_and_leaves_one() -> None:
    pins = Pins(C, (A, B))
    assert pins.without_front().all == (B, A)
    assert pins.without_front().without_front().all == (A,)
    assert pins.without_front().without_front().without_front().all == (A,)
    assert Pins().without_front() == Pins()


def test_only_what_fits_stays() -> None:
    pins = Pins(FILE, (A, B))
    assert pins.only(lambda pin: pin.index >= 0) == Pins(A, (A, B))
    assert pins.only(lambda pin: pin.index < 0) == Pins(FILE, ())
    assert pins.only(lambda pin: False).all == ()
    assert pins.only(lambda pin: True) is pins


def test_examples_of_other_data_are_others_although_they_are_called_the_same() -> None:
    other = Example(A.picture + 7, 0, A.source, 0)
    assert Pins(A, (other,)).all == (A, other)
