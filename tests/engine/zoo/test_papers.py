"""Networks that are not built in can be written down from their papers, and come out at their published sizes."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine.build import Network
from engine.design.check import require_valid
from engine.files.design_file import load_design

SIZES = {"mobilenet_v1": 4_231_976, "densenet_121": 7_978_856, "squeezenet_1_1": 1_235_496}


@pytest.mark.parametrize("name", SIZES)
def test_a_design_file_written_from_the_paper_has_the_published_size(name: str) -> None:
    design = load_design(Path(__file__).parent / "designs" / f"{name}.design.json")
    report = require_valid(design)
    assert report.costs.params == SIZES[name] and report.output_shape == (1000,)
    with torch.device("meta"):
        assert sum(weights.numel() for weights in Network(design).parameters()) == SIZES[name]
