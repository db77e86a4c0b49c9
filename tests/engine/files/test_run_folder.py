from __future__ import annotations

import csv
import errno
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.build import Network
from engine.data.dataset import DataSet, Split
from engine.data.meaning import slots
from engine.data.meanings.classes import Classes
from engine.data.meanings.grids import Image
from engine.design.network import NetworkDesign, layer
from engine.errors import FileError
from engine.files import run_writer
from engine.files.frame_store import FrameStore
from engine.files.metrics_file import COLUMNS, Row, append_rows, read_rows
from engine.files.run_folder import RunFolder
from engine.files.run_place import is_run
from engine.files.run_writer import RunWriter
from engine.files.whole_run import save_run
from engine.snapshot import History
from engine.training.config import TrainingConfig, training_config
from engine.training.filmstrip import Frame
from engine.training.recorder import MetricRow
from engine.training.state import TrainingState
from tests.helpers.runs import frame_steps

DESIGN = NetworkDesign("Tiny", (1, 2, 2), (layer("flat", "flatten"), layer("out", "linear", units=2)))


def weights(seed: int = 0) -> dict[str, torch.Tensor]:
    torch.manual_seed(seed)
    return Network(DESIGN).layers.state_dict()


def state(step: int, epoch: int = 1) -> TrainingState:
    return TrainingState(step=step, epoch=epoch, network=weights(step), rng={"cpu": torch.get_rng_state()})


def row(step: int, split: str = "train", **values: float) -> MetricRow:
    return MetricRow(step, step / 10, step * 0.5, split, values or {"loss": 1 / step, "accuracy": 0.1, "learning_rate": 0.05})


def make(path: Path) -> RunWriter:
    return RunWriter.create(path, DESIGN, training_config(epochs=3, seed=7, task="classify"), "digits", tiny_data(), "cpu")


def test_create_and_open_keep_everything(tmp_path):
    run = make(tmp_path / "run")
    assert (run.design, run.config, run.data_name) == (DESIGN, training_config(epochs=3, seed=7, task="classify"), "digits")
    document = json.loads((tmp_path / "run" / "config.json").read_text())
    assert document["data"] == {
        "name": "digits",
        "fingerprint": "fff",
        "slots": {
            "image": {"meaning": {"kind": "image", "mean": [0.5], "deviation": [0.25]}, "shape": [1, 2, 2]},
            "label": {"meaning": {"kind": "classes", "names": ["a", "b"]}, "shape": []},
        },
    }
    assert RunFolder.open(tmp_path / "run").card == run.card
    assert (document["seed"], document["device"]) == (7, "cpu")
    assert document["versions"]["torch"] == torch.__version__
    assert (document["training"]["optimizer"], document["training"]["task"]) == ("sgd", "classify")


def test_metrics_are_a_csv_with_the_promised_header(tmp_path):
    run = make(tmp_path / "run")
    run.points([row(1), row(2)])
    run.points([row(2, "validation", loss=0.25, accuracy=0.75)])
    with (tmp_path / "run" / "metrics.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert ",".join(rows[0]) == "step,epoch,seconds,split,loss,accuracy,learning_rate"
    assert [r["split"] for r in rows] == ["train", "train", "validation"]
    assert rows[1] == dict(zip(COLUMNS, ("2", "0.2", "1.0", "train", "0.5", "0.1", "0.05"), strict=True))
    assert rows[2]["learning_rate"] == ""


def test_history_comes_back_bit_for_bit(tmp_path):
    run = make(tmp_path / "run")
    run.points([row(1, loss=0.1 + 0.2, accuracy=1 / 3, learning_rate=1e-17), row(2, loss=math.nan, accuracy=0.0)])
    run.points([row(2, "validation", loss=2.5, accuracy=0.5)])
    history = RunFolder.open(run.path).history()
    assert history["train/loss"].values[0] == 0.1 + 0.2
    assert math.isnan(history["train/loss"].values[1])
    assert history["learning_rate"].values.tolist() == [1e-17]
    assert history["validation/accuracy"].steps.tolist() == [2]


@pytest.mark.parametrize("tail", [b"3,0.3,1.5,tra", b"3,0.3", b"3,0.3,1.5,train,0.5,\n", b"\x00" * 500, b"\xff\xfe"])
def test_a_torn_last_line_is_ignored_and_then_written_over(tmp_path, tail):
    run = make(tmp_path / "run")
    run.points([row(1), row(2)])
    with (run.path / "metrics.csv").open("ab") as file:
        file.write(tail)
    again = RunWriter.open(run.path)
    assert again.history()["train/loss"].steps.tolist() == [1, 2]
    again.rewind(state(2))
    again.points([row(3)])
    assert again.history()["train/loss"].steps.tolist() == [1, 2, 3]


def test_damage_in_the_middle_names_the_line(tmp_path):
    run = make(tmp_path / "run")
    run.points([row(1), row(2), row(3)])
    path = run.path / "metrics.csv"
    lines = path.read_text().splitlines()
    lines[2] = "rubbish"
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(FileError, match=r"Line 3 of .*metrics\.csv"):
        run.history()


def test_a_foreign_table_is_refused(tmp_path):
    (tmp_path / "m.csv").write_text("a,b\n1,2\n")
    with pytest.raises(FileError, match="not a table of metrics"):
        read_rows(tmp_path / "m.csv")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
@given(cut=st.integers(0, 200))
def test_a_table_cut_anywhere_gives_whole_rows(tmp_path, cut):
    path = tmp_path / "m.csv"
    path.unlink(missing_ok=True)
    rows = [Row(i, 0.5, 1.0, "train", {"loss": 1.25 * i}) for i in range(1, 6)]
    append_rows(path, rows)
    data = path.read_bytes()
    path.write_bytes(data[: max(len(data) - cut, 0)])
    try:
        found = read_rows(path)
    except FileError:
        assert cut >= len(data) - len(",".join(COLUMNS))
    else:
        assert [r.values["loss"] for r in found] == [r.values["loss"] for r in rows[: len(found)]]


class ShortOfSpace:
    """A file that takes ``room`` more bytes and then is full."""

    def __init__(self, file, room: int) -> None:
        self._file, self._room = file, room

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()

    def __getattr__(self, name):
        return getattr(self._file, name)

    def write(self, data):
        if self._room == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = self._file.write(bytes(data)[: self._room])
        self._room -= written
        return written


def test_a_disk_that_fills_in_the_middle_of_a_row_keeps_only_whole_rows(tmp_path, monkeypatch):
    run = make(tmp_path / "run")
    run.points([row(1)])
    real = Path.open
    monkeypatch.setattr(Path, "open", lambda self, *a, **k: ShortOfSpace(real(self, *a, **k), 12))
    with pytest.raises(FileError, match="no space left"):
        run.points([row(2), row(3)])
    monkeypatch.undo()
    run.points([row(2), row(3)])  # as the runner does at the next epoch
    assert run.history()["train/loss"].steps.tolist() == [1, 2, 3]


def test_a_folder_that_vanishes_gives_a_sentence(tmp_path):
    run = make(tmp_path / "run")
    run.path.rename(tmp_path / "elsewhere")
    with pytest.raises(FileError, match="does not exist"):
        run.points([row(1)])
    with pytest.raises(FileError, match="does not exist"):
        run.log("hello")
    for write in (lambda: run.checkpoint(state(1)), lambda: run.frame(Frame(1, 0.1, weights()))):
        with pytest.raises(FileError, match="not there any more"):
            write()
    assert not run.path.exists()


def test_checkpoints_are_found_by_step(tmp_path):
    run = make(tmp_path / "run")
    assert run.latest_checkpoint() is None
    with pytest.raises(FileError, match="no checkpoint yet"):
        run.load_checkpoint()
    for step, accuracy in ((10, 0.5), (20, 0.9), (30, 0.9)):
        run.points([row(step, "validation", loss=1.0, accuracy=accuracy)])
        run.checkpoint(state(step))
    assert run.latest_checkpoint() == run.path / "checkpoints" / "step-00000030.safetensors"
    assert run.best_checkpoint() == run.path / "checkpoints" / "step-00000020.safetensors"
    assert run.load_checkpoint().step == 30
    assert torch.equal(run.load_checkpoint(run.best_checkpoint()).network["out.weight"], weights(20)["out.weight"])


def test_old_checkpoints_go_but_never_the_best_or_the_last_two(tmp_path, monkeypatch):
    run = make(tmp_path / "run")
    monkeypatch.setattr(run_writer, "CHECKPOINT_BUDGET", 1)
    for step, accuracy in ((10, 0.5), (20, 0.9), (30, 0.6), (40, 0.7), (50, 0.8)):
        run.points([row(step, "validation", loss=1.0, accuracy=accuracy)])
        run.checkpoint(state(step))
    assert run.checkpoint_steps() == (20, 40, 50)


def test_a_checkpoint_of_another_design_names_the_layer(tmp_path):
    run = make(tmp_path / "run")
    other = Network(NetworkDesign("Other", (1, 2, 2), (layer("flat", "flatten"), layer("out", "linear", units=5))))
    run.checkpoint(TrainingState(step=1, network=other.layers.state_dict()))
    with pytest.raises(FileError, match="layer 'out'"):
        run.load_checkpoint()


def test_frames_come_back_in_order(tmp_path):
    run = make(tmp_path / "run")
    for step in (0, 100, 5):
        run.frame(Frame(step, step / 100, weights(step)))
    frames = list(RunFolder.open(run.path).frames())
    assert [(frame.step, frame.epoch) for frame in frames] == [(0, 0.0), (5, 0.05), (100, 1.0)]
    assert torch.equal(frames[2].weights["out.weight"], weights(100)["out.weight"])


def test_frames_on_disk_stay_within_their_budget(tmp_path):
    (tmp_path / "f").mkdir()
    FrameStore(tmp_path / "f").add(Frame(0, 0.0, weights()))
    one = sum(path.stat().st_size for path in (tmp_path / "f").iterdir())
    store = FrameStore(tmp_path / "f", budget_bytes=5 * one + 200)
    for step in range(100, 1300, 100):
        store.add(Frame(step, 0.0, weights(step)))
    kept = store.steps()
    assert len(kept) == 5
    assert (kept[0], kept[-1]) == (0, 1200)


def test_a_damaged_frame_is_named(tmp_path):
    run = make(tmp_path / "run")
    run.frame(Frame(5, 0.1, weights()))
    path = run.path / "filmstrip" / "step-00000005.safetensors"
    path.write_bytes(path.read_bytes()[:-3])
    with pytest.raises(FileError, match="step-00000005"):
        list(run.frames())


def test_rewinding_forgets_what_came_later(tmp_path):
    run = make(tmp_path / "run")
    run.points([row(step) for step in range(1, 8)])
    for step in (2, 4, 6):
        run.frame(Frame(step, 0.0, weights()))
        run.checkpoint(state(step))
    run.rewind(state(4))
    assert run.history()["train/loss"].steps.tolist() == [1, 2, 3, 4]
    assert (frame_steps(run), run.checkpoint_steps()) == ((2, 4), (2, 4))


def test_nothing_is_written_over(tmp_path):
    make(tmp_path / "run")
    with pytest.raises(FileError, match="already holds a run"):
        make(tmp_path / "run")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("precious")
    with pytest.raises(FileError, match="not empty"):
        make(tmp_path / "other")
    with pytest.raises(FileError, match="already exists"):
        make(tmp_path / "other" / "thesis.txt")
    (tmp_path / "empty").mkdir()
    assert is_run(make(tmp_path / "empty").path)


def test_what_is_no_run_gives_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    for path in (tmp_path, tmp_path / "none", tmp_path / "file"):
        with pytest.raises(FileError, match=r"is not a run folder|does not exist"):
            RunFolder.open(path)


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", "[" * 100_000, '{"format": "other"}'),
        '{"format": "layerscope-run/1", "training": {"epochs": -3}, "data": {"name": ""}}',
    ],
)
def test_a_damaged_config_names_the_file(tmp_path, text):
    run = make(tmp_path / "run")
    (run.path / "config.json").write_text(text)
    with pytest.raises(FileError, match=r"config\.json"):
        RunFolder.open(run.path)


def test_log_lines_are_appended(tmp_path):
    run = make(tmp_path / "run")
    run.log("one\n")
    run.log("two ×")
    lines = (run.path / "log.txt").read_text(encoding="utf-8").splitlines()
    assert [line.split(" ", 2)[2] for line in lines] == ["one", "two ×"]


def test_update_is_written_at_once(tmp_path):
    run = RunWriter.create(tmp_path / "run", DESIGN, TrainingConfig(), "digits")
    run.update(data=tiny_data(), device="cuda", config=training_config(epochs=9))
    again = RunFolder.open(run.path)
    assert (again.card.data.fingerprint, again.card.device, again.config.epochs) == ("fff", "cuda", 9)


def test_other_data_get_the_normalisation_of_the_training(tmp_path):
    image = tiny_data().slots["image"]
    other = replace(tiny_data(), slots=tiny_data().slots | {"image": image.with_meaning(Image(mean=(0.9,), deviation=(0.1,)))})
    trained = make(tmp_path / "run").as_trained(other)
    assert trained.slots["image"] == image
    unknown = RunWriter.create(tmp_path / "new", DESIGN, TrainingConfig(), "digits")
    assert unknown.as_trained(other).slots == other.slots


# -- saving a run from memory --


def tiny_data() -> DataSet:
    split = Split({"image": torch.zeros(2, 1, 2, 2, dtype=torch.uint8), "label": torch.tensor([0, 1])})
    named = slots(image=(Image(mean=(0.5,), deviation=(0.25,)), (1, 2, 2)), label=(Classes(names=("a", "b")), ()))
    return DataSet("tiny", named, {"train": split, "test": split}, fingerprint="fff")


def history() -> History:
    made = History()
    made.extend("train/loss", [1, 2, 3, 4], [4.0, 3.0, 2.0, 1.0])
    made.extend("train/accuracy", [1, 2, 3, 4], [0.1, 0.2, 0.3, 0.4])
    made.extend("learning_rate", [1, 2, 3, 4], [0.05] * 4)
    made.extend("validation/loss", [2, 4], [0.9, 0.8])
    made.extend("layer/out/gradient_norm", [2, 4], [7.0, 8.0])
    return made


def save(path: Path, **options) -> RunFolder:
    frames = [Frame(0, 0.0, weights(0)), Frame(4, 1.0, weights(4))]
    return save_run(path, DESIGN, training_config(epochs=2), "digits", tiny_data(), history(), state(4, 1), frames, **options)


def test_a_run_saved_from_memory_is_complete(tmp_path):
    save(tmp_path / "deep" / "run")
    run = RunFolder.open(tmp_path / "deep" / "run")
    assert (run.card.data.fingerprint, run.card.device) == ("fff", "cpu")
    again, original = run.history(), history()
    assert set(again.names()) == set(original.names())
    for name in original.names():
        assert np.array_equal(again[name].steps, original[name].steps), name
        assert np.array_equal(again[name].values, original[name].values), name
    assert run.load_checkpoint().step == 4
    assert frame_steps(run) == (0, 4)
    assert read_rows(run.path / "metrics.csv")[1].epoch == 0.5
    assert [entry.name for entry in (tmp_path / "deep").iterdir()] == ["run"]


def test_saving_over_a_run_is_asked_for(tmp_path):
    save(tmp_path / "run")
    (tmp_path / "run" / "mine.txt").write_text("note")
    with pytest.raises(FileError, match="already holds a run"):
        save(tmp_path / "run")
    assert (tmp_path / "run" / "mine.txt").exists()
    save(tmp_path / "run", over=True)
    assert is_run(tmp_path / "run")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.txt").write_text("precious")
    with pytest.raises(FileError, match="not empty"):
        save(tmp_path / "other", over=True)


def test_a_full_disk_while_saving_a_run_leaves_the_old_one(tmp_path, monkeypatch):
    save(tmp_path / "run")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("engine.files.atomic.os.fsync", full)
    with pytest.raises(FileError, match="no space left"):
        save(tmp_path / "run", over=True)
    monkeypatch.undo()
    assert RunFolder.open(tmp_path / "run").load_checkpoint().step == 4
    assert [entry.name for entry in tmp_path.iterdir()] == ["run"]


def test_the_old_run_comes_back_if_the_new_one_cannot_be_moved(tmp_path, monkeypatch):
    save(tmp_path / "run")
    real = Path.rename

    def refuse(self, target):
        if Path(target) == tmp_path / "run" and not self.name.endswith(".old"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(FileError, match="permission is denied"):
        save(tmp_path / "run", over=True)
    assert is_run(tmp_path / "run")
    assert [entry.name for entry in tmp_path.iterdir()] == ["run"]
