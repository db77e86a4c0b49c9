"""Memory: loading needs about twice the data's own, what cannot fit is refused first, and what nobody waits for stops."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from engine.data import fitting, memory
from engine.data.idx import read_idx
from engine.data.load import load
from engine.data.meaning import slots
from engine.data.meanings.classes import Classes
from engine.data.meanings.grids import Image as ImageMeaning
from engine.data.memory import available, require_room
from engine.data.pieces import Abandoned, Interest, pieces, within
from engine.data.readers import table
from engine.data.source import DATASETS, RawSet, RawSplit, Source
from engine.data.statistics import channel_statistics
from engine.errors import DataError
from tests.engine.data.idx_files import idx_bytes, write_set

MIB = 1 << 20

MEASURE = """
import json, sys
from engine.data.load import load

def memory(name):
    return next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if line.startswith(name))

load("digits", (1, 9, 9), 0, 0.1)
before = memory("VmRSS")
path, shape = json.loads(sys.argv[1])
data = load(path, shape and tuple(shape), 0, 0.1)
size = sum(values.nbytes for split in data.splits.values() for values in split.values.values())
print((memory("VmHWM") - before) / size)
"""


def peak(path: Path, shape: tuple[int, ...] | None) -> float:
    """The memory that loading needs at its worst, over that of the data, measured in a process of its own."""
    command = [sys.executable, "-c", MEASURE, json.dumps([str(path), shape])]
    return float(subprocess.run(command, capture_output=True, check=True, text=True).stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(("shape", "times"), [(None, 2.5), ((1, 100, 100), 4)])  # the smaller, the more weighs the program
def test_loading_takes_about_twice_the_datas_memory(tmp_path: Path, shape: tuple[int, ...] | None, times: float) -> None:
    """It took eight times: counting the grey levels made an int64 of every pixel."""
    write_set(tmp_path, 250, 50, size=600 if shape is None else 28)
    if shape is not None:
        rng = np.random.default_rng(0)
        images = rng.integers(0, 256, (5_000, 28, 28), dtype=np.uint8)
        (tmp_path / "train-images-idx3-ubyte").write_bytes(idx_bytes(images))
        labels = (np.arange(5_000) % 10).astype(np.uint8)
        (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx_bytes(labels))
    assert peak(tmp_path, shape) < times


class _Kept(Source):
    """Examples of which it is known whether anybody still has those for testing."""

    slots = slots(image=(ImageMeaning(), (3, 5, 4)), label=(Classes(names=("no", "yes")), ()))

    def load(self, seed: int, root: Path | None = None) -> RawSet:
        made = [np.zeros((count, 5, 4, 3), np.uint8) for count in (20, 10)]
        self.test = weakref.ref(made[1])
        train, test = (RawSplit({"image": each.transpose(0, 3, 1, 2), "label": np.arange(len(each)) % 2}) for each in made)
        return RawSet(train, test, self.slots)


def test_stored_examples_go_as_soon_as_they_are_converted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those for testing, which were converted last, stayed beside the whole converted set."""
    source, alive = _Kept(), []
    convert = fitting._fitted

    def watched(*of: Any) -> torch.Tensor:
        alive.append(source.test() is not None)
        return convert(*of)

    monkeypatch.setattr(fitting, "_fitted", watched)
    monkeypatch.setitem(DATASETS._entries, "kept", source)
    data = load("kept", None, 0, 0.1)
    assert alive == [True, True, False, False, False, False]
    assert list(data.splits) == ["train", "validation", "test"] and len(data.split("test")) == 10


def test_what_cannot_fit_is_refused_before_it_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_set(tmp_path, 200, 50, size=28)
    monkeypatch.setattr(memory, "available", lambda: 10 * MIB)
    monkeypatch.setattr(fitting, "_fitted", lambda *_: pytest.fail("nothing should be fitted"))
    with pytest.raises(DataError) as caught:
        load(str(tmp_path), (1, 224, 224), 0, 0.1)
    assert str(caught.value) == (
        f"The 250 examples of {tmp_path.name}, each brought to the network's 1 × 224 × 224, need 12 MiB of memory, "
        "but 10 MiB are free. Make the network's input smaller, or use fewer examples."
    )


@pytest.mark.parametrize("kind", ["idx", "npz", "csv", "folder"])
def test_every_reader_asks_for_room_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    path = tmp_path / f"own.{kind}"
    if kind == "idx":
        write_set(path)
    elif kind == "npz":
        np.savez(path, x=np.zeros((50, 3)), y=np.arange(50) % 2)
    elif kind == "csv":
        path.write_text("a,b\n" + "1,no\n2,yes\n" * 50)
    else:
        for name in ("a", "b"):
            (path / name).mkdir(parents=True)
            for index in range(5):
                Image.new("L", (9, 9)).save(path / name / f"{index}.png")
    load(str(path), None, 0, 0.1)
    monkeypatch.setattr(memory, "available", lambda: 20)
    with pytest.raises(DataError, match=r"need 0 MiB of memory, but 0 MiB are free\. (Use|Reduce)"):
        load(str(path), None, 0, 0.1)


def test_a_bomb_is_refused_by_its_header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two gigabytes of nothing, packed into two megabytes; it is not unpacked to be found out."""
    path = tmp_path / "train-images-idx3-ubyte.gz"
    header = idx_bytes(np.zeros((1, 1, 1), np.uint8))[:4] + np.array((40_000, 220, 220), ">u4").tobytes()
    path.write_bytes(gzip.compress(header + bytes(64 * MIB)))
    monkeypatch.setattr("engine.data.idx._fill", lambda *_: pytest.fail("nothing should be unpacked"))
    with pytest.raises(DataError, match=r"claims to hold 40,000 × 220 × 220 bytes, over 100 times its size"):
        read_idx(path, 3)
    path.write_bytes(header)
    monkeypatch.setattr(memory, "available", lambda: 1 << 30)
    with pytest.raises(DataError, match=r"need 3\.6 GiB of memory, but 1\.0 GiB are free"):
        read_idx(path, 3)


def test_there_is_room_for_something() -> None:
    free = available()
    assert free is None or free > 0
    require_room(1, "One byte", "Nothing.")


def test_a_containers_limit_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in (("memory.max", "1000"), ("memory.current", "900"), ("memory.stat", "anon 300\ninactive_file 250\n")):
        (tmp_path / name).write_text(text)
    assert memory._of_group(tmp_path) == 350
    (tmp_path / "memory.max").write_text("max\n")
    assert memory._of_group(tmp_path) is None


def test_pieces_cover_everything_once_and_are_small() -> None:
    asked: list[float | None] = []
    found = list(pieces(10_000, (3, 28, 28), (3, 56, 56), between=lambda done=None: asked.append(done)))
    assert len(found) == len(asked) > 1
    assert [index for piece in found for index in range(10_000)[piece]] == list(range(10_000))
    assert list(pieces(0, (3,))) == [slice(0, 0)]
    assert list(pieces(2, (1 << 40,))) == [slice(0, 1), slice(1, 2)]


class _Asked:
    """A ``Between`` that remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[float] = []

    def __call__(self, done: float | None = None, /) -> None:
        assert done is not None, "every piece of the work says how far it is"
        self.told.append(done)


def test_a_part_of_the_work_takes_it_from_one_share_to_another() -> None:
    asked = _Asked()
    list(pieces(10, (1 << 30,), between=within(asked, 0.5, 0.7)))
    assert asked.told == pytest.approx([0.5 + 0.02 * place for place in range(10)])


def test_nobody_goes_back_and_each_percent_is_told_once() -> None:
    told: list[float] = []
    interest = Interest(lambda: told.append(interest.done))
    for done in (0.0, 0.011, 0.012, 0.5, 0.2, 0.505, None, 1.0):
        interest.require(done)
    assert told == [0.011, 0.5, 1.0] and interest.done == 1.0


@pytest.mark.parametrize("data", ["strokes", "shapes", "folder", "table", "archive"])
def test_every_way_of_loading_says_how_far_it_is(tmp_path: Path, data: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "LINES", 2)
    if data == "folder":
        for name in ("a", "b"):
            (tmp_path / name).mkdir()
            for index in range(5):
                Image.new("L", (9, 9)).save(tmp_path / name / f"{index}.png")
    elif data == "table":
        (tmp_path / "x.csv").write_text("a,b,c\n" + "1,2,one\n3,4,two\n" * 2000)
    elif data == "archive":
        np.savez(tmp_path / "x.npz", x=np.random.default_rng(0).random((20, 3)), y=np.arange(20) % 2)
    path = {"folder": tmp_path, "table": tmp_path / "x.csv", "archive": tmp_path / "x.npz"}
    asked = _Asked()
    load(str(path.get(data, data)), None, 0, 0.1, between=asked)
    assert all(0 <= done <= 1 for done in asked.told) and max(asked.told) > 0.5
    assert len(set(asked.told)) > 3


def test_statistics_do_not_depend_on_the_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    for values in (
        torch.from_numpy(rng.integers(0, 256, (50, 3, 7, 5), dtype=np.uint8)),
        torch.from_numpy(1e4 + rng.standard_normal((50, 3, 9))),
        torch.from_numpy(rng.standard_normal((50, 4))),
    ):
        monkeypatch.setattr("engine.data.pieces.PIECE_NUMBERS", 1 << 20)
        whole = channel_statistics(values)
        monkeypatch.setattr("engine.data.pieces.PIECE_NUMBERS", 200)
        for ours, theirs in zip(channel_statistics(values), whole, strict=True):
            assert ours == pytest.approx(theirs, rel=1e-12)
        flat = values.double().transpose(0, 1).reshape(values.shape[1], -1) / (255 if values.dtype == torch.uint8 else 1)
        assert whole[0] == pytest.approx(flat.mean(1).tolist())
        assert whole[1] == pytest.approx(flat.std(1, correction=0).tolist())


def test_the_pieces_do_not_change_the_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_set(tmp_path, 100, 30, size=20)
    whole = load(str(tmp_path), (3, 31, 17), 0, 0.2)
    monkeypatch.setattr("engine.data.pieces.PIECE_NUMBERS", 3 * 31 * 17 * 7)
    assert load(str(tmp_path), (3, 31, 17), 0, 0.2).fingerprint == whole.fingerprint


def test_floats_become_bytes_piece_by_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.data.pieces.PIECE_NUMBERS", 100)
    values = np.random.default_rng(0).random((40, 5, 4, 3))
    found = ImageMeaning.recognised(values, (), False)
    assert found is not None
    assert np.array_equal(found[1], np.rint(values.transpose(0, 3, 1, 2) * 255))


@pytest.mark.parametrize("after", [1, 3, 6, 9])
def test_work_that_nobody_waits_for_stops_at_the_next_piece(tmp_path: Path, after: int) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        for index in range(5):
            Image.new("L", (9, 9)).save(tmp_path / name / f"{index}.png")
    interest, asked = Interest(), 0

    def between(done: float | None = None, /) -> None:
        nonlocal asked
        asked += 1
        if asked == after:
            interest.drop()
        interest.require()

    with pytest.raises(Abandoned):
        load(str(tmp_path), None, 0, 0.1, between=between)
    assert asked == after
    assert threading.active_count() < 20
