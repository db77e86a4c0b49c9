"""A run writes into its own folder only: nothing outside is written, appended to or deleted, and no run lies in another."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from engine.errors import FileError
from engine.files.atomic import STALE_S, atomic_write_text
from engine.files.frame_store import FrameStore
from engine.files.inside import safe_name
from engine.files.run_folder import RunFolder
from engine.files.run_place import is_run
from engine.files.run_writer import RunWriter
from engine.files.whole_run import save_run
from engine.snapshot import History
from engine.training.config import training_config
from engine.training.filmstrip import Frame
from tests.engine.files.test_run_folder import DESIGN, make, row, state, tiny_data, weights
from tests.helpers.runs import frame_steps

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links need rights there")

Write = Callable[[RunWriter], None]
WRITES: dict[str, tuple[str, Write]] = {
    "rows": ("metrics.csv", lambda run: run.points([row(9)])),
    "rows with a new column": ("metrics.csv", lambda run: run.points([row(9, loss=1.0, other=2.0)])),
    "the log": ("log.txt", lambda run: run.log("a line")),
    "the card": ("config.json", lambda run: run.update(device="cuda")),
    "a checkpoint": ("checkpoints", lambda run: run.checkpoint(state(9))),
    "an older checkpoint": ("checkpoints/step-00000001.safetensors", lambda run: run.checkpoint(state(1))),
    "a frame": ("filmstrip", lambda run: run.frame(Frame(9, 0.9, weights()))),
    "an older frame": ("filmstrip/step-00000001.safetensors", lambda run: run.frame(Frame(1, 0.1, weights()))),
    "going back": ("metrics.csv", lambda run: run.rewind(state(0, 0))),
    "going back, checkpoints": ("checkpoints", lambda run: run.rewind(state(0, 0))),
    "going back, frames": ("filmstrip", lambda run: run.rewind(state(0, 0))),
}


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def written(path: Path) -> RunWriter:
    run = make(path)
    run.points([row(1), row(2)])
    run.log("begun")
    for step in (1, 2):
        run.checkpoint(state(step))
        run.frame(Frame(step, step / 10, weights(step)))
    return run


@pytest.mark.parametrize("what", WRITES)
def test_links_in_a_run_are_not_followed(tmp_path: Path, what: str) -> None:
    part, write = WRITES[what]
    run = written(tmp_path / "run")
    (tmp_path / "outside").mkdir()
    target = tmp_path / "outside" / "precious"
    (run.path / part).rename(target)
    (run.path / part).symlink_to(target)
    before = everything(tmp_path / "outside")
    with pytest.raises(FileError, match=r"leads to '.*precious.*', but a run writes into its own folder only"):
        write(RunWriter.open(run.path))
    assert everything(tmp_path / "outside") == before


def test_a_run_that_is_itself_reached_through_a_link_is_written(tmp_path: Path) -> None:
    run = written(tmp_path / "run")
    (tmp_path / "link").symlink_to(run.path)
    again = RunWriter.open(tmp_path / "link")
    for _, write in WRITES.values():
        write(again)
    assert again.checkpoint_steps() == () and (tmp_path / "link").is_symlink()


def test_a_run_may_be_named_from_where_one_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = written(Path("run"))
    assert run.checkpoint_steps() == frame_steps(run) == (1, 2)
    run.rewind(state(1))
    assert run.checkpoint_steps() == frame_steps(run) == (1,)


@pytest.mark.parametrize("name", ["log.txt", "metrics.csv"])
def test_a_pipe_in_a_run_does_not_hang(tmp_path: Path, name: str) -> None:
    run = written(tmp_path / "run")
    (run.path / name).unlink()
    os.mkfifo(run.path / name)
    with pytest.raises(FileError, match="is a device or pipe"):
        run.log("a line") if name == "log.txt" else run.points([row(3)])


def test_a_frame_store_that_outgrows_its_budget_deletes_nothing_elsewhere(tmp_path: Path) -> None:
    run = written(tmp_path / "run")
    (run.path / "filmstrip").rename(tmp_path / "elsewhere")
    (run.path / "filmstrip").symlink_to(tmp_path / "elsewhere")
    before = everything(tmp_path / "elsewhere")
    with pytest.raises(FileError, match="leads to"):
        FrameStore(run.path / "filmstrip", budget_bytes=1).add(Frame(3, 0.3, weights()))
    assert everything(tmp_path / "elsewhere") == before


@pytest.mark.parametrize("below", ["run", "checkpoints", "a/b"])
def test_a_run_is_not_saved_into_itself(tmp_path: Path, below: str) -> None:
    run = written(tmp_path / "run")
    before = everything(run.path)
    arguments = (DESIGN, training_config(epochs=3), "digits", tiny_data(), History(), state(2))
    with pytest.raises(FileError, match="lies in the folder of the run 'run'"):
        save_run(run.path / below / "again", *arguments, over=True)
    with pytest.raises(FileError, match="lies in the folder of the run 'run'"):
        RunWriter.create(run.path / below / "again", DESIGN, training_config(), "digits")
    assert everything(run.path) == before
    assert is_run(save_run(run.path, *arguments, over=True).path)
    assert is_run(save_run(tmp_path / "beside", *arguments).path)


def test_saving_over_a_link_to_a_run_keeps_the_link(tmp_path: Path) -> None:
    run = written(tmp_path / "run")
    (tmp_path / "link").symlink_to(run.path)
    arguments = (DESIGN, training_config(epochs=3), "digits", tiny_data(), History(), state(7))
    save_run(tmp_path / "link", *arguments, over=True)
    assert (tmp_path / "link").is_symlink() and RunFolder.open(run.path).checkpoint_steps() == (7,)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "run"]


def test_what_killed_writes_left_is_swept_up(tmp_path: Path) -> None:
    run = written(tmp_path / "run")
    old, new = (".layerscope-0123456789ab.tmp", ".layerscope-ba9876543210.tmp")
    kept = [".layerscope-notes.tmp", "mine.tmp"]
    folders = [run.path, run.path / "checkpoints", run.path / "filmstrip"]
    for folder in folders:
        for name in (old, new, *kept):
            (folder / name).write_text("x")
            if name != new:
                os.utime(folder / name, (0, time.time() - STALE_S - 60))
    run.rewind(state(1))
    run.checkpoint(state(3))
    assert torch.equal(RunFolder.open(run.path).load_checkpoint().network["out.weight"], weights(3)["out.weight"])
    for folder in folders:
        assert {path.name for path in folder.iterdir() if path.suffix == ".tmp"} == {new, *kept}, folder
    (tmp_path / old).write_text("x")
    os.utime(tmp_path / old, (0, 0))
    atomic_write_text(tmp_path / "a.design.json", "{}")
    assert not (tmp_path / old).exists()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("my lenet", "my lenet"),
        ("../../etc/passwd", "etc-passwd"),
        ("..", "untitled"),
        ("", "untitled"),
        ("/absolute", "absolute"),
        ("C:\\windows\\x", "C-windows-x"),
        ("a\0b\nc", "a-b-c"),
        ("~root/x", "~root-x"),
        ("größe ü 网络", "größe ü 网络"),
        ("caf\udce9", "caf"),
        ("x" * 500, "x" * 100),
    ],
)
def test_a_name_makes_no_path(tmp_path: Path, text: str, name: str) -> None:
    assert safe_name(text) == name
    assert (tmp_path / f"{safe_name(text)}.json").resolve().parent == tmp_path.resolve()
    (tmp_path / f"{safe_name(text)}.json").write_text("")
