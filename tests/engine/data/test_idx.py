"""IDX files: what is written is read, and nothing damaged is taken for data."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.idx import find_files, read_idx, read_idx_set
from engine.data.load import load
from engine.data.source import class_names
from engine.errors import DataError
from tests.engine.data.idx_files import idx_bytes, write, write_set


@settings(max_examples=40)
@given(shape=st.tuples(*[st.integers(1, 6)] * 3), packed=st.booleans(), seed=st.integers(0, 99))
def test_round_trip(tmp_path_factory: pytest.TempPathFactory, shape: tuple[int, int, int], packed: bool, seed: int) -> None:
    values = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    path = tmp_path_factory.mktemp("idx") / "file"
    path.write_bytes(gzip.compress(idx_bytes(values)) if packed else idx_bytes(values))
    assert np.array_equal(read_idx(path, 3), values)


@settings(max_examples=60)
@given(cut=st.integers(0, 15 + 3 * 16), packed=st.booleans())
def test_every_truncation_is_told(tmp_path_factory: pytest.TempPathFactory, cut: int, packed: bool) -> None:
    content = idx_bytes(np.ones((3, 4, 4), np.uint8))
    path = tmp_path_factory.mktemp("idx") / "file"
    path.write_bytes(gzip.compress(content[:cut]) if packed else content[:cut])
    with pytest.raises(DataError, match=r"ends|not an IDX file"):
        read_idx(path, 3)


@settings(max_examples=60)
@given(content=st.binary(max_size=200))
def test_random_bytes_never_pass(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("idx") / "file"
    path.write_bytes(content)
    with pytest.raises(DataError):
        read_idx(path, 3)


def test_a_cut_gz_is_told(tmp_path: Path) -> None:
    packed = gzip.compress(idx_bytes(np.random.default_rng(0).integers(0, 256, (9, 9, 9), dtype=np.uint8)))
    path = tmp_path / "images.gz"
    for length in (3, 30, len(packed) - 4):
        path.write_bytes(packed[:length])
        with pytest.raises(DataError, match="damaged"):
            read_idx(path, 3)
    path.write_bytes(packed[:40] + b"\0\xff" * 20 + packed[80:])
    with pytest.raises(DataError, match="damaged"):
        read_idx(path, 3)


def test_too_long_wrong_magic_and_absurd_sizes(tmp_path: Path) -> None:
    path = tmp_path / "file"
    good = idx_bytes(np.ones((3, 4, 4), np.uint8))
    for content, words in (
        (good + b"\0", "goes on after its end"),
        (b"\x80\x04" + good, "not an IDX file of images: it begins with 80 04 00 00"),
        (good[:2] + b"\x0d" + good[3:], "not an IDX file"),
        (bytes((0, 0, 8, 3)) + b"\xff" * 12, "claims to hold"),
        (bytes((0, 0, 8, 3)) + b"\0" * 12, "claims to hold"),
    ):
        path.write_bytes(content)
        with pytest.raises(DataError, match=words):
            read_idx(path, 3)


def test_labels_in_place_of_images(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(idx_bytes(np.ones(3, np.uint8)))
    with pytest.raises(DataError, match="mixed up"):
        read_idx(path, 3)


def test_a_set_in_a_folder_of_any_name(tmp_path: Path) -> None:
    folder = tmp_path / "Mes données – 図 ü"
    write_set(folder, packed=True)
    data = load(str(folder), None, 0, 0.0)
    assert data.name == folder.name
    assert data.slots["image"].shape == (1, 5, 5)
    assert class_names(data.slots) == tuple("0123456789")
    assert data.splits["train"]["image"][:, 0, 0, 0].tolist() == list(range(40))
    assert data.splits["test"]["label"].tolist() == [i % 10 for i in range(20)]


def test_plain_goes_before_packed(tmp_path: Path) -> None:
    write_set(tmp_path, packed=True)
    write_set(tmp_path, packed=False)
    assert all(path.suffix == "" for path in find_files(tmp_path).values())


def test_one_file_missing_is_named(tmp_path: Path) -> None:
    write_set(tmp_path)
    (tmp_path / "t10k-labels-idx1-ubyte").unlink()
    with pytest.raises(DataError, match="no t10k-labels-idx1-ubyte"):
        load(str(tmp_path), None, 0, 0.1)


def test_counts_that_differ(tmp_path: Path) -> None:
    write_set(tmp_path)
    write(tmp_path / "train-labels-idx1-ubyte", idx_bytes(np.zeros(39, np.uint8)), False)
    with pytest.raises(DataError, match="40 images, but 'train-labels-idx1-ubyte' 39 labels"):
        read_idx_set(tmp_path)


def test_labels_beyond_the_classes(tmp_path: Path) -> None:
    write_set(tmp_path / "mnist", classes=12)
    with pytest.raises(DataError, match="go up to 11, but there are only 10 classes"):
        load("mnist", None, 0, 0.1, data_folder=tmp_path)


def test_mnist_itself(real_data: Path) -> None:
    data = load("mnist", None, 0, 0.1, data_folder=real_data)
    assert len(data.splits["train"]) + len(data.splits["validation"]) == 60_000
    assert len(data.splits["test"]) == 10_000
    assert data.splits["test"]["label"][:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert data.slots["image"].shape == (1, 28, 28)
    assert data.slots["image"].meaning.mean[0] == pytest.approx(0.1307, abs=2e-3)  # of all 60,000, as everybody quotes them
    assert data.slots["image"].meaning.deviation[0] == pytest.approx(0.3081, abs=2e-3)


def test_mnist_in_its_stored_order(real_data: Path) -> None:
    data = load("mnist", None, 0, 0.0, data_folder=real_data)
    assert len(data.splits["validation"]) == 0
    assert data.splits["train"]["label"][:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
