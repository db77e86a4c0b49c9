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


@pytest.mark.parametrize("room", ["app", "widgets"])
def test_the_window_tells_mistakes_in_the_words_of_its_forms(room: str) -> None:
    """Files and command lines name a field as it is written there: 'learning_rate'; a person sees "learning rate"."""
    for path in sorted((ROOT / room).rglob("*.py")):
        told = told_exactly(path.read_text(encoding="utf-8"))
        assert not told, f"{path.relative_to(ROOT)}, lines {told}: say error.plainly(), or plainly(error) of engine.errors"


def told_exactly(text: str) -> list[int]:
    """The lines in which a mistake is put in the words of files: str(error), f"{error}", error.sentence(); whatever an ``except``
    calls it. What is raised again is not told yet."""
    tree = ast.parse(text)
    caught = {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)} | {"error", "misfit"}
    raised = {id(part) for node in ast.walk(tree) if isinstance(node, ast.Raise) for part in ast.walk(node)}
    return [node.lineno for node in ast.walk(tree) if id(node) not in raised and _last_name(_as_text(node)) in caught]


def _as_text(node: ast.AST) -> ast.AST | None:
    """What ``node`` makes a text of."""
    match node:
        case ast.FormattedValue(value=value):
            return value
        case ast.Call(func=ast.Name(id="str"), args=[value]) | ast.Call(func=ast.Attribute(value=value, attr="sentence")):
            return value
    return None


def _last_name(node: ast.AST | None) -> str:
    """What is asked for last: "error" of error and of answer.error."""
    return getattr(node, "attr", getattr(node, "id", ""))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("show(str(error))", True),
        ("show(str(answer.error))", True),
        ("show(f'No: {second}')", True),
        ("show(second.sentence())", True),
        ("show(second.plainly())", False),
        ("show(plainly(answer.error))", False),
        ("raise OSError(str(second))", False),
        ("show(str(path))", False),
    ],
)
def test_every_way_round_is_found(line: str, found: bool) -> None:
    assert told_exactly(f"try:\n    work()\nexcept OSError as second:\n    {line}\n") == ([4] if found else [])


def kind_names() -> set[str]:
    from engine.data.augmentation import AUGMENTATIONS
    from engine.data.meaning import MEANINGS
    from engine.design.kinds import LAYER_KINDS
    from engine.fill import FILLS
    from engine.task import TASKS
    from engine.training.kinds import INITIALISERS, LOSSES, OPTIMISERS, PENALTIES, SCHEDULES

    every = (LAYER_KINDS, OPTIMISERS, SCHEDULES, LOSSES, PENALTIES, INITIALISERS, TASKS, MEANINGS, AUGMENTATIONS, FILLS)
    return {name for registry in every for name in registry}


def compared_words(text: str) -> set[str]:
    """Every text that something is compared with: x == "relu", x in ("sgd", "adam"), match x: case "mse"."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Compare | ast.MatchValue):
            found |= {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    return found


SAME_WORD = {"mean", "classes", "image", "tokens", "grey"}
"""Names of kinds that are words of their own too: the place of a unit (and a fill), what a loss compares, what an IDX file or a
network's input holds (and meanings of data)."""


@pytest.mark.parametrize("path", sorted((ROOT / "engine").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_engine_module_asks_for_a_kind_by_name(path: Path) -> None:
    named = compared_words(path.read_text(encoding="utf-8")) & (kind_names() - SAME_WORD)
    assert not named, (
        f"{path.relative_to(ROOT)} asks for {sorted(named)}: let the kind say what it is by an attribute or a method."
    )


def test_such_a_question_would_be_found() -> None:
    for text in ('if spec.kind == "relu": pass', 'x = kind in ("sgd", "other")', 'match kind:\n    case "mse":\n        pass'):
        assert compared_words(text) & kind_names()


def test_main_is_short() -> None:
    assert (ROOT / "main.py").read_text(encoding="utf-8").count("\n") < 60
