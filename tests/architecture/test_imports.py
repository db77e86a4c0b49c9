"""What may be imported by whom, checked in fresh interpreters and by the contracts, each of which is seen to fail when broken."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def modules_after(statement: str) -> set[str]:
    """The top-level modules that a fresh interpreter holds after ``statement``."""
    code = f"{statement}\nimport sys\nprint(' '.join(sorted({{name.partition('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "module",
    [
        "engine.design.network",
        "engine.zoo",
        "engine.snapshot",
        "engine.training.config",
        "engine.training.kinds",
        "engine.training.messages",
        "engine.task",
        "engine.fill",
        "engine.data.augmentation",
        "engine.data.meaning",
        "engine.cli.info",
    ],
)
def test_plain_engine_modules_load_neither_torch_nor_qt(module: str) -> None:
    assert not modules_after(f"import {module}") & {"torch", "PySide6", "pyqtgraph"}


def test_layer_kinds_load_no_torch() -> None:
    assert "torch" not in modules_after("from engine.design.kinds import LAYER_KINDS; assert len(LAYER_KINDS) >= 12")


def test_the_whole_engine_loads_no_qt() -> None:
    loaded = modules_after(
        "import engine.training.runner, engine.capturing.develop, engine.cli.commands, engine.files.run_folder"
    )
    assert not loaded & {"PySide6", "pyqtgraph"}


def test_no_kind_of_anything_loads_torch() -> None:
    """Forms, help pages and files know every kind without it."""
    loaded = modules_after(
        "from engine.training.config import TrainingConfig, training_config\n"
        "from engine.design.parameters import form_fields\n"
        "from engine.data.meaning import MEANINGS\n"
        "from engine.data.source import DATASETS\n"
        "from engine.fill import FILLS\n"
        "counts = [len(field.registry) for field in form_fields(TrainingConfig) if field.registry is not None]\n"
        "assert len(counts) == 7 and min(counts) >= 2 and len(MEANINGS) >= 7 and len(FILLS) >= 3 and len(DATASETS) >= 4\n"
        "training_config(optimizer='adam', penalty=['l1'], augment=['shift'], task='regress')"
    )
    assert not loaded & {"torch", "PySide6"}


@pytest.mark.parametrize("module", ["widgets.theme", "app.document", "app.window", "app.program"])
def test_the_window_is_there_before_torch(module: str) -> None:
    assert "torch" not in modules_after(f"import {module}")


BREAKS = {
    "engine-without-qt": ("engine/snapshot.py", "import PySide6.QtCore"),
    "widgets-plain": ("widgets/theme.py", "import engine.training.config"),
    "design-plain": ("engine/design/network.py", "import torch"),
    "tasks-know-no-training": ("engine/tasks/regress.py", "import engine.training.config"),
    "probes-ask-only": ("engine/probing/base.py", "import engine.training.config"),
}


@pytest.mark.parametrize("contract", BREAKS)
def test_every_contract_fails_when_it_is_broken(contract: str, tmp_path: Path) -> None:
    for folder in ("app", "engine", "widgets", "benchmarks"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    name, statement = BREAKS[contract]
    broken = tmp_path / name
    broken.write_text(broken.read_text(encoding="utf-8") + f"\n{statement}\n", encoding="utf-8")
    command = [str(Path(sys.executable).parent / "lint-imports"), "--contract", contract, "--no-cache"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "BROKEN" in done.stdout


def test_there_is_a_break_for_every_contract() -> None:
    import tomllib

    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    assert {contract["id"] for contract in contracts} == set(BREAKS)
