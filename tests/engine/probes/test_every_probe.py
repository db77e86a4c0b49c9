"""What must hold for each registered probe: it enrols itself here by being declared."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from engine.design.parameters import FormField, form_fields
from engine.errors import ProbeError
from engine.probing.base import PROBES, Probe, Subject
from engine.probing.parse import make_probe
from engine.snapshot import Example
from tests.engine.probes.odd_probes import (
    Brightness,
    CrookedRows,
    EndlessRows,
    GlobalDraws,
    IgnoredSeed,
    LeavesAHook,
    NeverDone,
    NoTarget,
    NotFinite,
    OnceOnly,
    OneLabelTooFew,
    OtherType,
    Weights,
    WritesWeights,
)
from tests.helpers.probe_promises import (
    PROMISES,
    a_misfit_is_refused,
    a_seed_decides,
    answers_are_json,
    answers_are_of_the_declared_type,
    answers_can_be_drawn,
    answers_get_more_complete,
    asking_twice_is_the_same,
    nothing_is_changed,
)
from tests.helpers.problems import CASES, Case
from tests.helpers.tiny_subject import plain_design, random_subject, residual_design

Promise = Callable[[Probe, Subject], None]
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


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_it_keeps_every_promise(asked: Probe, subject: Subject, promise: Promise) -> None:
    promise(asked, subject)


@pytest.mark.parametrize("probe", [Brightness(), Weights()], ids=lambda probe: probe.kind)
@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
def test_bars_and_rows_can_keep_every_promise(probe: Probe, promise: Promise) -> None:
    promise(probe, random_subject(residual_design((3, 12, 12))))


@pytest.mark.parametrize(
    ("probe", "promise"),
    [
        (NeverDone(), answers_get_more_complete),
        (OnceOnly(), answers_get_more_complete),
        (OtherType(), answers_are_of_the_declared_type),
        (NotFinite(), answers_can_be_drawn),
        (OneLabelTooFew(), answers_can_be_drawn),
        (CrookedRows(), answers_can_be_drawn),
        (EndlessRows(), answers_can_be_drawn),
        (NoTarget(), answers_are_json),
        (GlobalDraws(), nothing_is_changed),
        (WritesWeights(), nothing_is_changed),
        (LeavesAHook(), nothing_is_changed),
        (GlobalDraws(), asking_twice_is_the_same),
        (IgnoredSeed(), a_seed_decides),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Probe) else value.__name__,
)
def test_a_probe_that_breaks_a_promise_is_caught(probe: Probe, promise: Promise) -> None:
    with torch.random.fork_rng(), pytest.raises(AssertionError):
        promise(probe, random_subject(residual_design((3, 12, 12))))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_it_fits_a_problem_or_says_why_not(asked: Probe, case: Case) -> None:
    subject = case.subject()
    a_misfit_is_refused(asked, subject)
    if not asked.fits(subject.problem):
        for promise in (answers_are_json, answers_can_be_drawn, nothing_is_changed):
            promise(asked, subject)


def test_it_explains_itself(asked: Probe) -> None:
    assert asked.title and len(asked.help) > 40
    for field in form_fields(asked):
        assert len(field.help) > 10 and field.label
        assert not field.optional or field.none_text, f"{field.name}: what does leaving it out mean?"


def test_every_default_can_be_written_as_text(asked: Probe) -> None:
    fields = form_fields(asked)
    texts = {field.name: "" if field.default is None else str(field.default) for field in fields}
    assert make_probe(asked.kind, texts) == type(asked)()


def expected_choice(field: FormField, choice: str) -> object:
    return choice if field.registry is None else field.registry.get(choice)()


def test_every_choice_can_be_written_as_text(asked: Probe) -> None:
    for field in form_fields(asked):
        for choice in field.choices:
            assert getattr(make_probe(asked.kind, {field.name: choice}), field.name) == expected_choice(field, choice)


def test_wrong_settings_are_sentences(asked: Probe) -> None:
    with pytest.raises(ProbeError, match=r"no (setting|parameter) 'colour'"):
        make_probe(asked.kind, {"colour": "red"})
    for field in form_fields(asked):
        if field.form != "text":
            with pytest.raises(ProbeError, match=field.name):
                make_probe(asked.kind, {field.name: "certainly not"})
        if field.low is not None:
            with pytest.raises(ProbeError, match=r"out of range\. Use"):
                make_probe(asked.kind, {field.name: str(int(field.low) - 1)})


def test_an_image_of_another_size_is_refused(asked: Probe, subject: Subject) -> None:
    if not asked.asks_image:
        pytest.skip("it asks for no image")
    other = Example(np.zeros((1, 5, 5), np.uint8), 0, "a file")
    with pytest.raises(ProbeError, match="a file"):
        next(asked.run(subject, other))
    with pytest.raises(ProbeError, match="Pin an image"):
        next(asked.run(subject, None))


def test_an_unknown_probe_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ProbeError, match="Did you mean 'occlusion'"):
        make_probe("oclusion")
