"""The four tasks from the command line, end to end on small data; and what does not fit, refused before anything is written."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.data.source import DATASETS, RawSet, RawSplit, Source
from engine.design.network import NetworkDesign, layer
from engine.files.design_file import save_design
from engine.files.run_folder import RunFolder
from tests.helpers.tiny_tasks import CASES, all_slots, everything

TRAIN_KEYS = ["run", "task", "steps", "epochs", "train_loss", "val_loss", "headline", "metrics", "images_per_second", "seconds"]
METRICS = {
    "classify": ("accuracy", "higher", ["accuracy"]),
    "reconstruct": ("mse", "lower", ["mse"]),
    "to_image": ("iou", "higher", ["iou", "pixel_accuracy"]),
    "regress": ("rmse", "lower", ["rmse", "mae"]),
}


class Squares(Source):
    """What ``tiny_tasks`` draws."""

    name, title, help = "squares_test", "Squares", "For a test."
    slots = {
        name: slot.with_meaning(type(slot.meaning)(**names))
        for (name, slot), names in zip(
            everything().slots.items(), ({}, {"names": ("left", "right")}, {}, {"names": ("row", "column")}), strict=True
        )
    }

    def load(self, seed: int, root: Path | None = None) -> RawSet:
        train, test = (
            RawSplit({name: values.numpy() for name, values in all_slots(count, at).values.items()})
            for count, at in ((60, 1), (20, 2))
        )
        return RawSet(train, test, self.slots)


@pytest.fixture(autouse=True)
def squares() -> Iterator[None]:
    take_out = DATASETS.add(Squares.name, Squares())
    yield
    take_out()


@pytest.fixture
def file(tmp_path: Path) -> Any:
    def write(design: NetworkDesign) -> str:
        save_design(tmp_path / "mine.design.json", design)
        return "mine.design.json"

    return write


def train(run: Any, design: str, task: str, out: str, *words: object) -> Any:
    settings = ("--set", f"task={task}", "schedule=constant", "optimizer=adam", "learning_rate=0.01", "batch_size=16")
    return run("train", design, "--data", "squares_test", "--out", out, "--device", "cpu", *settings, *words, "--json")


@pytest.mark.parametrize("task", list(CASES))
def test_a_task_is_trained_evaluated_resumed_and_asked(run, file, tmp_path, task) -> None:
    design = file(CASES[task].fitting)
    noise = ("task.noise=0.1",) if task == "reconstruct" else ()
    answer = train(run, design, task, "straight", *noise, "--epochs", 3)
    assert answer.code == 0, answer.err
    name, better, metrics = METRICS[task]
    accuracies = ["train_accuracy", "val_accuracy", "test_accuracy"] if task == "classify" else []
    assert list(answer.json) == [*TRAIN_KEYS, "device", *accuracies]
    assert (answer.json["task"], answer.json["epochs"]) == (task, 3)
    headline = answer.json["headline"]
    assert list(headline) == ["name", "value", "unit", "better", "split"]
    assert (headline["name"], headline["better"], headline["split"]) == (name, better, "test")
    assert {split: list(values) for split, values in answer.json["metrics"].items()} == {
        split: ["loss", *metrics] for split in ("train", "validation", "test")
    }
    assert headline["value"] == answer.json["metrics"]["test"][name]
    assert answer.json["val_loss"] == answer.json["metrics"]["validation"]["loss"]

    with (tmp_path / "straight" / "metrics.csv").open(newline="") as table:
        rows = list(csv.DictReader(table))
    assert {row["split"] for row in rows} == {"train", "validation"}
    assert all(row[metric] for row in rows for metric in metrics)
    assert float([row for row in rows if row["split"] == "validation"][-1][name]) == answer.json["metrics"]["validation"][name]

    evaluated = run("evaluate", "straight", "--json").json
    assert (evaluated["task"], evaluated["split"], evaluated["headline"]) == (task, "test", headline)
    assert evaluated["metrics"] == {"test": answer.json["metrics"]["test"]}
    assert ("accuracy" in evaluated) == (task == "classify")

    assert train(run, design, task, "parts", *noise, "--epochs", 1).code == 0
    resumed = run("resume", "parts", "--epochs", 3, "--json")
    assert resumed.code == 0, resumed.err
    one, two = (RunFolder.open(tmp_path / each).load_checkpoint().tensors() for each in ("straight", "parts"))
    assert one.keys() == two.keys() and all(torch.equal(one[key], two[key]) for key in one)

    probe = run("probe", "occlusion", "straight", "--image", "test:0", "--set", "patch=2", "--out", "map.npy", "--json")
    assert probe.code == 0, probe.err
    assert np.load(tmp_path / "map.npy").shape == (6, 6) and np.isfinite(np.load(tmp_path / "map.npy")).all()


def test_the_task_that_design_and_data_suggest_is_written_down(run, file, tmp_path) -> None:
    design = file(CASES["classify"].fitting)
    answer = run("train", design, "--data", "squares_test", "--epochs", 1, "--out", "out", "--json")
    assert answer.json["task"] == "classify"
    assert json.loads((tmp_path / "out" / "config.json").read_text())["training"]["task"] == "classify"


@pytest.mark.parametrize(
    ("task", "design", "words", "expected"),
    [
        ("classify", "classify", ("--data", "hills"), "no classes to tell apart"),
        ("to_image", "to_image", ("--data", "digits"), "These data have no mask to learn"),
        ("regress", "regress", ("--data", "digits"), "These data have no numbers to learn"),
        ("regress", "regress", ("--set", "task.target=plaec"), "no slot 'plaec'. Did you mean 'place'?"),
        ("to_image", "to_image", ("--set", "task.target=label"), "no mask in the slot 'label'"),
        ("classify", "to_image", (), "there are 2 classes"),
        ("to_image", "classify", (), "but the mask is 1 × 6 × 6"),
        ("regress", "to_image", (), "2 numbers are to be learned"),
        ("reconstruct", "classify", (), "but the data's image is 1 × 6 × 6"),
        ("classify", "classify", ("--set", "loss=sgd"), "There is no loss 'sgd'"),
        ("classify", "classify", ("--set", "optimizer=mse"), "There is no optimiser 'mse'"),
        ("regress", "regress", ("--set", "loss=cross_entropy"), "Use loss=mse"),
        ("classify", "classify", ("--set", "optimizer.learning_rate=quick"), "'quick' is not a number"),
        ("classify", "classify", ("--set", "momentum=0.5"), "belongs to sgd, but the optimizer is adam"),
        ("classify", "classify", ("--set", "penalty=l1,l3"), "There is no penalty 'l3'"),
        ("classify", "classify", ("--set", "penalty=activity_l1", "penalty.layer=cc"), "There is no layer 'cc'"),
        ("classify", "classify", ("--set", "augment=shift", "augment.pixels=-1"), "out of range"),
        ("classify", "classify", ("--set", "task=clasify"), "There is no task 'clasify'"),
    ],
)
def test_what_does_not_fit_is_one_sentence_and_leaves_nothing_behind(run, file, tmp_path, task, design, words, expected) -> None:
    name = file(CASES[design].fitting)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    answer = train(run, name, task, "out", *words)
    assert (answer.code, answer.out) == (2, "")
    last = answer.err.strip().splitlines()[-1]
    assert expected in last, answer.err
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert not (tmp_path / "out").exists()


def test_a_second_input_that_the_data_do_not_have(run, file, tmp_path) -> None:
    layers = (layer("f", "flatten"), layer("both", "concat", ("f", "@height")), layer("out", "linear", units=2))
    answer = train(run, file(NetworkDesign("two", (1, 6, 6), layers, further_inputs=(("height", (3,)),))), "classify", "out")
    assert answer.code == 2 and not (tmp_path / "out").exists()
    assert "no slot 'height'" in answer.err.splitlines()[-1]


def test_a_run_of_format_1_is_evaluated_asked_and_goes_on(run, small, trained, tmp_path) -> None:
    """Its config.json as 0.1.0 wrote it."""
    shutil.copytree(trained, tmp_path / "old")
    path = tmp_path / "old" / "config.json"
    new = json.loads(path.read_text())
    image, label = (new["data"]["slots"][name]["meaning"] for name in ("image", "label"))
    old = {
        "format": "layerscope-run/1",
        "training": {
            **{"epochs": 1, "batch_size": 64, "optimizer": "sgd", "learning_rate": 0.05, "momentum": 0.9, "weight_decay": 0.0},
            **{"schedule": "cosine", "loss": "cross_entropy", "seed": 0, "validation_share": 0.1, "device": "cpu"},
            "capture_budget": 0.02,
        },
        "data": {
            **{"name": "digits", "fingerprint": "0123456789abcdef", "classes": label["names"]},
            **{"mean": image["mean"], "deviation": image["deviation"]},
        },
        **{"seed": 0, "device": "cpu", "versions": {}},
    }
    before = run("evaluate", "old", "--json").json
    path.write_text(json.dumps(old))
    after = run("evaluate", "old", "--json")
    assert after.code == 0, after.err
    assert after.json | {"seconds": 0} == before | {"seconds": 0}
    assert run("probe", "occlusion", "old", "--image", "test:1", "--out", "map.npy").code == 0
    answer = run("resume", "old", "--epochs", 2, "--json")
    assert answer.code == 0, answer.err
    assert json.loads(path.read_text())["format"] == "layerscope-run/2"
    run("resume", shutil.copytree(trained, tmp_path / "today"), "--epochs", 2)
    one, two = (RunFolder.open(tmp_path / each).load_checkpoint().tensors() for each in ("old", "today"))
    assert all(torch.equal(one[key], two[key]) for key in one)


def test_a_value_of_the_optimiser_that_a_built_in_network_brings_can_be_set(run, tmp_path) -> None:
    words = ("regression_mlp:units=4", "--data", "hills", "--epochs", 1)
    assert run("train", *words, "--out", "a", "--set", "beta1=0.5").code == 0
    brought = RunFolder.open(tmp_path / "a").config.optimizer
    assert (brought.kind, brought.learning_rate, brought.beta1) == ("adam", 0.003, 0.5)
    assert run("train", *words, "--out", "b", "--set", "optimizer=sgd").code == 0
    other = RunFolder.open(tmp_path / "b").config
    assert (other.optimizer.kind, other.optimizer.learning_rate, other.task.kind) == ("sgd", 0.05, "regress")
