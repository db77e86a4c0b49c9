from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest
import torch

from engine.files.run_folder import RunFolder
from engine.files.run_writer import RunWriter

TRAIN_KEYS = [
    *("run", "task", "steps", "epochs", "train_loss", "val_loss", "headline", "metrics", "images_per_second", "seconds"),
    *("device", "train_accuracy", "val_accuracy", "test_accuracy"),
]


def tensors(run: Path) -> dict[str, torch.Tensor]:
    return RunFolder.open(run).load_checkpoint().tensors()


def metrics(run: Path) -> list[dict[str, str]]:
    with (run / "metrics.csv").open(newline="") as file:
        return [{key: value for key, value in row.items() if key != "seconds"} for row in csv.DictReader(file)]


def test_json_has_the_promised_keys_and_the_folder_the_promised_files(run, small, tmp_path):
    answer = run("train", small, "--data", "digits", "--epochs", 2, "--out", "out", "--seed", 3, "--json")
    assert answer.code == 0, answer.err
    result = answer.json
    assert list(result) == TRAIN_KEYS
    steps = len(metrics(tmp_path / "out")) - 2  # two rows are the validations
    assert (result["run"], result["epochs"], result["steps"], result["device"]) == ("out", 2, steps, "cpu")
    assert all(0 < result[key] <= 1 for key in ("train_accuracy", "val_accuracy", "test_accuracy"))
    assert result["images_per_second"] > 0
    found = {path.name for path in (tmp_path / "out").iterdir()}
    assert found == {"design.json", "config.json", "metrics.csv", "checkpoints", "filmstrip", "log.txt"}
    assert (tmp_path / "out" / "checkpoints" / f"step-{steps:08d}.safetensors").is_file()
    config = json.loads((tmp_path / "out" / "config.json").read_text())
    assert (config["seed"], config["training"]["epochs"], config["device"]) == (3, 2, "cpu")
    assert re.fullmatch(r"[0-9a-f]{16}", config["data"]["fingerprint"])


def test_the_reported_numbers_are_those_of_the_run(run, small, tmp_path):
    result = run("train", small, "--data", "digits", "--epochs", 2, "--out", "out", "--json").json
    rows = metrics(tmp_path / "out")
    train = [row for row in rows if row["split"] == "train"]
    last = [float(row["loss"]) for row in train if int(row["step"]) > len(train) // 2]
    assert result["train_loss"] == pytest.approx(sum(last) / len(last))
    validation = [row for row in rows if row["split"] == "validation"]
    assert result["val_accuracy"] == float(validation[-1]["accuracy"])
    again = run("evaluate", "out", "--data", "digits", "--json").json
    assert again["accuracy"] == result["test_accuracy"]


def test_what_is_done_to_the_data_is_one_line_on_stderr(run):
    answer = run("train", "softmax", "--data", "digits", "--epochs", 1, "--out", "out")
    assert answer.code == 0
    assert [line for line in answer.err.splitlines() if "28×28" in line] == [answer.err.splitlines()[0]]


def test_without_out_runs_are_numbered(run, small):
    assert run("train", small, "--data", "digits", "--epochs", 1, "--json").json["run"] == str(Path("runs/small-digits-1"))
    assert run("train", small, "--data", "digits", "--epochs", 1, "--json").json["run"] == str(Path("runs/small-digits-2"))


def test_equal_seeds_give_equal_runs_and_resuming_is_not_noticed(run, small, tmp_path):
    """Bit for bit through the files: three epochs at once, and one epoch with two more in another call. (A falling
    learning rate would know of the two more.)"""
    constant = ("--set", "schedule=constant")
    assert run("train", small, "--data", "digits", "--epochs", 3, "--out", "straight", *constant).code == 0
    assert run("train", small, "--data", "digits", "--epochs", 1, "--out", "parts", *constant).code == 0
    answer = run("resume", "parts", "--epochs", 3, "--json")
    assert (answer.code, list(answer.json)) == (0, TRAIN_KEYS)
    one, two = tensors(tmp_path / "straight"), tensors(tmp_path / "parts")
    assert one.keys() == two.keys()
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert metrics(tmp_path / "straight") == metrics(tmp_path / "parts")
    assert RunFolder.open(tmp_path / "parts").config.epochs == 3


def test_a_run_whose_loss_has_blown_up_ends_well_but_says_so(run, tmp_path):
    """It ended with a loss of 1e21, without a word."""
    words = ("train", "mlp", "--data", "digits", "--epochs", 2, "--json", "--set")
    answer = run(*words, "learning_rate=1000", "--out", "wild")
    assert answer.code == 0 and list(answer.json) == TRAIN_KEYS
    (warning,) = [line for line in answer.err.splitlines() if "blown up" in line]
    assert "train with --set learning_rate=0.05" in warning
    assert warning in (tmp_path / "wild" / "log.txt").read_text()
    assert "blown up" in run("resume", "wild", "--epochs", 3).err, "also where it began before this session"
    assert "blown up" not in run(*words, "learning_rate=0.05", "--out", "tame").err


@pytest.mark.parametrize(("epoch", "wish", "told"), [(0, 1, 3), (2, None, None)])
def test_what_is_suggested_to_a_finished_run_really_goes_on(run, small, tmp_path, epoch, wish, told):
    """Of a run that was planned for longer, as many epochs as were planned."""
    run("train", small, "--data", "digits", "--epochs", 1, "--out", "out")
    if told:
        config = tmp_path / "out" / "config.json"
        config.write_text(config.read_text().replace('"epochs": 1', f'"epochs": {told}'))
    answer = run("resume", "out", *(("--epochs", wish) if wish else ()))
    assert answer.code == 2 and f"--epochs {told or 2}" in answer.err
    command = re.search(r"resume '(.+)' --epochs (\d+)$", answer.err.strip())
    assert command is not None and run("resume", command[1], "--epochs", command[2]).code == 0


def test_a_finished_run_is_resumed_only_for_more(run, trained):
    answer = run("resume", trained)
    assert answer.code == 2
    assert "has finished 1 epoch" in answer.err and "--epochs 2" in answer.err


def test_settings_reach_the_run(run, small, tmp_path):
    words = ("--set", "optimizer=adam", "learning_rate=0.002", "--set", "validation_share=0")
    result = run("train", small, "--data", "digits", "--epochs", 1, "--out", "out", "--json", *words)
    assert result.code == 0, result.err
    assert (result.json["val_loss"], result.json["val_accuracy"]) == (None, None)
    config = RunFolder.open(tmp_path / "out").config
    assert (config.optimizer.kind, config.optimizer.learning_rate) == ("adam", 0.002)
    assert RunFolder.open(tmp_path / "out").load_checkpoint().optimizer_kind == "adam"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--set", "learning_rat=1"), "Did you mean 'learning_rate'?"),
        (("--set", "learning_rate=fast"), "is not a number"),
        (("--set", "batch_size=0"), "out of range"),
        (("--set", "nonsense"), "key=value"),
        (("--set", "penalty.l1.strength=0.01"), "Choose it with penalty=l1."),
        (("--epochs", "many"), "not a whole number"),
        (("--epochs", "0"), "out of range"),
        (("--device", "tpu"), "one of auto, cpu, cuda, mps"),
        (("--data", "digit"), "Did you mean 'digits'?"),
        (("--data", "no/where"), "no/where"),
        (("--otu", "x"), "Did you mean '--out'?"),
    ],
)
def test_mistakes_are_one_sentence_and_leave_nothing_behind(run, small, tmp_path, words, expected):
    before = set(tmp_path.iterdir())
    answer = run("train", small, "--data", "digits", *words)
    assert (answer.code, answer.out) == (2, "")
    assert expected in answer.err
    assert len(answer.err.strip().splitlines()) == 1
    assert set(tmp_path.iterdir()) == before


def test_an_augmentation_that_would_change_nothing_is_refused(run, tmp_path):
    answer = run("train", "regression_mlp", "--data", "hills", "--epochs", 1, "--set", "augment=flip", "--out", "out")
    assert answer.code == 2 and not (tmp_path / "out").exists()
    assert "'flip'" in answer.err and "vector" in answer.err


@pytest.mark.skipif(torch.cuda.is_available(), reason="this computer has what is to be missed")
def test_a_device_that_is_not_there_leaves_no_folder_behind(run, small, tmp_path):
    answer = run("train", small, "--data", "digits", "--device", "cuda", "--out", "out")
    assert answer.code == 2 and "cuda" in answer.err and not (tmp_path / "out").exists()


def test_a_wrong_number_of_classes_names_the_fix(run):
    answer = run("train", "softmax:classes=4", "--data", "digits", "--epochs", 1)
    assert answer.code == 2
    assert "Set units of layer 'out' to 10" in answer.err.splitlines()[-1]


def test_a_run_is_never_written_over(run, small, trained):
    before = (trained / "metrics.csv").read_bytes()
    answer = run("train", small, "--data", "digits", "--out", trained)
    assert answer.code == 2
    assert "already holds a run" in answer.err
    assert (trained / "metrics.csv").read_bytes() == before


def test_a_run_that_diverges_says_so_and_keeps_its_folder(run, small, tmp_path):
    answer = run("train", small, "--data", "digits", "--epochs", 3, "--out", "out", "--set", "learning_rate=1000", "loss=mse")
    assert answer.code == 2
    assert "learning_rate" in answer.err.splitlines()[-1]
    assert "'out'" in answer.err.splitlines()[-1]
    assert RunFolder.open(tmp_path / "out").history()["train/loss"].values.size > 0


def test_a_damaged_checkpoint_is_named_and_gone_round(run, small, tmp_path):
    """Resuming was refused, though there was an older one."""
    assert run("train", small, "--data", "digits", "--epochs", 2, "--out", "out").code == 0
    older, newest = (RunFolder.open(tmp_path / "out").checkpoint_path(step) for step in (21, 42))
    newest.write_bytes(newest.read_bytes()[:-7])
    answer = run("evaluate", "out")
    assert answer.code == 2 and newest.name in answer.err
    answer = run("resume", "out", "--epochs", 3)
    assert answer.code == 0
    assert f"The newest checkpoint cannot be used ('{newest.relative_to(tmp_path)}' is not a checkpoint" in answer.err
    assert "so the run goes on from that of step 21." in answer.err
    assert older.exists() and newest.exists() and newest.with_name(f"{newest.name}.damaged").exists()
    steps = [int(row["step"]) for row in metrics(tmp_path / "out") if row["split"] == "train"]
    assert steps == list(range(1, 64))


def test_without_a_whole_checkpoint_a_run_goes_on_from_its_filmstrip(run, small, tmp_path):
    assert run("train", small, "--data", "digits", "--epochs", 2, "--out", "out").code == 0
    for path in (tmp_path / "out" / "checkpoints").iterdir():
        path.write_bytes(b"")
    answer = run("resume", "out", "--epochs", 3, "--json")
    assert answer.code == 0 and answer.json["steps"] == 63
    assert "from the weights of step 42 in its filmstrip, without the optimiser's memory" in answer.err
    rows = metrics(tmp_path / "out")
    assert [int(row["step"]) for row in rows if row["split"] == "train"] == list(range(1, 64))
    assert [int(row["step"]) for row in rows if row["split"] == "validation"] == [21, 42, 63]


def test_a_disk_that_is_full_at_the_end_is_a_mistake_not_a_success(run, small, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    real = RunWriter.create

    def create(*args, **named):
        made = real(*args, **named)
        monkeypatch.setattr("engine.files.atomic.os.fsync", full)
        return made

    monkeypatch.setattr(RunWriter, "create", create)
    answer = run("train", small, "--data", "digits", "--epochs", 1, "--out", "out")
    assert answer.code == 2
    assert "no space left" in answer.err
    assert "could not be written" in answer.err.splitlines()[-1]


def words_table(path: Path, names: tuple[str, str], far: float = 2.0) -> None:
    """40 points in two heaps, called ``names``."""
    lines = [f"{at % 2 * far + at / 100:.2f},{at / 40:.2f},{names[at % 2]}" for at in range(40)]
    path.write_text("\n".join(["x,y,kind", *lines]) + "\n")


def test_a_run_does_not_go_on_with_other_classes(run, tmp_path):
    """Called otherwise they stand in another order: every answer would be learned anew, as its opposite."""
    table = tmp_path / "points.csv"
    words_table(table, ("no", "yes"))
    assert run("train", "mlp@2:classes=2", "--data", table, "--epochs", 2, "--out", "out").code == 0
    words_table(table, ("no", "ja"))
    before = metrics(tmp_path / "out")
    answer = run("resume", "out", "--epochs", 4)
    assert answer.code == 2 and "Class 0 of points was 'no' when this run began and is now 'ja'" in answer.err
    assert metrics(tmp_path / "out") == before
    words_table(table, ("no", "yes"))
    assert run("resume", "out", "--epochs", 4).code == 0


def test_a_run_that_goes_on_with_changed_data_says_so_and_keeps_its_normalisation(run, tmp_path):
    table = tmp_path / "points.csv"
    words_table(table, ("no", "yes"))
    assert run("train", "mlp@2:classes=2", "--data", table, "--epochs", 2, "--out", "out").code == 0
    before = RunFolder.open(tmp_path / "out").card.data
    words_table(table, ("no", "yes"), far=5.0)
    answer = run("resume", "out", "--epochs", 4)
    assert answer.code == 0 and "points is not what it was when this run began" in answer.err
    now = RunFolder.open(tmp_path / "out").card.data
    assert now.slots["features"] == before.slots["features"] and now.fingerprint != before.fingerprint
