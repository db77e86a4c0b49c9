"""What must hold for each registered probe: it enrols itself here by being declared."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from engine.design.parameters import form_fields
from engine.errors import ProbeError
from engine.probes.base import PROBES, Probe, Subject
from engine.probes.parse import make_probe, result_json
from engine.probes.result import HeatMap, ImageStrip, ProbeResult
from engine.probes.saving import save_result
from engine.snapshot import Example
from tests.helpers.tiny_subject import first_image, plain_design, random_subject, residual_design

QUICK = {"steps": "6"}
DESIGNS = {
    "plain 1×28×28": plain_design((1, 28, 28)),
    "plain 3×32×32": plain_design((3, 32, 32)),
    "residual 3×32×32": residual_design((3, 32, 32)),
    "residual 1×20×28": residual_design((1, 20, 28)),
}


@pytest.fixture(params=DESIGNS.values(), ids=DESIGNS)
def subject(request: pytest.FixtureRequest) -> Subject:
    return random_subject(request.param)


@pytest.fixture(params=list(PROBES))
def asked(request: pytest.FixtureRequest) -> Probe:
    known = {field.name for field in form_fields(PROBES.get(request.param))}
    return make_probe(request.param, {key: text for key, text in QUICK.items() if key in known})


def ask(asked: Probe, subject: Subject) -> Iterator[ProbeResult]:
    return asked.run(subject, first_image(subject) if asked.asks_image else None)


def state_of(subject: Subject) -> list[object]:
    """Everything about a subject, and about torch, that asking must not change."""
    network = subject.network
    state: list[object] = [value.clone() for value in network.state_dict().values()]
    state += [split.images.clone() for split in subject.data.splits.values()]
    state += [parameter.requires_grad for parameter in network.parameters()]
    state += [parameter.grad is None for parameter in network.parameters()]
    for module in network.modules():
        state += [module.training, len(module._forward_hooks), len(module._forward_pre_hooks), len(module._backward_hooks)]
    return [*state, torch.get_rng_state(), torch.is_grad_enabled(), torch.is_inference_mode_enabled(), np.random.get_state()[1]]


def assert_untouched(before: list[object], subject: Subject) -> None:
    for old, new in zip(before, state_of(subject), strict=True):
        same = (
            np.array_equal(old, new)
            if isinstance(old, np.ndarray)
            else torch.equal(old, new)
            if isinstance(old, torch.Tensor)
            else old == new
        )
        assert same


def test_answers_get_more_complete_and_end(asked: Probe, subject: Subject) -> None:
    shares = [result.done for result in ask(asked, subject)]
    assert shares == sorted(shares)
    assert 0 < shares[0] < 1
    assert shares[-1] == 1.0
    assert shares.count(1.0) == 1


def test_answers_are_of_the_declared_type_and_speak(asked: Probe, subject: Subject) -> None:
    for result in ask(asked, subject):
        assert type(result) is asked.answer
        assert len(result.headline) > 10
    values = result.array()
    assert values is not None and values.dtype == np.float32 and np.isfinite(values).all()


def test_pictures_have_the_shape_of_the_input(asked: Probe, subject: Subject) -> None:
    for result in ask(asked, subject):
        if isinstance(result, HeatMap):
            assert result.values.shape == subject.design.input_shape[1:]
            assert result.picture is not None and result.picture.shape == subject.design.input_shape
            assert result.meaning and result.unit
        if isinstance(result, ImageStrip):
            assert len(result.pictures) == len(result.captions) > 0
            for picture in result.pictures:
                assert picture.shape == subject.design.input_shape and picture.dtype == np.float32
                assert picture.min() >= 0 and picture.max() <= 1


def test_facts_are_json(asked: Probe, subject: Subject) -> None:
    *_, last = ask(asked, subject)
    answer = result_json(last, asked, seconds=1.25, run="runs/1")
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert list(answer)[:4] == ["probe", "run", "target", "seconds"]
    assert (answer["probe"], answer["run"], answer["seconds"]) == (asked.probe, "runs/1", 1.25)
    assert answer["target"]


def test_nothing_is_changed_by_asking(asked: Probe, subject: Subject) -> None:
    before = state_of(subject)
    for _ in ask(asked, subject):
        assert_untouched(before, subject)
    assert_untouched(before, subject)


def test_nothing_is_changed_by_stopping_midway(asked: Probe, subject: Subject) -> None:
    before = state_of(subject)
    answers = ask(asked, subject)
    next(answers)
    answers.close()  # type: ignore[attr-defined]
    assert_untouched(before, subject)


def test_asking_twice_gives_the_same_answer(asked: Probe, subject: Subject) -> None:
    *_, first = ask(asked, subject)
    torch.rand(3)
    with torch.no_grad():
        *_, second = ask(asked, subject)
    assert first.facts == second.facts
    np.testing.assert_array_equal(first.array(), second.array())


def test_it_explains_itself(asked: Probe) -> None:
    assert asked.title and len(asked.help) > 40
    for field in form_fields(asked):
        assert len(field.help) > 10 and field.label
        assert not field.optional or field.none_text, f"{field.name}: what does leaving it out mean?"


def test_every_default_can_be_written_as_text(asked: Probe) -> None:
    fields = form_fields(asked)
    texts = {field.name: "" if field.default is None else str(field.default) for field in fields}
    assert make_probe(asked.probe, texts) == type(asked)()


def test_every_choice_can_be_written_as_text(asked: Probe) -> None:
    for field in form_fields(asked):
        for choice in field.choices:
            assert getattr(make_probe(asked.probe, {field.name: choice}), field.name) == choice


def test_wrong_settings_are_sentences(asked: Probe) -> None:
    with pytest.raises(ProbeError, match=r"no setting 'colour'"):
        make_probe(asked.probe, {"colour": "red"})
    for field in form_fields(asked):
        if field.form != "text":
            with pytest.raises(ProbeError, match=field.name):
                make_probe(asked.probe, {field.name: "certainly not"})
        if field.low is not None:
            with pytest.raises(ProbeError, match=r"out of range\. Use"):
                make_probe(asked.probe, {field.name: str(int(field.low) - 1)})


def test_an_image_of_another_size_is_refused(asked: Probe, subject: Subject) -> None:
    if not asked.asks_image:
        pytest.skip("it asks for no image")
    other = Example(np.zeros((1, 5, 5), np.uint8), 0, "a file")
    with pytest.raises(ProbeError, match="a file"):
        next(asked.run(subject, other))
    with pytest.raises(ProbeError, match="Pin an image"):
        next(asked.run(subject, None))


def test_answers_can_be_saved(asked: Probe, tmp_path, subject: Subject) -> None:
    *_, last = ask(asked, subject)
    save_result(last, tmp_path / "answer.npy")
    np.testing.assert_array_equal(np.load(tmp_path / "answer.npy", allow_pickle=False), last.array())
    save_result(last, tmp_path / "answer.png")
    assert (tmp_path / "answer.png").read_bytes().startswith(b"\x89PNG")


def test_an_unknown_probe_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ProbeError, match="Did you mean 'occlusion'"):
        make_probe("oclusion")
