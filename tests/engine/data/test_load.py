"""Loading: the same for the same seed, disjoint and stratified splits, fitted to the network with words."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.data.dataset import DataSet, Split
from engine.data.folders import data_folder
from engine.data.load import fingerprint, load
from engine.data.source import stratified
from engine.data.statistics import channel_statistics
from engine.errors import DataError
from tests.engine.data.idx_files import write_set


@pytest.fixture(scope="module")
def digits() -> DataSet:
    return load("digits", None, 3, 0.1)


def test_digits_are_the_real_ones(digits: DataSet) -> None:
    assert sum(len(split) for split in digits.splits.values()) == 1797
    assert digits.slots["image"].shape == (1, 8, 8)
    everything = torch.cat([split["image"] for split in digits.splits.values()])
    assert everything.max() == 255
    assert set(everything.unique().tolist()) == {round(level * 255 / 16) for level in range(17)}


def test_same_seed_same_set_other_seed_another(digits: DataSet) -> None:
    again, other = load("digits", None, 3, 0.1), load("digits", None, 4, 0.1)
    assert again.fingerprint == digits.fingerprint
    assert torch.equal(again.splits["test"]["image"], digits.splits["test"]["image"])
    assert other.fingerprint != digits.fingerprint


def test_splits_are_disjoint_and_together_whole(tmp_path: Path) -> None:
    write_set(tmp_path, train=200)  # every image is told by its grey level
    data = load(str(tmp_path), None, 0, 0.25)
    train = set(data.splits["train"]["image"][:, 0, 0, 0].tolist())
    validation = set(data.splits["validation"]["image"][:, 0, 0, 0].tolist())
    assert not train & validation
    assert train | validation == set(range(200))
    assert data.splits["validation"]["label"].bincount().tolist() == [5] * 10


@settings(max_examples=100)
@given(labels=st.lists(st.integers(0, 4), min_size=1, max_size=80), share=st.floats(0, 0.9), seed=st.integers(0, 9))
def test_stratified(labels: list[int], share: float, seed: int) -> None:
    values = np.array(labels, dtype=np.int64)
    rest, chosen = stratified(values, share, np.random.default_rng(seed))
    assert sorted([*rest, *chosen]) == list(range(len(values)))
    assert list(rest) == sorted(rest)
    assert list(chosen) == sorted(chosen)
    for label in np.unique(values):
        held = int((values[chosen] == label).sum())
        assert abs(held - share * (values == label).sum()) <= 1
        assert (values[rest] == label).any()


def test_enlarged_and_reduced_with_words(digits: DataSet) -> None:
    large = load("digits", (1, 28, 28), 3, 0.1)
    assert large.slots["image"].shape == (1, 28, 28)
    assert large.notes == ("digits: 8×8 images enlarged to 28×28 (bilinear) for the network's input.",)
    small = load("strokes", (3, 14, 14), 0, 0.1)
    assert small.slots["image"].shape == (3, 14, 14)
    assert small.notes == (
        "strokes: 28×28 images reduced to 14×14 (bilinear) for the network's input.",
        "strokes: grey images repeated in red, green and blue.",
    )
    assert digits.notes == ()


def test_statistics_are_those_of_the_training_split(digits: DataSet) -> None:
    pixels = digits.splits["train"]["image"].double() / 255
    assert digits.slots["image"].meaning.mean[0] == pytest.approx(float(pixels.mean()), rel=1e-9)
    assert digits.slots["image"].meaning.deviation[0] == pytest.approx(float(pixels.std(correction=0)), rel=1e-9)
    normalised = digits.slots["image"].meaning.encode(digits.splits["train"]["image"])
    assert normalised.dtype == torch.float32
    assert float(normalised.mean()) == pytest.approx(0, abs=1e-4)
    assert float(normalised.std()) == pytest.approx(1, abs=1e-3)


def test_a_channel_that_never_changes() -> None:
    images = torch.full((3, 2, 4, 4), 255, dtype=torch.uint8)
    images[0, 1, 0, 0] = 0
    mean, deviation = channel_statistics(images)
    assert mean[0] == pytest.approx(1.0)
    assert deviation[0] == 1.0
    assert 0 < deviation[1] < 1


def test_bytes_and_floats_normalise_alike_and_back(digits: DataSet) -> None:
    images = digits.splits["test"]["image"][:5]
    floats = images.float() / 255
    assert torch.allclose(digits.slots["image"].meaning.encode(images), digits.slots["image"].meaning.encode(floats), atol=1e-6)
    assert torch.allclose(digits.slots["image"].meaning.decode(digits.slots["image"].meaning.encode(images)), floats, atol=1e-6)


def test_gradients_flow_after_a_first_use_without_them() -> None:
    data = load("digits", None, 0, 0.1)
    with torch.inference_mode():
        data.slots["image"].meaning.encode(data.splits["test"]["image"][:1])
    floats = torch.zeros(1, 1, 8, 8, requires_grad=True)
    data.slots["image"].meaning.encode(floats).sum().backward()
    assert floats.grad is not None
    assert torch.allclose(floats.grad, torch.full_like(floats, 1 / data.slots["image"].meaning.deviation[0]))


def test_fingerprint_sees_pixels_labels_and_splits() -> None:
    split = Split({"image": torch.zeros(2, 1, 2, 2, dtype=torch.uint8), "label": torch.tensor([0, 1])})
    pixel = Split({**split.values, "image": split["image"].clone().index_fill_(0, torch.tensor([0]), 1)})
    label = Split({**split.values, "label": torch.tensor([1, 1])})
    wide = Split({**split.values, "image": split["image"].view(2, 1, 1, 4)})
    variants = [{"train": each} for each in (split, pixel, label, wide)] + [{"test": split}]
    assert len({fingerprint(each) for each in variants}) == len(variants)


@pytest.mark.parametrize(
    ("shape", "words"),
    [((784,), "flatten layer"), ((2, 28, 28), "2 channels"), ((1, 1, 28, 28), "not an image")],
)
def test_inputs_that_are_no_images(shape: tuple[int, ...], words: str) -> None:
    with pytest.raises(DataError, match=words):
        load("digits", shape, 0, 0.1)


def test_names_that_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataError, match=r"neither a data set nor a folder called 'digit'\. Did you mean 'digits'\?"):
        load("digit", None, 0, 0.1)
    with pytest.raises(DataError, match="no file or folder"):
        load(str(tmp_path / "gone"), None, 0, 0.1)
    (tmp_path / "a.zip").write_bytes(b"PK")
    with pytest.raises(DataError, match="Unpack it"):
        load("a.zip", None, 0, 0.1)
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match="no data that can be read"):
        load("empty", None, 0, 0.1)
    with pytest.raises(DataError, match="validation share"):
        load("digits", None, 0, 1.5)


def test_a_folder_that_vanished(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        load("mnist", None, 0, 0.1, data_folder=tmp_path / "gone")
    assert str(tmp_path / "gone" / "mnist") in str(caught.value)
    assert "LAYERSCOPE_DATA" in str(caught.value)
    (tmp_path / "mnist").write_text("a file")
    with pytest.raises(DataError, match="which is a file"):
        load("mnist", None, 0, 0.1, data_folder=tmp_path)


def test_where_data_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAYERSCOPE_DATA", str(tmp_path))
    assert data_folder() == tmp_path
    write_set(tmp_path / "mnist")
    assert load("mnist", None, 0, 0.1).name == "mnist"
    monkeypatch.setenv("LAYERSCOPE_DATA", "  ")
    assert data_folder().parts[-2:] == ("layerscope", "data")


def test_listing_imports_no_torch() -> None:
    program = "import sys, engine.data.card as card; card.listing(); sys.exit('torch' in sys.modules or 'sklearn' in sys.modules)"
    root = Path(__file__).parents[3]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    assert subprocess.run([sys.executable, "-c", program], env=environment, cwd=root, timeout=60).returncode == 0
