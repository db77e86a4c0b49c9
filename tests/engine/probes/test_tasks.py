"""Occlusion of networks of each task: the number that is explained, the words for it, and what is refused."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.design.network import LayerSpec, NetworkDesign, layer
from engine.errors import ProbeError
from engine.probes.activation_max import ActivationMax
from engine.probes.occlusion import Occlusion, Question
from engine.probing.base import Subject
from engine.probing.parse import make_probe
from engine.probing.result import HeatMap
from engine.probing.subject import as_input
from engine.words import percent
from tests.engine.layers.odd_kinds import Largest
from tests.helpers.problems import CASES
from tests.helpers.tiny_subject import first_image, plain_design, random_subject, subject_with

BY_NAME = {str(case): case for case in CASES}


def ask(subject: Subject, **parameters: Any) -> HeatMap:
    made = make_probe("occlusion", {"patch": "3", "stride": "3", **parameters})
    *_, last = made.run(subject, first_image(subject))
    assert isinstance(last, HeatMap)
    return last


def outputs(subject: Subject) -> tuple[Tensor, Tensor]:
    """(what it answers about the image, with the patch at row 3, column 6 covered by zero)."""
    inputs = as_input(subject, first_image(subject))
    covered = inputs.clone()
    covered[..., 3:6, 6:9] = 0
    return subject.network(inputs).main, subject.network(covered).main


def test_to_image_explains_the_share_of_the_object_that_is_marked() -> None:
    subject = BY_NAME["to_image: mask"].subject()
    mask = torch.from_numpy(first_image(subject).values["mask"])
    before, after = (float(each.sigmoid()[0, 0][mask > 0.5].mean()) for each in outputs(subject))
    answer = ask(subject, resolution="map")
    assert answer.values[1, 2] == pytest.approx(before - after, abs=1e-6)
    assert answer.facts["share"] == pytest.approx(before) and answer.unit == answer.facts["output"] == "share"
    assert answer.facts["lowest_share"] == pytest.approx(before - answer.values.max())
    assert answer.headline.startswith(
        f"The share of the object that the network marks is {percent(before)}; with the patch at row"
    )
    assert answer.meaning.startswith("The share of the object that the network marks, without a patch")


def test_of_a_picture_without_a_mask_the_share_of_all_pixels_is_explained() -> None:
    subject = BY_NAME["to_image: mask"].subject()
    picture = subject.problem.example_of_image(np.full((3, 12, 12), 90, np.uint8), "mine.png")
    *_, answer = Occlusion().run(subject, picture)
    expected = float(subject.network(as_input(subject, picture)).main.sigmoid().mean())
    assert answer.facts["share"] == pytest.approx(expected)
    assert answer.headline.startswith("The share of the picture that the network marks is")


def test_reconstruct_explains_minus_the_error_against_the_whole_image() -> None:
    subject = BY_NAME["reconstruct: image"].subject()
    target = torch.from_numpy(first_image(subject).picture) / 255
    before, after = (-float((each[0] - target).square().mean()) for each in outputs(subject))
    answer = ask(subject, resolution="map")
    assert answer.values[1, 2] == pytest.approx(before - after, abs=1e-6)
    assert answer.facts["likeness"] == pytest.approx(before) and answer.facts["target"] == "reconstruction"
    assert "minus its mean squared error" in answer.headline


def test_regress_explains_a_number_in_the_datas_own_units() -> None:
    subject = BY_NAME["regress: image"].subject()
    meaning = subject.problem.target.meaning
    before, after = (float(meaning.decode(each)[0, 1]) for each in outputs(subject))
    answer = ask(subject, target="height", resolution="map")
    assert answer.values[1, 2] == pytest.approx(before - after, abs=1e-5)
    assert (answer.facts["target"], answer.facts["target_index"]) == ("height", 1)
    assert answer.facts["value"] == pytest.approx(before, abs=1e-5)
    assert answer.headline.startswith(f"The answer 'height' is {before:.4g} m; with the patch at row")


@pytest.mark.parametrize(
    ("output", "name", "number"), [("probability", r"P\(two\)", r"\d+\.\d %"), ("logit", "The logit of 'two'", r"−?\d\S*")]
)
def test_a_classifier_speaks_of_what_it_was_asked_for(output: str, name: str, number: str) -> None:
    answer = ask(random_subject(plain_design((1, 12, 12))), target="two", output=output)
    assert re.match(rf"{name} is {number}; with the patch at row \d, column \d it is lowest: {number}\.$", answer.headline), (
        answer.headline
    )
    assert re.match(rf"{name}, without a patch minus with it", answer.meaning)
    row, column = answer.facts["lowest_at"]
    position = ask(random_subject(plain_design((1, 12, 12))), target="two", output=output, resolution="map").values[
        row // 3, column // 3
    ]
    assert answer.facts[f"lowest_{output}"] == pytest.approx(answer.facts[output] - position, abs=1e-4)
    assert list(answer.facts) == [
        *("target", "target_index", "probability", "logit", f"lowest_{output}", "lowest_at", "strongest_pixel"),
        *("patch", "stride", "positions", "fill", "output"),
    ]


@pytest.mark.parametrize(
    ("case", "settings", "sentence"),
    [
        ("regress: image", {"target": "label"}, r"answers with no classes.*width, height"),
        ("reconstruct: labelled image", {"target": "label"}, "answers with no classes"),
        ("regress: image", {"target": "depth"}, "There is no output 'depth'"),
        ("regress: image", {"target": "2"}, r"There is no output 2\. Use 0 to 1"),
        ("to_image: mask", {"output": "logit"}, r"image to mask has no logit\. Use output probability"),
    ],
)
def test_a_question_of_another_task_is_a_sentence(case: str, settings: dict[str, str], sentence: str) -> None:
    with pytest.raises(ProbeError, match=sentence):
        ask(BY_NAME[case].subject(), **settings)


def test_probes_say_what_they_do_not_fit() -> None:
    vector, image = (BY_NAME[name].problem() for name in ("classify: vector", "regress: image"))
    for probe in (Occlusion(), ActivationMax()):
        assert probe.fits(vector) == "This probe changes an image, but the network reads 5 numbers"
        assert probe.fits(image) == ""
        assert probe.fits(replace(image, extra=("size",))).endswith("reads size beside it")


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_network_that_has_diverged_is_a_sentence(value: float) -> None:
    subject = random_subject(plain_design((1, 12, 12)))
    for weights in subject.network.parameters():
        weights.fill_(value)
    for probe, image in ((Occlusion(), first_image(subject)), (ActivationMax(steps=2), None)):
        with pytest.raises(ProbeError, match=r"not a finite number.*Ask at an earlier step"):
            next(probe.run(subject, image))


def test_whole_numbers_have_no_slope_to_climb() -> None:
    layers = (
        *(layer("f", "flatten"), LayerSpec("which", Largest())),
        layer("out", "linear", ["f"], units=3),
    )
    subject = random_subject(NetworkDesign("x", (1, 6, 6), layers))
    with pytest.raises(ProbeError, match="'which' answers with whole numbers, which have no slope"):
        next(ActivationMax(layer="which").run(subject, None))


def test_a_question_repeats_the_targets_for_every_copy() -> None:
    subject = BY_NAME["reconstruct: image"].subject()
    question = Question(subject, first_image(subject), "probability")
    inputs = as_input(subject, first_image(subject))
    assert question.ask(inputs.repeat(3, 1, 1, 1)).shape == (3, 1, 1)
    np.testing.assert_allclose(question.ask(torch.cat([inputs, 0 * inputs]))[0], question.ask(inputs)[0], atol=1e-9)


def constant_subject() -> Subject:
    design = NetworkDesign("constant", (1, 12, 12), (layer("f", "flatten"), layer("out", "linear", units=3)))
    return subject_with(design, {"out.weight": torch.zeros(3, 144), "out.bias": torch.tensor([0.0, 1.0, 2.0])})


def test_the_answer_says_where_the_lowest_was() -> None:
    """One pixel matters; the lowest is where the patch covers it, in pixels and not in positions."""
    subject = constant_subject()
    subject.network.layers["out"].weight[1, 7 * 12 + 10] = 50 * float(
        torch.sign(as_input(subject, first_image(subject))[0, 0, 7, 10])
    )
    facts = ask(subject, target="1").facts
    assert facts["lowest_at"] == [6, 9]
    assert facts["strongest_pixel"] == [6, 9]
    assert facts["lowest_probability"] < facts["probability"]
