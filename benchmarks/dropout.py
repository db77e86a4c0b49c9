"""Dropout that draws from a generator of its own, forward and back, against nn.Dropout on one thread."""

from __future__ import annotations

import torch
from torch import nn

from benchmarks.base import Row, Work, in_turn
from engine.modules.dropout import Dropout

SHAPES = ((64, 500), (64, 16, 14, 14))
STEPS = 20


def run(quick: bool) -> list[Row]:
    """One row per input shape."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return [_row(shape, 20 if quick else 60) for shape in SHAPES]
    finally:
        torch.set_num_threads(threads)


def _row(shape: tuple[int, ...], rounds: int) -> Row:
    ours = Dropout(0.5)
    ours.generator = torch.Generator().manual_seed(0)
    pairs = in_turn(_steps(ours, shape), _steps(nn.Dropout(0.5), shape), rounds)
    case = "×".join(str(size) for size in shape)
    return Row(case, "a step", pairs.seconds / STEPS * 1e6, "µs", "nn.Dropout", pairs.speed_up)


def _steps(module: nn.Module, shape: tuple[int, ...]) -> Work:
    inputs, gradient = torch.randn(shape, requires_grad=True), torch.ones(shape)

    def work() -> None:
        for _ in range(STEPS):
            module(inputs).backward(gradient)

    return work
