"""What a run goes on from: interim checkpoints, and the newest thing that is whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from engine.errors import FileError, NewerFileError
from engine.files import checkpoint_store, run_writer
from engine.files.checkpoint import is_interim
from engine.files.newest import find_newest
from engine.files.run_writer import RunWriter
from engine.files.tensor_file import write_tensors
from engine.training.filmstrip import Frame
from engine.training.loop import Step
from engine.training.trainer import Trainer
from tests.engine.files.test_run_folder import make, row, state, weights
from tests.helpers.tiny_data import tiny_cnn, tiny_config, tiny_set


def spoil(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[:-9])
    return path


# -- interim checkpoints --


def test_an_interim_checkpoint_goes_with_the_next_one_and_others_stay(tmp_path: Path) -> None:
    run = make(tmp_path / "run")
    found = []
    for step, write in enumerate((run.interim, run.interim, run.checkpoint, run.interim, run.interim, run.checkpoint), 1):
        write(state(step))
        found.append(run.checkpoint_steps())
    assert found == [(1,), (2,), (3,), (3, 4), (3, 5), (3, 6)]


def test_what_another_process_left_is_known_for_what_it_is(tmp_path: Path) -> None:
    run = make(tmp_path / "run")
    for step in (1, 2):
        run.checkpoint(state(step))
    run.interim(state(3))
    again = RunWriter.open(run.path)
    assert [is_interim(again.checkpoint_path(step)) for step in again.checkpoint_steps()] == [False, False, True]
    assert again.load_checkpoint().step == 3
    again.rewind(state(3))
    again.interim(state(4))
    assert again.checkpoint_steps() == (1, 2, 4)


def test_an_interim_checkpoint_takes_no_place_and_gives_its_own(tmp_path: Path) -> None:
    run = make(tmp_path / "run")
    run.checkpoint(state(1))
    run.interim(state(1))
    assert not is_interim(run.checkpoint_path(1))
    run.interim(state(2))
    run.checkpoint(state(2))  # the end of the epoch, at the same step
    assert not is_interim(run.checkpoint_path(2))
    run.interim(state(3))
    assert run.checkpoint_steps() == (1, 2, 3)


@pytest.mark.parametrize("ways", ["interim interim", "interim checkpoint", "checkpoint interim"])
def test_the_end_of_an_epoch_takes_the_place_of_its_last_step(tmp_path: Path, ways: str) -> None:
    """Both are of one step; a run that went on from the one before the validation validated once more."""
    run = make(tmp_path / "run")
    first, second = (getattr(run, way) for way in ways.split())
    first(replace(state(2, epoch=0), batch=2))
    second(state(2, epoch=1))
    left = run.load_checkpoint()
    assert (left.epoch, left.batch) == (1, 0) and run.checkpoint_steps() == (2,)
    assert is_interim(run.checkpoint_path(2)) == (ways == "interim interim"), "what is kept goes on being kept"
    run.interim(state(3, epoch=1))
    assert run.checkpoint_steps() == ((3,) if ways == "interim interim" else (2, 3))


def test_settings_that_were_changed_at_a_pause_are_saved(tmp_path: Path) -> None:
    run = make(tmp_path / "run")
    run.interim(state(2))
    run.interim(replace(state(2), live={"optimizer.momentum": 0.5}))
    assert run.load_checkpoint().live == {"optimizer.momentum": 0.5}


def test_a_state_that_lies_there_is_not_written_again(tmp_path: Path) -> None:
    run = make(tmp_path / "run")
    run.interim(state(2))
    before = run.checkpoint_path(2).stat().st_ino
    run.interim(replace(state(2), seconds=1.0))
    assert run.checkpoint_path(2).stat().st_ino == before


def test_an_interim_checkpoint_that_could_not_go_is_none_of_the_last_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make(tmp_path / "run")
    monkeypatch.setattr(run_writer, "CHECKPOINT_BUDGET", 1)
    for step in (1, 2):
        run.checkpoint(state(step))
    run.interim(state(3))
    unlink = Path.unlink

    def busy(self: Path, missing_ok: bool = False) -> None:
        if self == run.checkpoint_path(3):
            raise PermissionError(13, "It is being read")
        unlink(self, missing_ok)

    monkeypatch.setattr(Path, "unlink", busy)
    run.checkpoint(state(4))
    assert run.checkpoint_steps() == (2, 3, 4)


def test_an_interim_checkpoint_is_written_before_the_older_one_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make(tmp_path / "run")
    run.interim(state(1))

    def full(*_: object) -> None:
        raise FileError("The disk is full")

    monkeypatch.setattr(checkpoint_store, "save_checkpoint", full)
    with pytest.raises(FileError):
        run.interim(state(2))
    assert run.load_checkpoint().step == 1


def test_one_that_somebody_reads_where_that_keeps_it_goes_the_next_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = make(tmp_path / "run")
    run.interim(state(1))
    real = Path.unlink

    def busy(self: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "It is being read")

    monkeypatch.setattr(Path, "unlink", busy)
    run.interim(state(2))
    assert run.checkpoint_steps() == (1, 2)
    monkeypatch.setattr(Path, "unlink", real)
    run.interim(state(3))
    assert run.checkpoint_steps() == (3,)


# -- the newest whole thing --


def test_a_whole_newest_checkpoint_is_not_talked_about(tmp_path: Path) -> None:
    run = make(tmp_path / "run")
    for step in (1, 2):
        run.checkpoint(state(step))
    newest = find_newest(run)
    assert newest.state is not None and (newest.state.step, newest.damaged, newest.note) == (2, (), "")


def test_damaged_checkpoints_are_passed_over_and_put_aside(tmp_path: Path) -> None:
    run = make(tmp_path / "run")
    for step in (1, 2, 3):
        run.checkpoint(state(step))
        run.points([row(step)])
    damaged = tuple(spoil(run.checkpoint_path(step)) for step in (3, 2))
    newest = find_newest(run)
    assert newest.state is not None and newest.state.step == 1 and newest.damaged == damaged
    assert newest.note.startswith(
        f"The newest checkpoint cannot be used, nor can 1 before it ('{damaged[0]}' is not a checkpoint"
    )
    assert newest.note.endswith("so the run goes on from that of step 1.")
    run.rewind(newest.state, newest.damaged)
    assert run.checkpoint_steps() == (1,) and run.history()["train/loss"].steps.tolist() == [1]
    assert sorted(path.name for path in (run.path / "checkpoints").glob("*.damaged")) == [
        "step-00000002.safetensors.damaged",
        "step-00000003.safetensors.damaged",
    ]
    assert find_newest(run).note == ""


def test_what_a_newer_version_wrote_is_not_damaged(tmp_path: Path) -> None:
    run = make(tmp_path / "run")
    run.checkpoint(state(1))
    write_tensors(run.checkpoint_path(2), "layerscope-checkpoint/9", weights(), {})
    with pytest.raises(NewerFileError, match="newer Layerscope"):
        find_newest(run)


def test_without_checkpoints_the_newest_whole_frame_is_what_there_is(tmp_path: Path) -> None:
    run = make(tmp_path / "run")
    run.points([row(step) for step in (1, 2, 3)])
    for step in (0, 1, 2, 3):
        run.frame(Frame(step, step / 10, weights(step)))
    spoil(run.path / "filmstrip" / "step-00000003.safetensors")
    newest = find_newest(run)
    assert newest.state is not None and (newest.state.step, newest.state.seconds, newest.damaged) == (2, 1.0, ())
    assert torch.equal(newest.state.network["out.weight"], weights(2)["out.weight"])
    assert newest.state.optimizer == newest.state.rng == {} and newest.state.optimizer_kind == ""
    assert newest.note == (
        f"'{run.path}' has no checkpoint, so the run goes on from the weights of step 2 in its filmstrip, "
        "without the optimiser's memory and the random numbers."
    )
    run.checkpoint(state(3))
    spoil(run.checkpoint_path(3))
    assert "so the run goes on from the weights of step 2" in find_newest(run).note


def test_a_run_that_was_killed_before_its_first_step_begins(tmp_path: Path) -> None:
    run = make(tmp_path / "run")
    assert find_newest(run).state is None
    run.points([row(1)])
    with pytest.raises(FileError, match="neither checkpoints nor a filmstrip"):
        find_newest(run)
    run.checkpoint(state(1))
    spoil(run.checkpoint_path(1))
    with pytest.raises(FileError, match=r"step-00000001\.safetensors' is not a checkpoint"):
        find_newest(run)


def test_the_place_in_the_run_follows_from_a_frame(tmp_path: Path) -> None:
    """At every step of three epochs it is that of the checkpoint of the same step, before the validation."""
    trainer = Trainer(tiny_cnn(), tiny_config(epochs=3), tiny_set(), torch.device("cpu"))
    run = RunWriter.create(tmp_path / "run", tiny_cnn(), tiny_config(epochs=3), "stripes")
    for event in trainer.events():
        if isinstance(event, Step):
            run.frame(Frame(trainer.place.step, trainer.epoch, trainer.weights()[0]))
            found = find_newest(run).state
            assert found is not None
            assert (found.step, found.epoch, found.batch) == (trainer.place.step, trainer.place.epoch, trainer.place.batch)
    assert trainer.place.step == 39


def test_a_frame_at_the_end_of_an_epoch_stands_behind_its_validation(tmp_path: Path) -> None:
    """Where the metrics have it: it was done once more, and its row was forgotten."""
    run = make(tmp_path / "run")
    run.points([row(10), row(10, "validation", loss=1.0, accuracy=0.5)])
    run.frame(Frame(10, 1.0, weights()))
    found = find_newest(run).state
    assert found is not None and (found.epoch, found.batch, found.seconds) == (1, 0, 5.0)
    run.rewind(found)
    assert run.history()["validation/loss"].steps.tolist() == [10]


@pytest.mark.parametrize("epoch", ["inf", "nan", -1.0, 1e-320, 1e300])
def test_frames_of_places_that_cannot_be_are_damaged(tmp_path: Path, epoch: object) -> None:
    run = make(tmp_path / "run")
    write_tensors(
        run.path / "filmstrip" / "step-00000002.safetensors", "layerscope-frame/1", weights(), {"step": 2, "epoch": epoch}
    )
    with pytest.raises(FileError, match="is a damaged frame"):
        list(run.frames())
    told: list[str] = []
    assert list(run.frames(tell=told.append)) == [] and "is a damaged frame" in told[0]


def test_going_back_into_the_middle_of_an_epoch_forgets_the_validation_behind_it(tmp_path: Path) -> None:
    """A run that was killed behind the validation, but before the checkpoint, wrote it once more."""
    run = make(tmp_path / "run")
    run.points([row(1), row(2), row(2, "validation", loss=1.0, accuracy=0.5)])
    run.rewind(state(2, epoch=1))
    assert run.history()["validation/loss"].steps.tolist() == [2]
    run.rewind(replace(state(2, epoch=0), batch=2))
    assert run.history()["validation/loss"].steps.tolist() == []
    assert run.history()["train/loss"].steps.tolist() == [1, 2]
