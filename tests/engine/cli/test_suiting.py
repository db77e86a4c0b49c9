"""Advice that can be followed on the command line, where a built-in network lies in no file that could be edited."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("network", "data", "instead"),
    [
        ("lenet5", "shapes", "lenet5:classes=8"),
        ("lenet5@3,32,32:classes=7", "shapes", "lenet5@3,32,32:classes=8"),
        ("lenet5", "moons", "mlp@2:classes=2"),
        ("mlp", "moons", "mlp@2:classes=2"),
        ("autoencoder", "moons", "autoencoder@2"),
        ("lenet5", "hills", "regression_mlp@2"),
    ],
)
def test_a_network_that_suits_is_named_and_can_be_trained(run, tmp_path, network, data, instead):
    answer = run("train", network, "--data", data, "--out", tmp_path / "refused")
    assert answer.code == 2 and instead in answer.err.replace(".", " ").split(), answer.err
    assert not (tmp_path / "refused").exists()
    taught = run("train", instead, "--data", data, "--epochs", 1, "--out", tmp_path / "taught")
    assert taught.code == 0, taught.err


def test_words_lead_to_a_network_that_reads_words(run, tmp_path):
    answer = run("train", "lenet5", "--data", "moods", "--out", tmp_path / "refused")
    assert answer.code == 2 and answer.err.rstrip().endswith("Train kim_cnn@13:classes=2 instead.")


def test_a_design_in_a_file_keeps_its_own_advice(run, small, tmp_path):
    answer = run("train", small, "--data", "shapes", "--out", tmp_path / "refused")
    assert answer.code == 2 and "Set units of layer 'out' to 8." in answer.err and "classes=" not in answer.err


@pytest.mark.parametrize("words", [("info", "nofile.design"), ("train", "nofile.jsn", "--data", "digits"), ("nofile.json",)])
def test_a_file_that_is_not_there_is_said_to_be_missing(run, words):
    answer = run(*words)
    name = next(word for word in words if word.startswith("nofile"))
    assert answer.code == 2 and answer.err.startswith(f"There is no file '{name}'.") and "Known:" not in answer.err
