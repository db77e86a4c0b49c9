"""A user's own arrays and tables: what they are taken for, and one sentence for each mistake."""

from __future__ import annotations

import pickle
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import engine.data.readers.numpy_archive as numpy_archive
import engine.data.readers.table as table
from engine.data.arrays import raw_set
from engine.data.dataset import DataSet
from engine.data.load import load, load_raw
from engine.data.meaning import Meaning
from engine.data.meanings.boxes import Boxes
from engine.data.meanings.classes import Classes
from engine.data.meanings.grids import Image, Signal, Volume
from engine.data.meanings.mask import Mask
from engine.data.meanings.tokens import Tokens
from engine.data.meanings.vector import Vector
from engine.errors import DataError

N = 20
X, Y = np.linspace(0, 1, 2 * N).reshape(N, 2), np.arange(N) % 2


def archive(folder: Path, **arrays: Any) -> DataSet:
    np.savez(folder / "own.npz", **arrays)
    return load(str(folder / "own.npz"), None, 0, 0.0)


def written(folder: Path, text: str) -> DataSet:
    (folder / "own.csv").write_text(text, encoding="utf-8")
    return load(str(folder / "own.csv"), None, 0, 0.0)


@pytest.mark.parametrize(
    ("values", "meaning", "shape"),
    [
        (np.zeros((N, 4, 5), np.uint8), Image, (1, 4, 5)),
        (np.zeros((N, 3, 4, 5), np.uint8), Image, (3, 4, 5)),
        (np.zeros((N, 4, 5, 3), np.uint8), Image, (3, 4, 5)),
        (np.full((N, 4, 5, 1), 0.5), Image, (1, 4, 5)),
        (np.zeros((N, 4, 5), np.bool_), Mask, (4, 5)),
        (np.zeros((N, 2, 9)), Signal, (2, 9)),
        (np.zeros((N, 1, 3, 4, 5), np.float32), Volume, (1, 3, 4, 5)),
        (np.zeros((N, 3), np.int32), Vector, (3,)),
        (np.zeros(N), Vector, (1,)),
        (np.arange(N, dtype=np.uint8) % 4, Classes, ()),
        (np.array(["b", "a"] * (N // 2)), Classes, ()),
    ],
)
def test_what_arrays_are_taken_for(tmp_path: Path, values: np.ndarray, meaning: type, shape: tuple[int, ...]) -> None:
    slot = archive(tmp_path, thing=values).slots["thing"]
    assert (type(slot.meaning), slot.shape) == (meaning, shape)


def test_values_come_through_unchanged(tmp_path: Path) -> None:
    data = archive(tmp_path, train_x=X, train_y=Y, test_x=X + 2, y_test=1 - Y)
    assert torch.equal(data.splits["train"]["x"], torch.from_numpy(X).float())
    assert data.splits["test"]["y"].tolist() == (1 - Y).tolist()
    pixels = np.random.default_rng(0).integers(0, 256, (N, 4, 5, 3), dtype=np.uint8)
    data = archive(tmp_path, train_image=pixels, test_image=pixels)
    assert torch.equal(data.splits["train"]["image"], torch.from_numpy(pixels.transpose(0, 3, 1, 2)))
    data = archive(tmp_path, train_image=pixels / 255, test_image=pixels / 255)
    assert torch.equal(data.splits["test"]["image"], torch.from_numpy(pixels.transpose(0, 3, 1, 2)))


def test_nothing_of_what_is_split_already_is_there_twice(tmp_path: Path) -> None:
    """Both parts were put behind one another, and the test part held on to the whole for as long as the data lived."""
    x = np.random.default_rng(0).random((N, 2, 9), dtype=np.float32)
    raw = raw_set({"train_x": x, "test_x": x[:5], "train_y": Y, "test_y": Y[:5]}, 0, tmp_path)
    assert raw.train["x"] is x and np.shares_memory(raw.test["x"], x)
    values = archive(tmp_path, train_x=x, test_x=x[:5], train_y=Y, test_y=Y[:5]).splits["test"]["x"]
    assert values.untyped_storage().nbytes() == values.nbytes


@pytest.mark.parametrize(
    ("train", "test", "meaning"),
    [
        (Y, np.full(5, 3), Classes(names=("0", "1", "2", "3"))),
        (np.array(["b", "a"] * (N // 2)), np.array(["c", "a"]), Classes(names=("a", "b", "c"))),
        (np.zeros((N, 9, 1)), np.ones((5, 9, 1)), Signal()),
        (np.zeros((N, 4, 5), np.uint8), np.ones((5, 4, 5), np.uint8), Image()),
    ],
)
def test_what_one_part_lacks_the_other_says(tmp_path: Path, train: np.ndarray, test: np.ndarray, meaning: Meaning) -> None:
    raw = raw_set({"train_y": train, "test_y": test}, 0, tmp_path)
    assert raw.slots["y"].meaning == meaning and (len(raw.train), len(raw.test)) == (len(train), len(test))
    assert raw.train["y"].dtype == raw.test["y"].dtype
    if isinstance(meaning, Classes):
        said = [[meaning.names[index] for index in part["y"]] for part in (raw.train, raw.test)]
        assert said == [[str(value) for value in values] for values in (train, test)]


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("write", [np.savez, np.savez_compressed])
def test_an_array_is_read_piece_by_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, order: str, write: Callable) -> None:
    """One of gigabytes was read in one go, however long nobody had waited for it any more."""
    x = np.asarray(np.random.default_rng(0).random((N, 2, 9)).astype(">f8"), order=order)
    write(tmp_path / "own.npz", train_x=x, test_x=x)
    monkeypatch.setattr("engine.data.pieces.PIECE_NUMBERS", 100)
    asked: list[float] = []
    _, raw = load_raw(str(tmp_path / "own.npz"), None, 0, between=asked.append)
    assert np.array_equal(raw.train["x"], x.astype(np.float32)) and np.array_equal(raw.test["x"], x.astype(np.float32))
    assert len(asked) == 2 * -(-x.nbytes // 100) and asked == sorted(asked) and asked[-1] < 1


def test_inputs_come_first_whatever_their_order(tmp_path: Path) -> None:
    assert list(archive(tmp_path, y=X[:, 0], x=X).slots) == ["x", "y"]
    assert list(archive(tmp_path, label=Y, point=X).slots) == ["point", "label"]


def test_names_are_taken_over(tmp_path: Path) -> None:
    data = archive(tmp_path, x=X, y=Y, **{"y.names": np.array(["no", "yes"]), "x.names": np.array(["a", "b"])})
    assert data.slots["y"].meaning == Classes(names=("no", "yes"))
    assert data.slots["x"].meaning.names == ("a", "b")
    words = archive(tmp_path, x=X, y=np.array(["yes", "no"] * (N // 2)), **{"y.names": np.array(["yes", "no", "perhaps"])})
    assert words.slots["y"].meaning.names == ("yes", "no", "perhaps")
    for split in words.splits.values():
        first = (
            split["x"][:, 0] * (2 * N - 1) / 2
        ).round()  # which example it is; every second one says "yes", which is named first
        assert torch.equal(split["y"], first.long() % 2)


def test_the_seed_chooses_what_is_held_back(tmp_path: Path) -> None:
    np.savez(tmp_path / "own.npz", x=X, y=Y)
    first, again, other = (load(str(tmp_path / "own.npz"), None, seed, 0.0).splits["test"]["x"] for seed in (0, 0, 1))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_padded_arrays_bring_their_counts(tmp_path: Path) -> None:
    tokens, counts = np.ones((N, 4), np.int32), np.arange(N) % 5
    vocabulary = np.array(["", "good", "bad"])
    data = archive(tmp_path, text=tokens, label=Y, **{"text.count": counts, "text.names": vocabulary})
    assert data.slots["text"].padded
    assert data.slots["text"].meaning == Tokens(vocabulary=("", "good", "bad"))
    assert len(data.splits["train"]["text.count"]) == len(data.splits["train"])
    boxes = np.tile([1.0, 2, 3, 4, 0], (N, 3, 1))
    data = archive(tmp_path, image=np.zeros((N, 8, 9), np.uint8), box=boxes, **{"box.count": np.full(N, 2)})
    assert data.slots["box"].meaning == Boxes(names=("0",), height=8, width=9)


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({}, "holds no arrays"),
        ({"x": X, "y": Y[:-1]}, "20 of 'x', but 19 of 'y'"),
        ({"train_x": X, "train_y": Y, "test_x": X}, "has no 'test_y'"),
        ({"train_x": X, "test_x": X, "y": Y}, "has no 'train_y'"),
        ({"train_x": X, "test_x": X[:, :1]}, "differ in shape or type"),
        ({"x": np.where(X > 0.5, np.nan, X), "y": Y}, "'x' holds numbers that are not finite"),
        ({"x": X * 1e300, "y": Y}, "'x' holds numbers that are not finite"),
        ({"x": np.array([{}, 1], dtype=object)}, "Python objects.* never read"),
        ({"x": X.astype(np.complex64)}, "values of type complex64"),
        ({"x": np.float64(3)}, "'x' holds no examples"),
        ({"x": np.zeros((0, 3))}, "'x' holds no examples"),
        ({"x": np.zeros((N, 2, 3, 4, 5, 6))}, "is no known kind. Use boxes:|which is no known kind"),
        ({"x": np.zeros((N, 4, 5, 5), np.uint8)}, "which is no known kind"),
        ({"x": X, "y": Y - 1}, "'y' has the class -1"),
        ({"x": X, "y": Y, "y.names": np.array(["only"])}, "has the class 1, but there are only 1 classes"),
        ({"x": X, "y": Y * 10**9}, "has the class 1000000000"),
        ({"x": X, "x.names": np.array(["a"])}, "2 numbers in each example, but 1 names"),
        ({"x": X, "y": Y, "y.names": np.arange(2)}, "'y.names' is int64 2, not a list of words"),
        ({"t": Y[:, None], "t.count": Y, "t.names": np.array([""])}, "word number 1, but the vocabulary ends at 0"),
        ({"t": Y[:, None], "t.count": Y + 1}, "'t.count' is 2. Use one whole number from 0 to 1"),
        ({"t": Y[:, None], "t.count": Y / 2}, "'t.count' is float64"),
        ({"x": X, "t.count": Y}, "has 't.count', but no 't'"),
        ({"b": np.tile([3.0, 2, 1, 4, 0], (N, 2, 1)), "b.count": Y}, "ends before it begins"),
        ({"x": X[:1], "y": Y[:1]}, "too few examples"),
    ],
)
@pytest.mark.filterwarnings("ignore:overflow")
def test_mistakes_in_archives(tmp_path: Path, arrays: dict[str, np.ndarray], words: str) -> None:
    with pytest.raises(DataError, match=words) as caught:
        archive(tmp_path, **arrays)
    assert "own.npz" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_pickle_is_ever_opened(tmp_path: Path) -> None:
    """Neither one within an archive nor one that is called so."""
    opened = tmp_path / "opened"

    class Hostile:
        def __reduce__(self) -> tuple[Any, ...]:
            return Path.touch, (opened,)

    np.savez(tmp_path / "own.npz", x=np.array([Hostile()], dtype=object))
    (tmp_path / "bare.npz").write_bytes(pickle.dumps(Hostile()))
    with zipfile.ZipFile(tmp_path / "within.npz", "w") as file:
        file.writestr("x.npy", pickle.dumps(Hostile()))
    for name in ("own", "bare", "within"):
        with pytest.raises(DataError, match=f"{name}.npz"):
            load(str(tmp_path / f"{name}.npz"), None, 0, 0.1)
    assert not opened.exists()


def test_archives_that_are_or_claim_to_be_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = b"{'descr': '<f8', 'fortran_order': False, 'shape': (999999999999, 9), }".ljust(117) + b"\n"
    header = np.lib.format.magic(1, 0) + len(said).to_bytes(2, "little") + said
    with zipfile.ZipFile(tmp_path / "lie.npz", "w") as file:
        file.writestr("x.npy", header)
    with pytest.raises(DataError, match="'x' is shorter than it says"):
        load(str(tmp_path / "lie.npz"), None, 0, 0.1)
    monkeypatch.setattr(numpy_archive, "MOST_BYTES", 300)
    with pytest.raises(DataError, match="too large"):
        archive(tmp_path, x=X, y=Y)


def test_a_table_of_classes_and_one_of_numbers(tmp_path: Path) -> None:
    rows = "\n".join(f"{index},{index / 2},{'odd' if index % 2 else 'even'}" for index in range(N))
    data = written(tmp_path, f"whole, half ,parity\n{rows}\n\n")
    assert data.slots["features"].meaning.names == ("whole", "half")
    assert data.slots["label"].meaning.names == ("even", "odd")
    assert len(data.splits["train"]) == 16 and len(data.splits["test"]) == 4
    for split in data.splits.values():
        assert torch.equal(split["features"][:, 0], 2 * split["features"][:, 1])
        assert torch.equal(split["features"][:, 0].long() % 2, split["label"])
    data = written(tmp_path, f"\ufeffa;b;size\n{rows.replace(',', ';').replace('odd', '1e3').replace('even', '-2')}")
    assert data.slots["target"].meaning.names == ("size",)
    assert set(data.splits["train"]["target"].flatten().tolist()) == {1000.0, -2.0}


def test_columns_may_be_called_by_numbers(tmp_path: Path) -> None:
    rows = "\n".join(f"{index},{index / 2},{'odd' if index % 2 else 'even'}" for index in range(N))
    for names in (("0", "1"), ("1990", "2000")):
        data = written(tmp_path, f"{','.join(names)},label\n{rows}")
        assert data.slots["features"].meaning.names == names
        assert sum(len(split) for split in data.splits.values()) == N


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "fewer than two columns"),
        ("a\n1\n2", "fewer than two columns"),
        ("1,2\n3,4", "first line of .* holds an example"),
        ("1.5,2,yes\n3,4,no\n5,6,yes", "first line of .* holds an example"),
        ("0,1,even\n3,4,odd\n5,6,even", "first line of .* holds an example"),
        ("a,b\n", "no lines below"),
        ("a,b\n1,2\n1,2,3", "line 3: 3 columns, but the first line has 2"),
        ("a,b\n1,2\nx,3", "line 3, column 'a': 'x' is not a number"),
        ("a,b\n1,2\n,3", "line 3, column 'a': '' is not a number"),
        ("a,b\n1,2\n2,x", "line 3, column 'b': 'x' is not a number"),
        ("a,b\n" + "1,nan\n" * 9, "line 2, column 'b': 'nan' is not a finite number"),
        ("a,b\n" + "inf,no\n" * 9, "line 2, column 'a': 'inf' is not a finite number"),
        ("a,b\n1,2\n\n2,3\nnan,4", "line 5, column 'a': 'nan' is not a finite number"),
        ("a,b\n" + "1e300,no\n" * 9, "line 2, column 'a': '1e300' is too large"),
        ("a,b\n" + "1,no\n" * 9 + f"1,{'o' * 10_000}\n", "line 11, column 'b': .* is too long"),
        ("a,b\n1,2", "too few examples"),
    ],
)
def test_mistakes_in_tables(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(DataError, match=words) as caught:
        written(tmp_path, text)
    assert "own.csv" in str(caught.value)


def test_tables_that_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "own.csv"
    path.write_bytes(b"a,b\n\xff\xfe,1\n")
    with pytest.raises(DataError, match="Save it as CSV in UTF-8"):
        load(str(path), None, 0, 0.1)
    monkeypatch.setattr(table, "MOST_BYTES", 5)
    with pytest.raises(DataError, match="too large"):
        load(str(path), None, 0, 0.1)


def test_whole_numbers_to_be_learned_may_have_been_meant_as_classes(tmp_path: Path) -> None:
    for values, told in (("01", True), (("0.5", "1"), False), (("no", "yes"), False)):
        path = tmp_path / "own.csv"
        path.write_text("a,kind\n" + "".join(f"{at},{values[at % 2]}\n" for at in range(20)))
        assert any("written as words they would be classes" in note for note in load(str(path), None, 0, 0.1).notes) == told
