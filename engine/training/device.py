"""Which device a run trains on, and how many CPU threads it takes."""

from __future__ import annotations

import os

import torch

from engine.errors import TrainingError


def available_devices() -> tuple[str, ...]:
    """Those of "cuda", "mps" and "cpu" that torch can use here, the fastest first."""
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    return tuple(name for name, is_there in there.items() if is_there)


def pick_device(name: str) -> torch.device:
    """ "auto", "cpu", "cuda" or "mps" to a device; auto takes CUDA, else MPS, else the CPU. TrainingError if it is not there."""
    available = available_devices()
    if name == "auto":
        return torch.device(available[0])
    if name not in available:
        raise TrainingError(f"This computer has no {name} device that torch can use", "Use device auto or cpu.")
    return torch.device(name)


def training_threads(threads: int | None = None) -> int:
    """How many CPU threads training takes: ``threads``, or all cores but one, which is left to the window."""
    if threads is not None:
        return max(1, threads)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores - 1)


def free_memory() -> None:
    """Give memory that torch keeps in reserve back to the device. No cyclic garbage collection: that belongs to the GUI thread,
    because it may destroy widgets."""
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    if torch.backends.mps.is_available():
        torch.mps.empty_cache()
