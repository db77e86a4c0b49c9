"""The device that the checks run on, and what they share. Without CUDA nothing here is collected."""

from __future__ import annotations

import os

import pytest
import torch

from engine.data.dataset import DataSet
from engine.data.load import load

REHEARSAL = "LAYERSCOPE_GPU_REHEARSAL"
"""An environment variable: set to "cpu", the checks run there, to see that they are sound; figures then mean nothing."""

collect_ignore_glob = [] if torch.cuda.is_available() or os.environ.get(REHEARSAL) else ["test_*.py"]


@pytest.fixture(scope="session")
def device() -> torch.device:
    return torch.device(os.environ.get(REHEARSAL) or "cuda")


@pytest.fixture(scope="session")
def strokes() -> DataSet:
    return load("strokes", (1, 28, 28), 0, 0.1)
