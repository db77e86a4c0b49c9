"""The filmstrip: which steps are kept, and which go first when memory is short."""

from __future__ import annotations

import itertools

import torch

from engine.training.filmstrip import Filmstrip, Frame, is_early, is_keyframe, spacing

FRAME_BYTES = 400


def frame(step: int) -> Frame:
    return Frame(step, step / 100, {"a.weight": torch.full((100,), float(step))})


def test_early_steps() -> None:
    assert [step for step in range(2001) if is_early(step)] == [0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000]


def test_a_run_makes_about_a_hundred_frames() -> None:
    for total in (7, 100, 4220, 1_000_000):
        every = spacing(total)
        regular = total // every
        assert regular <= 150
        assert regular >= min(total, 67)
    assert is_keyframe(84, 42)
    assert is_keyframe(5, 42)
    assert not is_keyframe(43, 42)


def test_nearest_and_replacement() -> None:
    strip = Filmstrip()
    assert strip.nearest(3) is None
    for step in (0, 10, 20):
        strip.add(frame(step))
    assert strip.nearest(14).step == 10
    assert strip.nearest(16).step == 20
    assert strip.nearest(15).step == 10
    assert strip.nearest(999).step == 20
    newer = frame(10)
    strip.add(newer)
    assert strip.nearest(10) is newer
    assert strip.steps() == (0, 10, 20)
    assert strip.size == 3 * FRAME_BYTES


def test_thinning_keeps_early_steps_the_newest_and_an_even_spread() -> None:
    strip = Filmstrip(budget_bytes=20 * FRAME_BYTES)
    for step in range(0, 1001):
        if is_keyframe(step, 7):
            strip.add(frame(step))
            assert strip.size <= 20 * FRAME_BYTES
            assert strip.steps()[-1] == step
    steps = strip.steps()
    assert len(steps) == 20
    assert {0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000} <= set(steps)
    late = [step for step in steps if step >= 200]
    gaps = [b - a for a, b in itertools.pairwise(late)]
    assert max(gaps) <= 200  # the nine others are spread over 1000 steps


def test_a_budget_below_the_early_steps_still_holds_and_keeps_the_ends() -> None:
    strip = Filmstrip(budget_bytes=4 * FRAME_BYTES)
    for step in (0, 1, 2, 5, 10, 20, 50, 100, 200):
        strip.add(frame(step))
    assert strip.size <= 4 * FRAME_BYTES
    assert strip.steps()[0] == 0
    assert strip.steps()[-1] == 200


def test_one_frame_is_kept_even_if_it_is_too_large() -> None:
    strip = Filmstrip(budget_bytes=1)
    strip.add(frame(1))
    strip.add(frame(2))
    assert strip.steps() == (2,)
