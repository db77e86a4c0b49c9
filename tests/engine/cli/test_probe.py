from __future__ import annotations

import re

import numpy as np
import pytest
from PIL import Image

from engine.data.load import load


def test_occlusion_writes_what_the_contract_says(run, trained, tmp_path):
    words = ("probe", "occlusion", trained, "--image", "test:4", "--set", "patch=3", "stride=2")
    answer = run(*words, "--out", "map.npy", "--json")
    assert answer.code == 0, answer.err
    assert list(answer.json)[:4] == ["probe", "run", "target", "seconds"]
    assert (answer.json["probe"], answer.json["run"]) == ("occlusion", str(trained))
    pixels = np.load(tmp_path / "map.npy")
    assert (pixels.shape, pixels.dtype) == ((8, 8), np.float32)
    assert np.isfinite(pixels).all()
    run(*words, "resolution=map", "--out", "positions.npy")
    assert np.load(tmp_path / "positions.npy").ndim == 2


def test_an_image_file_of_another_size_and_colour_is_fitted(run, trained, tmp_path):
    picture = load("digits", (1, 8, 8), 0, 0.1).split("test")["image"][4, 0].numpy()
    Image.fromarray(picture).convert("RGBA").save(tmp_path / "mine.png")
    by_file = run("probe", "occlusion", trained, "--image", "mine.png", "--out", "a.npy", "--json")
    by_index = run("probe", "occlusion", trained, "--image", "test:4", "--out", "b.npy", "--json")
    assert (by_file.code, by_index.code) == (0, 0)
    assert np.allclose(np.load(tmp_path / "a.npy"), np.load(tmp_path / "b.npy"), atol=1e-5)
    Image.new("RGB", (37, 20), "red").save(tmp_path / "other.png")
    assert run("probe", "occlusion", trained, "--image", "other.png", "--out", "c.png").code == 0
    with Image.open(tmp_path / "c.png") as painted:
        assert painted.size[0] >= 8


def test_activation_maximisation_needs_no_image(run, trained, tmp_path):
    words = ("--set", "layer=c1", "unit=2", "steps=8")
    answer = run("probe", "activation_max", trained, *words, "--out", "best.npy", "--json")
    assert answer.code == 0, answer.err
    assert {"probe", "run", "target", "seconds", "activation", "best_real_activation", "ratio"} <= set(answer.json)
    best = np.load(tmp_path / "best.npy")
    assert (best.dtype, best.ndim, best.shape[0]) == (np.float32, 3, 1)
    assert 0 <= best.min() <= best.max() <= 1


def test_without_a_file_the_answer_is_told(run, trained):
    answer = run("probe", "occlusion", trained, "--image", "test:0")
    assert answer.code == 0
    assert "seconds" in answer.out


@pytest.mark.parametrize("words", [("occlusion", "--image", "test:0"), ("activation_max", "--set", "steps=2")])
def test_a_person_is_told_rounded_numbers_with_units_and_a_program_whole_ones(run, trained, words):
    """It printed "probability  0.8968557312114632"."""
    name, *others = words
    told = run("probe", name, trained, *others).out
    assert not re.search(r"\d\.\d{5}", told) and "None" not in told
    found = run("probe", name, trained, *others, "--json").json
    if name == "occlusion":
        assert re.search(r"\nlowest probability +[\d.]+ %\n", told)
        assert len(str(found["lowest_probability"])) > 8


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("occlusoin", "RUN", "--image", "test:0"), "Did you mean 'occlusion'?"),
        (("occlusion", "RUN"), "--image"),
        (("occlusion", "RUN", "--image", "test:zero"), "test:0"),
        (("occlusion", "RUN", "--image", "test:99999"), "99999"),
        (("occlusion", "RUN", "--image", "none.png"), "none.png"),
        (("occlusion", "RUN", "--image", "broken.png"), "broken.png"),
        (("occlusion", "RUN", "--image", "test:0", "--set", "pach=3"), "Did you mean 'patch'?"),
        (("occlusion", "RUN", "--image", "test:0", "--set", "patch"), "key=value"),
        (("occlusion", "RUN", "--image", "test:0", "--set", "patch=90"), "patch"),
        (("occlusion", "RUN", "--image", "test:0", "--out", "map.txt"), ".npy"),
        (("occlusion", "RUN", "--image", "test:0", "--out", "nowhere/map.npy"), "does not exist"),
        (("occlusion", "nowhere", "--image", "test:0"), "does not exist"),
        (("activation_max", "RUN", "--set", "layer=c9"), "c9"),
    ],
)
def test_mistakes_are_one_sentence(run, trained, tmp_path, words, expected):
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nrubbish")
    answer = run("probe", *[trained if word == "RUN" else word for word in words])
    assert (answer.code, answer.out) == (2, "")
    assert expected in answer.err
    assert len(answer.err.strip().splitlines()) == 1
