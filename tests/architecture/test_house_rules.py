"""House rules that a pattern can hold, each with the sentence that teaches it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("app", "engine", "widgets", "benchmarks")
SOURCES = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))] + [ROOT / "main.py"]

FORBIDDEN = (
    (r"weights_only\s*=\s*False", "Load a user's file with weights_only=True or, better, as safetensors."),
    (
        r"(?m)^\s*(import pickle|from pickle|import dill|import joblib)",
        "No file of ours holds a pickle, and none is ever unpickled.",
    ),
    (r"torch\.export\.load", "torch.export.load falls back to unpickling: it is never used."),
    (r"\binplace=True", "Build with inplace=False: captures would see the wrong values."),
    (r"register_(full_)?(forward|backward)(_pre)?_hook", "No hooks on models: use Network.activations."),
    (r"SVGExporter", "pyqtgraph's SVG exporter is broken: render into QSvgGenerator."),
    (r"useOpenGL\s*=\s*True", "No OpenGL: it is unpredictable and missing off screen."),
    (r"\bQThread\b", "Use threading.Thread in the engine, a Worker, and one GUI timer."),
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_source_keeps_the_house_rules(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for pattern, sentence in FORBIDDEN:
        assert not re.search(pattern, text), f"{path.relative_to(ROOT)}: {sentence}"
    tree = ast.parse(text)
    assert ast.get_docstring(tree), f"{path.relative_to(ROOT)}: open the module with one sentence that says what lives there."
    lines = text.count("\n")
    assert lines <= 400, f"{path.relative_to(ROOT)} has {lines} lines: split it by what changes together."


def test_main_is_short() -> None:
    assert (ROOT / "main.py").read_text(encoding="utf-8").count("\n") < 60
