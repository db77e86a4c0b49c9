from __future__ import annotations

import shutil

import numpy as np
import pytest
import torch
from PIL import Image

from engine.build import Network
from engine.data.dataset import DataSet
from engine.data.load import load
from engine.files.run_folder import RunFolder


def right(network: Network, data: DataSet) -> torch.Tensor:
    """Which test images ``network`` tells rightly."""
    split = data.split("test")
    return network(data.slots["image"].meaning.encode(split["image"])).main.argmax(1) == split["label"]


def test_json_and_the_accuracy_counted_by_hand(run, trained):
    answer = run("evaluate", trained, "--data", "digits", "--json")
    assert answer.code == 0
    assert list(answer.json) == [
        *("run", "task", "data", "split", "step", "images", "loss", "headline", "metrics", "accuracy", "seconds", "device")
    ]
    folder = RunFolder.open(trained)
    data = load("digits", (1, 8, 8), 0, 0.1)
    network = Network(folder.design).eval()
    network.layers.load_state_dict(folder.load_checkpoint().network)
    with torch.no_grad():
        hits = right(network, data)
    assert answer.json["images"] == len(hits)
    assert answer.json["accuracy"] == pytest.approx(hits.double().mean().item())


@pytest.mark.parametrize("split", ["train", "validation"])
def test_other_splits(run, trained, split):
    answer = run("evaluate", trained, "--split", split, "--checkpoint", "best", "--json")
    assert (answer.code, answer.json["split"]) == (0, split)
    assert answer.json["images"] == len(load("digits", (1, 8, 8), 0, 0.1).split(split))


def test_a_folder_of_images_is_normalised_as_the_training_was(run, trained, tmp_path):
    """White digits on black, the same files brightened: the run's own mean and deviation decide, not the folder's."""
    data = load("digits", (1, 8, 8), 0, 0.1)
    for index in range(40):
        folder = tmp_path / "images" / "test" / str(int(data.split("test")["label"][index]))
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(data.split("test")["image"][index, 0].numpy()).save(folder / f"{index}.png")
        train = tmp_path / "images" / "train" / folder.name
        train.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((8, 8), 250, np.uint8)).save(train / f"{index}.png")
    answer = run("evaluate", trained, "--data", tmp_path / "images", "--json")
    assert answer.code == 0, answer.err
    folder = RunFolder.open(trained)
    network = Network(folder.design).eval()
    network.layers.load_state_dict(folder.load_checkpoint().network)
    with torch.no_grad():
        hits = right(network, data)[:40]
    assert answer.json["accuracy"] == pytest.approx(hits.double().mean().item())


def test_mistakes_are_one_sentence(run, trained, tmp_path):
    for words, expected in (
        ((trained, "--split", "tset"), "There is no split 'tset'"),
        ((tmp_path / "none",), "does not exist"),
        ((trained, "--data", "shapes"), "8 classes"),
    ):
        answer = run("evaluate", *words)
        assert (answer.code, answer.out) == (2, "")
        assert expected in answer.err.splitlines()[-1]


def test_a_run_whose_weights_are_of_another_design_names_the_layer(run, trained, tmp_path):
    shutil.copytree(trained, tmp_path / "run")
    design = tmp_path / "run" / "design.json"
    design.write_text(design.read_text().replace('"filters": 4', '"filters": 5'))
    answer = run("evaluate", tmp_path / "run")
    assert answer.code == 2
    assert "layer 'c1'" in answer.err


def test_data_that_mean_something_else_are_read_as_they_are_and_it_says_so(run, trained, tmp_path):
    """The network reads 1×8×8 images; here they are called otherwise, so the run has no normalisation for them."""
    data = load("digits", (1, 8, 8), 0, 0.1).split("test")
    np.savez(tmp_path / "other.npz", picture=data["image"].numpy(), label=data["label"].numpy())
    answer = run("evaluate", trained, "--data", tmp_path / "other.npz", "--split", "train", "--json")
    assert answer.code == 0, answer.err
    assert "was not trained with" in answer.err and "picture" in answer.err and "label" not in answer.err
    assert "was not trained with" not in run("evaluate", trained, "--data", "digits", "--json").err


def test_what_does_not_fit_is_the_only_thing_said(run, trained):
    answer = run("evaluate", trained, "--data", "hills")
    assert answer.code == 2 and len(answer.err.strip().splitlines()) == 1, answer.err
