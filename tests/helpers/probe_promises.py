"""What every probe promises, as checks of one probe with one subject; each raises AssertionError where the promise is broken."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch

from engine.design.parameters import form_fields
from engine.design.values import with_values
from engine.errors import ProbeError
from engine.probing.base import Probe, Subject
from engine.probing.parse import result_json
from engine.probing.result import BarChart, HeatMap, ImageStrip, ProbeResult, Table
from engine.probing.saving import save_result
from tests.helpers.tiny_subject import first_image


def ask(asked: Probe, subject: Subject) -> Iterator[ProbeResult]:
    """Its answers about the first test image, or about no image."""
    return asked.run(subject, first_image(subject) if asked.asks_image else None)


def whole_answer(asked: Probe, subject: Subject) -> ProbeResult:
    """The last answer."""
    *_, last = ask(asked, subject)
    return last


def answer_json(result: ProbeResult, asked: Probe) -> dict[str, object]:
    """The answer as the command line prints it, but for the seconds."""
    return result_json(result, asked, seconds=1.25, run="runs/1")


def state_of(subject: Subject) -> list[object]:
    """Everything about a subject, and about torch and numpy, that asking must not change."""
    network = subject.network
    state: list[object] = [value.clone() for value in network.state_dict().values()]
    state += [values.clone() for split in subject.data.splits.values() for values in split.values.values()]
    state += [parameter.requires_grad for parameter in network.parameters()]
    state += [parameter.grad is None for parameter in network.parameters()]
    for module in network.modules():
        state += [module.training, len(module._forward_hooks), len(module._forward_pre_hooks), len(module._backward_hooks)]
    return [*state, torch.get_rng_state(), torch.is_grad_enabled(), torch.is_inference_mode_enabled(), np.random.get_state()[1]]


def same(old: object, new: object) -> bool:
    """Whether two entries of a state are equal."""
    if isinstance(old, np.ndarray):
        return np.array_equal(old, new)  # type: ignore[arg-type]
    return torch.equal(old, new) if isinstance(old, torch.Tensor) else old == new  # type: ignore[arg-type]


def assert_untouched(before: list[object], subject: Subject) -> None:
    assert all(same(old, new) for old, new in zip(before, state_of(subject), strict=True)), "asking changed something"


def answers_get_more_complete(asked: Probe, subject: Subject) -> None:
    """``done`` rises to 1, which only the last has, and the first comes before the end."""
    shares = [result.done for result in ask(asked, subject)]
    assert shares == sorted(shares)
    assert 0 < shares[0] < 1
    assert shares[-1] == 1.0
    assert shares.count(1.0) == 1


def answers_are_of_the_declared_type(asked: Probe, subject: Subject) -> None:
    """And each speaks."""
    for result in ask(asked, subject):
        assert type(result) is asked.answer
        assert len(result.headline) > 10


def answers_can_be_drawn(asked: Probe, subject: Subject) -> None:
    """Arrays are float32, finite in the end, and of the shapes that the kind of answer promises."""
    shape = subject.design.input_shape
    for result in ask(asked, subject):
        values = result.array()
        assert values is None or values.dtype == np.float32
        if isinstance(result, HeatMap):
            assert result.values.shape == shape[1:] and result.picture is not None and result.picture.shape == shape
            assert result.meaning and result.unit
        if isinstance(result, ImageStrip):
            assert len(result.pictures) == len(result.captions) > 0
            assert all(picture.shape == shape and 0 <= picture.min() <= picture.max() <= 1 for picture in result.pictures)
        if isinstance(result, BarChart):
            assert result.values.shape == (len(result.labels),) and result.labels
        if isinstance(result, Table):
            assert result.columns and all(len(row) == len(result.columns) for row in result.rows)
            assert all(np.isfinite(cell) for row in result.rows for cell in row if not isinstance(cell, str))
    assert values is None or np.isfinite(values).all()


def answers_are_json(asked: Probe, subject: Subject) -> None:
    """The JSON is plain, begins as FORMATS has it, names what was asked about, and holds the numbers of bars and rows."""
    last = whole_answer(asked, subject)
    answer = answer_json(last, asked)
    assert json.loads(json.dumps(answer, allow_nan=False)) == answer
    assert list(answer)[:5] == ["probe", "run", "target", "seconds", "headline"]
    assert (answer["probe"], answer["run"], answer["seconds"]) == (asked.kind, "runs/1", 1.25)
    assert answer["target"], "the facts do not say what was asked about"
    if isinstance(last, Table):
        assert len(answer["rows"]) == len(last.rows)  # type: ignore[arg-type]
    if isinstance(last, BarChart):
        assert len(answer["values"]) == len(last.labels)  # type: ignore[arg-type]


def nothing_is_changed(asked: Probe, subject: Subject) -> None:
    """Neither by asking, seen at each answer, nor by stopping midway."""
    before = state_of(subject)
    for _ in ask(asked, subject):
        assert_untouched(before, subject)
    assert_untouched(before, subject)
    answers = ask(asked, subject)
    next(answers)
    answers.close()  # type: ignore[attr-defined]
    assert_untouched(before, subject)


def asking_twice_is_the_same(asked: Probe, subject: Subject) -> None:
    """Whatever random numbers were drawn meanwhile, and whether gradients are on or off."""
    first = whole_answer(asked, subject)
    with torch.random.fork_rng(), torch.no_grad():
        torch.rand(3)
        second = whole_answer(asked, subject)
    assert answer_json(first, asked) == answer_json(second, asked)
    assert first.array() is None or np.array_equal(first.array(), second.array())  # type: ignore[arg-type]


def a_seed_decides(asked: Probe, subject: Subject) -> None:
    """Where there is a parameter ``seed``, another one gives another answer."""
    if "seed" not in {field.name for field in form_fields(asked)}:
        return
    one, other = (whole_answer(with_values(asked, {"seed": seed}, "probe"), subject) for seed in (1, 2))
    arrays_differ = one.array() is not None and not np.array_equal(one.array(), other.array())  # type: ignore[arg-type]
    assert arrays_differ or (isinstance(one, Table) and one.rows != other.rows), "the seed is ignored"  # type: ignore[attr-defined]


def answers_can_be_saved(asked: Probe, subject: Subject) -> None:
    """As .npy exactly, where there are numbers; as .png where there is a picture."""
    last = whole_answer(asked, subject)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "answer.npy"
        if last.array() is not None:
            save_result(last, file)
            np.testing.assert_array_equal(np.load(file, allow_pickle=False), last.array())
        if isinstance(last, HeatMap | ImageStrip):
            save_result(last, file.with_suffix(".png"))
            assert file.with_suffix(".png").read_bytes().startswith(b"\x89PNG")


def a_misfit_is_refused(asked: Probe, subject: Subject) -> None:
    """Where ``fits`` says no, asking raises that very sentence."""
    reason = asked.fits(subject.problem)
    assert reason == "" or (len(reason) > 20 and "\n" not in reason)
    if reason:
        try:
            next(ask(asked, subject))
        except ProbeError as error:
            assert reason in str(error)
        else:
            raise AssertionError("it does not fit, and answers all the same")


PROMISES: tuple[Callable[[Probe, Subject], None], ...] = (
    answers_get_more_complete,
    answers_are_of_the_declared_type,
    answers_can_be_drawn,
    answers_are_json,
    nothing_is_changed,
    asking_twice_is_the_same,
    a_seed_decides,
    answers_can_be_saved,
)
"""What holds for every probe with every subject that it fits."""
