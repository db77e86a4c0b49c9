"""Designs, layer kinds and built-in networks load without torch and quickly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]

SCRIPT = """
import sys
import engine.design.network, engine.zoo
from engine.design.check import check
from engine.design.document import to_json
from engine.design.kinds import LAYER_KINDS
for name, _, _ in engine.zoo.listing():
    design = engine.zoo.network(name)
    report = check(design)
    assert report.costs.params and to_json(design)
    for spec, layer in zip(design.layers, report.layers):
        spec.parameters.formula(layer.inputs), spec.parameters.source(layer.inputs), spec.parameters.summary()
assert len(LAYER_KINDS) >= 12
print(*sorted(name for name in ("torch", "numpy", "PySide6") if name in sys.modules))
"""


def test_a_fresh_interpreter_needs_no_torch_for_designs() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ""
