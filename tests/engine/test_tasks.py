"""Every task keeps its promises: it fits and misfits rightly, counts so that parts add up, and answers what can be drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.build import Network, Outputs
from engine.errors import DataError, DesignError
from engine.problem import Problem, make_problem, usual_task
from engine.snapshot import Metric, Wall
from engine.task import TASKS, Task
from engine.tasks.classify import Classify
from engine.tasks.regress import Regress
from engine.training.kinds import LOSSES
from tests.helpers.kind_promises import drawable
from tests.helpers.tiny_data import tiny_cnn, tiny_set
from tests.helpers.tiny_tasks import CASES, everything, problem_of


def network_of(name: str) -> Network:
    torch.manual_seed(0)
    return Network(CASES[name].fitting).eval()


def test_there_is_a_case_for_every_task() -> None:
    assert set(TASKS) == set(CASES)


@pytest.mark.parametrize("name", list(CASES))
def test_a_fitting_design_is_accepted_and_another_refused_with_a_fix_that_mends_it(name: str) -> None:
    problem, case = problem_of(name), CASES[name]
    problem.check(case.fitting)
    with pytest.raises(DesignError) as caught:
        problem.check(case.misfit)
    assert caught.value.suggestion and caught.value.layer == "out" and "\n" not in str(caught.value)
    assert caught.value.fix is not None
    problem.check(caught.value.fix(case.misfit))
    with pytest.raises(DataError) as wrong_input:
        problem.check(case.fitting.with_input((1, 9, 9)))
    assert "1 × 9 × 9" in str(wrong_input.value) and wrong_input.value.fix is not None
    assert wrong_input.value.fix(case.misfit).input_shape == (1, 6, 6)


@pytest.mark.parametrize("name", list(CASES))
def test_it_is_what_its_own_case_looks_like(name: str) -> None:
    wanted = {"regress": "classify", "to_image": "reconstruct"}.get(name, name)  # their outputs look alike; they are asked for
    assert usual_task(everything().slots, CASES[name].fitting).kind == wanted
    only = {"regress": "place", "to_image": "mask"}
    if name in only:
        slots = {key: slot for key, slot in everything().slots.items() if key in ("image", only[name])}
        if name == "regress":
            assert usual_task(slots, CASES[name].fitting).kind == "regress"


def tallies_add_up(task: Task, name: str) -> None:
    problem, network = Problem(task, everything()), network_of(name)
    whole = problem.data.split("train")
    inputs, targets = problem.prepare(whole.part(slice(0, 40)))
    with torch.no_grad():
        together = task.tallies(network(inputs), targets)
        parts = []
        for start, end in ((0, 7), (7, 8), (8, 40)):
            some, wanted = problem.prepare(whole.part(slice(start, end)))
            parts.append(task.tallies(network(some), wanted))
    assert list(together) == [metric.name for metric in task.metrics], "other metrics than it names"
    for metric, tally in together.items():
        for place in (0, 1):
            added = sum(float(part[metric][place]) for part in parts)
            assert added == pytest.approx(float(tally[place]), rel=1e-5), "tallies of parts do not add up"
        assert not any(isinstance(each, Tensor) and each.requires_grad for each in tally), "a tally keeps the graph alive"


@pytest.mark.parametrize("name", list(CASES))
def test_tallies_of_parts_add_up(name: str) -> None:
    tallies_add_up(TASKS.get(name)(), name)


class Averaged(Classify):
    def tallies(self, outputs: Outputs, targets: Tensor) -> dict[str, Any]:
        return {"accuracy": ((outputs.main.argmax(1) == targets).float().mean(), 1.0)}


class Misnamed(Regress):
    metrics: ClassVar[tuple[Metric, ...]] = (Metric("error", "Error"),)


def test_wrong_tallies_are_caught() -> None:
    for wrong, name in ((Averaged(), "classify"), (Misnamed(), "regress")):
        with pytest.raises(AssertionError, match=r"add up|other metrics"):
            tallies_add_up(wrong, name)


def test_metrics_by_hand() -> None:
    def measured(name: str, outputs: Tensor, targets: Tensor) -> dict[str, float]:
        task = TASKS.get(name)()
        tallies = task.tallies(Outputs(outputs), targets)
        return {key: task.finished(key, float(total) / float(count)) for key, (total, count) in tallies.items()}

    assert measured("classify", torch.tensor([[2.0, 1.0], [0.0, 1.0], [3.0, 0.0]]), torch.tensor([0, 1, 1])) == {
        "accuracy": pytest.approx(2 / 3)
    }
    assert measured("reconstruct", torch.tensor([[1.0, 2.0]]), torch.tensor([[0.0, 4.0]])) == {"mse": 2.5}
    assert measured("regress", torch.tensor([[1.0], [2.0]]), torch.tensor([[0.0], [-1.0]])) == {
        "rmse": pytest.approx(5**0.5),
        "mae": 2.0,
    }
    said, true = torch.tensor([[[[1.0, 1.0], [-1.0, -1.0]]]]), torch.tensor([[[[1.0, 0.0], [1.0, 0.0]]]])
    assert measured("to_image", said, true) == {"iou": pytest.approx(1 / 3), "pixel_accuracy": 0.5}


@pytest.mark.parametrize("name", list(CASES))
def test_answers_and_overviews_can_be_drawn_and_scores_have_their_shape(name: str) -> None:
    problem, network = problem_of(name), network_of(name)
    batch = problem.data.split("test").part(slice(0, 5))
    inputs, targets = problem.prepare(batch)
    values = {key: value.numpy() for key, value in batch.items()}
    with torch.no_grad():
        outputs = network(inputs)
        one = network(inputs[:1])
    for known in (targets[:1], None):
        drawable(problem.task.answer(one, known, problem.roles))
    overview = problem.task.overview(outputs, targets, problem.roles, values)
    drawable(overview)
    count = (
        len(overview.pictures)
        if isinstance(overview, Wall)
        else len(getattr(overview, "truth", getattr(overview, "rows", [[]])[0]))
    )
    assert count == 5
    questions = problem.task.questions(problem.roles)
    assert questions and all(questions)
    for unit in problem.task.score_units:
        for known in (targets, None):
            scores = problem.task.scores(outputs, known, problem.roles, unit)
            assert scores.shape == (5, len(questions)) and torch.isfinite(scores).all()


@pytest.mark.parametrize("name", list(CASES))
def test_the_usual_loss_teaches_it(name: str) -> None:
    problem, network = problem_of(name), network_of(name)
    inputs, targets = problem.prepare(problem.data.split("train").part(slice(0, 16)))
    loss = problem.task.loss(LOSSES.get(problem.task.usual_loss)(), network(inputs).main, targets, network.link)
    loss.backward()
    assert all(weight.grad is not None and torch.isfinite(weight.grad).all() for weight in network.parameters())


@pytest.mark.parametrize("name", list(CASES))
def test_preparing_is_the_same_for_the_same_generator_and_without_one(name: str) -> None:
    task = TASKS.get(name)
    values = {"noise": 0.5} if "noise" in task.model_fields else {}
    problem = problem_of(name, **values)
    batch = problem.data.split("train").part(slice(0, 8))

    def prepared(seed: int | None) -> Tensor:
        before = torch.get_rng_state()
        inputs, _ = problem.prepare(batch, None if seed is None else torch.Generator().manual_seed(seed))
        assert torch.equal(torch.get_rng_state(), before), "it draws from torch's global generator"
        assert isinstance(inputs, Tensor)
        return inputs

    assert torch.equal(prepared(1), prepared(1)) and torch.equal(prepared(None), prepared(None))
    assert torch.equal(prepared(1), prepared(2)) != bool(values)
    if values:
        added = (prepared(1) - prepared(None)).std().item()
        assert added == pytest.approx(0.5, rel=0.1)
        _, clean = problem.prepare(batch, torch.Generator().manual_seed(1))
        assert torch.equal(clean, batch["image"] / 255)


@pytest.mark.parametrize("name", list(CASES))
def test_examples_go_in_as_the_batches_do(name: str) -> None:
    problem = problem_of(name)
    examples = [problem.example("test", index) for index in (3, 0)]
    inputs, targets = problem.prepare(problem.data.split("test").take(torch.tensor([3, 0])))
    assert torch.equal(problem.inputs_of(examples, "cpu"), inputs)
    assert torch.equal(problem.targets_of(examples, "cpu"), targets)
    assert all(example.picture.dtype == np.uint8 and example.picture.ndim == 3 for example in examples)
    with pytest.raises(DataError, match="17"):
        problem.example("test", 17)


def test_a_task_whose_slots_are_missing_says_what_there_is() -> None:
    slots: Mapping[str, Any] = tiny_set().slots
    for name in ("to_image", "regress"):
        with pytest.raises(DataError, match=r"they have image \(image\), label \(classes\)"):
            TASKS.get(name)().roles(slots)
    with pytest.raises(DataError, match=r"no slot 'maks'. Did you mean 'mask'"):
        TASKS.get("to_image")(target="maks").roles(everything().slots)
    with pytest.raises(DataError, match="no classes"):
        TASKS.get("classify")().roles({"image": slots["image"]})
    with pytest.raises(DataError):
        TASKS.get("reconstruct")().roles({"label": slots["label"]})


def test_the_task_follows_from_design_and_data_where_nobody_says_it() -> None:
    assert make_problem(None, tiny_set(), tiny_cnn()).task.kind == "classify"
    assert make_problem(None, everything(), CASES["to_image"].fitting).task.kind == "reconstruct"
