"""Files of a run that are odd rather than torn: huge numbers, names that are not Unicode, parts of a state that are missing."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.design.network import NetworkDesign, layer
from engine.errors import FileError
from engine.files.checkpoint import load_checkpoint, require_fit, save_checkpoint
from engine.files.run_card import load_card
from engine.files.run_folder import RunFolder
from engine.files.whole_run import save_run
from engine.training.optimisers.adam import Adam
from engine.training.state import TrainingState
from engine.training.trainer import Trainer
from tests.engine.files.test_run_folder import make, row, state
from tests.helpers.tiny_data import tiny_cnn, tiny_config, tiny_set

HUGE = "9" * 400


@pytest.mark.parametrize("step", [HUGE, "9" * 5000, str(2**60), "-1"])
def test_a_step_that_cannot_be_is_told_with_its_line(tmp_path: Path, step: str) -> None:
    run = make(tmp_path / "run")
    run.points([row(1), row(2)])
    lines = (run.path / "metrics.csv").read_text().splitlines()
    lines.insert(2, f"{step},0.1,0.5,train,1.0,0.1,0.05")
    (run.path / "metrics.csv").write_text("\n".join(lines) + "\n")
    with pytest.raises(FileError, match=r"Line 3 of '.*metrics\.csv' is damaged"):
        RunFolder.open(run.path).history()


def test_a_step_that_cannot_be_in_a_checkpoint(tmp_path: Path) -> None:
    save_checkpoint(tmp_path / "a", replace(state(3), step=10**400), {})
    with pytest.raises(FileError, match="is a damaged checkpoint: it counts 1000"):
        load_checkpoint(tmp_path / "a")
    run = make(tmp_path / "run")
    (run.path / "checkpoints" / f"step-{'9' * 200}.safetensors").write_bytes(b"")
    assert run.checkpoint_steps() == ()


@pytest.mark.parametrize("key", ["epochs", "batch_size", "seed", "validation_share", "capture_budget"])
def test_huge_numbers_in_config_json(tmp_path: Path, key: str) -> None:
    path = make(tmp_path / "run").path / "config.json"
    document = json.loads(path.read_text())
    kept, document["training"][key] = document["training"][key], int(HUGE)
    path.write_text(json.dumps(document))
    with pytest.raises(FileError, match=r"config\.json' is damaged: .*(out of range|is not a)"):
        load_card(path)
    document["training"][key] = kept
    document["data"]["slots"]["image"]["shape"] = [float("inf")]
    path.write_text(json.dumps(document))
    with pytest.raises(FileError, match=r"config\.json' is not the config\.json of a run"):
        load_card(path)
    path.write_text('{"format": ' + "9" * 5000 + "}")
    with pytest.raises(FileError, match=r"\(a number in it is too long\)$"):
        load_card(path)


@pytest.mark.skipif(os.name == "nt", reason="names are Unicode there")
def test_names_that_are_not_unicode(tmp_path: Path) -> None:
    odd = os.fsdecode(b"caf\xe9")
    data = tiny_set()
    design = tiny_cnn()
    trainer = Trainer(design, tiny_config(), data, torch.device("cpu"))
    run = save_run(tmp_path / odd, design, tiny_config(), odd, data, make(tmp_path / "other").history(), trainer.state())
    run.log(f"about {odd}")
    again = RunFolder.open(tmp_path / odd)
    assert again.data_name == odd
    assert torch.equal(again.load_checkpoint().network["out.weight"], trainer.state().network["out.weight"])
    assert "about caf\\udce9" in (tmp_path / odd / "log.txt").read_text(encoding="utf-8")


def trained_state(optimizer: str) -> tuple[NetworkDesign, TrainingState]:
    design = NetworkDesign(
        "x",
        (1, 8, 8),
        (layer("f", "flatten"), layer("aside", "linear", inputs=["f"], units=3), layer("out", "linear", inputs=["f"], units=2)),
    )
    trainer = Trainer(design, tiny_config(optimizer=optimizer, epochs=1), tiny_set(), torch.device("cpu"))
    for _ in trainer.events():
        pass
    return design, trainer.state()


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw"])
def test_a_state_in_which_something_is_missing_or_damaged(tmp_path: Path, optimizer: str) -> None:
    design, whole = trained_state(optimizer)
    require_fit(whole, design, tmp_path)  # the layer that leads nowhere has no memory, and needs none
    for name in whole.optimizer:
        rest = {key: value for key, value in whole.optimizer.items() if key != name}
        with pytest.raises(FileError, match=r"memory of 'out\..*' lacks .*Delete it to go on from an earlier one\."):
            require_fit(replace(whole, optimizer=rest), design, tmp_path)
    for value in (0, 255):
        rng = {"cpu": torch.full_like(whole.rng["cpu"], value)}
        with pytest.raises(FileError, match="its random numbers for 'cpu' cannot be"):
            require_fit(replace(whole, rng=rng), design, tmp_path)


def test_a_kind_knows_what_it_always_remembers(tmp_path: Path) -> None:
    design, whole = trained_state("adam")
    for key in Adam.memory:
        rest = {name: value for name, value in whole.optimizer.items() if not name.endswith(f"/{key}")}
        with pytest.raises(FileError, match=f"lacks '{key}'"):
            require_fit(replace(whole, optimizer=rest), design, tmp_path)
    require_fit(replace(whole, optimizer={}, step=0), design, tmp_path)  # before the first step there is none
