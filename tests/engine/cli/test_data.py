from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np


def write_mnist(folder: Path) -> None:
    """A data set in MNIST's format with a few images."""
    folder.mkdir(parents=True)
    for name, count in (("train", 40), ("t10k", 20)):
        pixels, labels = np.zeros((count, 28, 28), np.uint8), np.arange(count, dtype=np.uint8) % 10
        pixels[np.arange(count), labels, :] = 255
        images = struct.pack(">IIII", 0x803, count, 28, 28) + pixels.tobytes()
        (folder / f"{name}-images-idx3-ubyte.gz").write_bytes(gzip.compress(images))
        (folder / f"{name}-labels-idx1-ubyte").write_bytes(struct.pack(">II", 0x801, count) + labels.tobytes())


def test_list_says_what_is_there_and_what_is_missing(run):
    answer = run("data", "list")
    assert answer.code == 0
    lines = {line.split()[0]: line for line in answer.out.splitlines() if line}
    assert "ready" in lines["digits"]
    assert "missing" in lines["mnist"]
    sets = {entry["name"]: entry for entry in run("data", "list", "--json").json["datasets"]}
    assert sets["shapes"]["available"] is True
    assert sets["mnist"]["available"] is False
    assert sets["digits"]["shape"] == [1, 8, 8]


def test_info_counts_the_images(run):
    card = run("data", "info", "digits", "--json").json
    assert sum(sum(counts) for counts in card["counts"].values()) == 1797
    assert "1,797" in run("data", "info", "digits").out


def test_get_needs_nothing_for_built_in_sets(run):
    answer = run("data", "get", "strokes")
    assert (answer.code, answer.err) == (0, "")


def test_get_says_where_the_files_belong_and_finds_them_there(run, tmp_path, monkeypatch):
    monkeypatch.setenv("LAYERSCOPE_DATA", str(tmp_path / "data"))
    answer = run("data", "get", "mnist")
    assert (answer.code, answer.out) == (2, "")
    assert str(tmp_path / "data" / "mnist") in answer.err
    assert len(answer.err.strip().splitlines()) == 1
    write_mnist(tmp_path / "data" / "mnist")
    answer = run("data", "get", "mnist")
    assert (answer.code, answer.err) == (0, "")
    assert str(tmp_path / "data" / "mnist") in answer.out
    trained = run("train", "softmax", "--data", "mnist", "--epochs", 2, "--out", tmp_path / "run", "--json")
    assert trained.code == 0, trained.err


def test_mistakes(run):
    assert "Did you mean 'mnist'?" in run("data", "get", "mnits").err
    assert run("data", "info").code == 2
    assert run("data", "steal").code == 2
