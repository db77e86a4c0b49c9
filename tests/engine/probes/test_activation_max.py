"""Activation maximisation: it beats every real image, measures honestly, and finds what is known by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from engine.design.network import NetworkDesign, layer
from engine.errors import ProbeError
from engine.probes.activation_max import ActivationMax
from engine.probing.base import Subject
from engine.probing.parse import make_probe
from engine.probing.result import ImageStrip
from engine.probing.subject import encoded
from engine.probing.units import find_unit, outputs_of
from engine.words import number
from engine.zoo import network
from tests.helpers.tiny_subject import (
    digits_set,
    discs_set,
    noise_set,
    plain_design,
    random_subject,
    subject_with,
    trained_subject,
)


def ask(subject: Subject, **parameters: Any) -> ImageStrip:
    *_, last = ActivationMax(**parameters).run(subject, None)
    assert isinstance(last, ImageStrip)
    return last


@pytest.fixture(scope="module")
def digits() -> Subject:
    return trained_subject(network("lenet5"), digits_set(), steps=200)


@pytest.fixture(scope="module")
def discs() -> Subject:
    return trained_subject(plain_design((3, 32, 32)), discs_set(), steps=120)


@pytest.mark.parametrize("preset", ["natural", "sharp", "raw"])
def test_a_class_of_a_trained_network_beats_every_real_image(digits: Subject, preset: str) -> None:
    for unit in (0, 3):
        facts = ask(digits, unit=unit, preset=preset).facts
        assert facts["ratio"] > 1.0
        assert facts["images_compared"] == 1797
        assert facts["ratio"] == pytest.approx(facts["activation"] / facts["best_real_activation"])


def test_a_class_in_colour_beats_every_real_image_and_has_its_colour(discs: Subject) -> None:
    for unit, channel in ((0, 0), (2, 2)):
        answer = ask(discs, unit=unit)
        assert answer.facts["ratio"] > 1.0
        strength = (answer.pictures[0] - 0.5).clip(0).sum(axis=(1, 2))
        assert strength.argmax() == channel


@pytest.mark.parametrize("at", ["centre", "mean", "3,4"])
def test_a_channel_beats_every_real_image(digits: Subject, at: str) -> None:
    facts = ask(digits, layer="c2", unit=1, at=at).facts
    assert facts["ratio"] > 1.0
    assert ("best_real_anywhere" in facts) == (at != "mean")
    if at != "mean":
        assert facts["best_real_anywhere"] >= facts["best_real_activation"]


def test_the_headline_says_both_numbers(digits: Subject) -> None:
    answer = ask(digits, unit=5)
    activation, best, ratio = (answer.facts[key] for key in ("activation", "best_real_activation", "ratio"))
    best_words = f"the best of 1,797 real images reaches {number(best, 4)} (ratio {number(ratio)})."
    assert answer.headline == f"class '5' reaches {number(activation, 4)}; {best_words}"


def test_natural_is_smoother_than_raw(digits: Subject) -> None:
    def roughness(preset: str) -> float:
        picture = ask(digits, unit=2, preset=preset).pictures[0][0]
        return float(np.abs(np.diff(picture, axis=0)).mean() + np.abs(np.diff(picture, axis=1)).mean())

    assert roughness("natural") < 0.5 * roughness("raw")


def test_what_is_reported_is_what_the_picture_does(digits: Subject) -> None:
    """Save the picture as bytes, read it back, ask the network: the same activation."""
    answer = ask(digits, unit=4, steps=30)
    picture = answer.pictures[0]
    as_file = (picture * 255).round().astype(np.uint8)
    np.testing.assert_array_equal(as_file.astype(np.float32) / 255, picture)
    logit = float(digits.network(encoded(digits, torch.from_numpy(as_file)[None])).main[0, 4])
    assert answer.facts["activation"] == pytest.approx(logit, abs=1e-4)


def test_the_best_real_image_is_the_best(digits: Subject) -> None:
    answer = ask(digits, unit=7, steps=1)
    data = digits.data
    best = {name: digits.network(encoded(digits, split["image"])).main[:, 7].max().item() for name, split in data.splits.items()}
    assert answer.facts["best_real_activation"] == pytest.approx(max(best.values()), abs=1e-4)
    split, _, number = answer.facts["best_real_image"].partition(" image #")
    assert best[split] == max(best.values())
    np.testing.assert_allclose(answer.pictures[1] * 255, data.split(split)["image"][int(number)].numpy(), atol=1e-3)


def test_a_filter_is_recovered_by_hand() -> None:
    """For one 3×3 filter the best patch is white where the weight is positive and black where it is negative."""
    weight = torch.tensor([[1.0, -2.0, 1.5], [-1.0, 2.0, -0.5], [0.7, -1.0, 1.0]])
    design = NetworkDesign(
        "filter", (1, 9, 9), (layer("c", "conv2d", filters=1, kernel=3), layer("f", "flatten"), layer("out", "linear", units=2))
    )
    generator = torch.Generator().manual_seed(0)
    weights = {
        "c.weight": weight[None, None],
        "c.bias": torch.zeros(1),
        "out.weight": torch.randn(2, 49, generator=generator),
        "out.bias": torch.zeros(2),
    }
    picture = ask(subject_with(design, weights), layer="c", at="2,4", preset="raw").pictures[0][0]
    np.testing.assert_array_equal(picture[2:5, 4:7], (weight > 0).numpy())


def relu_design() -> NetworkDesign:
    return NetworkDesign(
        "units",
        (1, 6, 6),
        (layer("f", "flatten"), layer("l", "linear", units=2), layer("r", "relu"), layer("out", "linear", units=3)),
    )


def relu_subject(bias: float, weight: float = 1.0) -> Subject:
    """Unit 0 of r is relu(weight · sum of the input + bias); unit 1 is relu(of a number that is always -1)."""
    weights = {
        "l.weight": torch.stack((torch.full((36,), weight), torch.zeros(36))),
        "l.bias": torch.tensor([bias, -1.0]),
        "out.weight": torch.ones(3, 2),
        "out.bias": torch.zeros(3),
    }
    return subject_with(relu_design(), weights)


def test_a_dead_unit_is_called_dead() -> None:
    answer = ask(relu_subject(0.0), layer="r", unit=1, steps=5)
    assert "is dead" in answer.headline
    assert answer.facts["activation"] == answer.facts["best_real_activation"] == 0.0
    assert answer.facts["ratio"] is None


def test_a_unit_that_is_silent_on_the_data_can_be_woken() -> None:
    """No noise image is bright enough for bias -60; an all-white one is, and the way there leads through flat zero."""
    answer = ask(relu_subject(-60.0), layer="r", unit=0, preset="raw")
    assert answer.facts["best_real_activation"] == 0.0
    assert answer.facts["activation"] == pytest.approx(36 * (1 - 0.4) / 0.25 - 60, rel=1e-3)
    assert "wakes it" in answer.headline


def test_units_without_gradient_start_from_real_images() -> None:
    """Behind a second ReLU the gradient is lost where the first is silent; real images show the way."""
    data = noise_set((1, 6, 6))
    data.splits["train"]["image"][3] = 255
    weights = {
        "l.weight": torch.stack((torch.ones(36), torch.zeros(36))),
        "l.bias": torch.tensor([-70.0, -1.0]),
        "out.weight": torch.tensor([[1.0, 0.0], [0.0, 0.0], [0.0, 0.0]]),
        "out.bias": torch.zeros(3),
    }
    facts = ask(subject_with(relu_design(), weights, data), unit=0).facts
    assert facts["started_from"] == "real images"
    assert facts["ratio"] == pytest.approx(1.0, abs=1e-4)


def test_the_picture_forms_before_the_eyes(discs: Subject) -> None:
    answers = list(ActivationMax(unit=1, steps=80).run(discs, None))
    made = [answer for answer in answers if isinstance(answer, ImageStrip) and len(answer.pictures) == 1]
    assert len(made) >= 20
    assert made[-1].facts["activation"] > made[0].facts["activation"]
    assert not np.array_equal(made[0].pictures[0], made[-1].pictures[0])


def test_the_seed_decides(discs: Subject) -> None:
    one, same, other = (ask(discs, unit=1, steps=12, seed=seed).pictures[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert not np.array_equal(one, other)


def test_regularisers_scale_with_what_the_unit_sees(digits: Subject) -> None:
    whole, part = (ask(digits, layer=id, steps=1).facts for id in ("out", "c1"))
    assert (whole["jitter"], part["jitter"]) == (2, 0)
    assert whole["blur"] > part["blur"] > 0
    given = ask(digits, steps=1, jitter=5, blur=0.0, decay=0.5, total_variation=0.25).facts
    assert (given["jitter"], given["blur"], given["decay"], given["total_variation"]) == (5, 0.0, 0.5, 0.25)


def test_a_network_in_double_precision() -> None:
    subject = random_subject(plain_design((1, 12, 12)))
    subject.network.double()
    assert ask(subject, unit=1).facts["ratio"] is None or ask(subject, unit=1).facts["ratio"] > 1


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"layer": "cc"}, "no layer 'cc'"),
        ({"layer": "c", "unit": "4"}, r"4 channels, so there is no unit 4\. Use 0 to 3"),
        ({"unit": "9"}, r"3 units, so there is no unit 9\. Use 0 to 2"),
        ({"layer": "c", "at": "middle"}, "'middle' is no position"),
        ({"layer": "c", "at": "12,0"}, "lies outside the 12 × 12 map"),
    ],
)
def test_a_question_that_does_not_fit_is_a_sentence(settings: dict[str, str], sentence: str) -> None:
    subject = random_subject(plain_design((1, 12, 12)))
    with pytest.raises(ProbeError, match=sentence):
        next(make_probe("activation_max", settings).run(subject, None))


def test_the_output_layer_means_the_logits() -> None:
    subject = random_subject(plain_design((1, 12, 12)))
    unit = find_unit(subject, "", 2, "centre")
    inputs = encoded(subject, subject.data.split("test")["image"])
    assert unit.layer == "s"
    torch.testing.assert_close(unit.read(outputs_of(subject, unit.layer, inputs)), subject.network(inputs).main[:, 2])
