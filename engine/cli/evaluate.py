"""``evaluate RUN``: loss and accuracy of a trained run on a whole split of a data set."""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.commands import DONE
from engine.cli.moment import moment_of
from engine.cli.output import note, print_json, progress
from engine.cli.train import headline_json, in_words, load_data
from engine.data.dataset import SPLITS, DataSet
from engine.data.source import class_names
from engine.errors import DataError
from engine.files.run_folder import RunFolder
from engine.words import number

if TYPE_CHECKING:
    from torch import Tensor

    from engine.problem import Problem
    from engine.training.loop import Score


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``evaluate``."""
    parser.add_argument("run", type=Path, metavar="RUN", help="the run's folder")
    parser.add_argument("--data", metavar="NAME_OR_FOLDER", help="a data set or a folder; by default what the run learned from")
    parser.add_argument("--split", default="test", help="train, validation or test (the default)")
    parser.add_argument(
        "--checkpoint", choices=("last", "best"), default="last", help="which weights: the last, or the best so far"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Measure and print."""
    from engine.training.device import pick_device

    folder = RunFolder.open(options.run)
    state = folder.load_checkpoint(chosen_checkpoint(folder, options.checkpoint))
    problem = problem_for(folder, options.data)
    data = problem.data
    device = pick_device(folder.config.device).type
    begun = time.perf_counter()
    score = measure(folder, state.network, problem, options.split, device)
    if score is None:
        raise DataError(f"The {options.split} split of {data.name} is empty", f"Use one of {', '.join(SPLITS)}.")
    answer = {
        "run": str(folder.path),
        "task": problem.task.kind,
        "data": data.name,
        "split": options.split,
        "step": state.step,
        "images": len(data.split(options.split)),
        "loss": score.loss,
        "headline": headline_json(problem.task, options.split, score),
        "metrics": {options.split: {"loss": score.loss, **score.metrics}},
        **({"accuracy": score.metrics["accuracy"]} if "accuracy" in score.metrics else {}),
        "seconds": round(time.perf_counter() - begun, 3),
        "device": device,
    }
    if options.json:
        print_json(answer)
    else:
        measured = ", ".join(in_words(metric, score.metrics[metric.name]) for metric in problem.task.metrics)
        examples = f"{answer['images']:,} {options.split} examples of {data.name}"
        print(f"{examples}: {measured}, loss {number(score.loss, 4)} ({moment_of(folder, state)})")
    return DONE


def chosen_checkpoint(folder: RunFolder, which: str) -> Path | None:
    """The "last" or the "best" checkpoint, or None where there is none yet."""
    return folder.best_checkpoint() if which == "best" else folder.latest_checkpoint()


def problem_for(folder: RunFolder, name: str | None) -> Problem:
    """The task of the run in ``folder`` on a data set (by default its own), split and normalised as the run learned from it."""
    data = _load(folder, name)
    problem = folder.problem(data)
    problem.check(folder.design)
    unknown = folder.card.data.strangers(data) if folder.card.data.slots else ()
    for slot in (name for name in unknown if name in problem.names and data.slots[name].meaning.levels[0]):
        note(f"The run was not trained with {data.name}'s {slot}, so it is read as these data themselves are normalised.")
    return problem


def _load(folder: RunFolder, name: str | None) -> DataSet:
    data = folder.as_trained(load_data(name or folder.data_name, folder.design, folder.config))
    known, now = class_names(folder.card.data.slots), class_names(data.slots)
    if known and len(known) == len(now) and known != now:
        note(f"The run learned to tell apart {', '.join(known)}; in {data.name} the classes are {', '.join(now)}.")
    return data


def measure(folder: RunFolder, weights: Mapping[str, Tensor], problem: Problem, split: str, device: str) -> Score | None:
    """Loss and metrics of ``weights`` over a whole split, on ``device``; None where the split is empty."""
    import torch

    from engine.build import restore
    from engine.training.loop import Lesson, evaluate
    from engine.training.objective import make_objective

    network = restore(folder.design, weights, device)
    objective = make_objective(folder.config, problem.task, network)
    lesson = Lesson(problem.to(device), objective, folder.config, torch.Generator(device))
    total = len(problem.data.split(split))
    with progress(total, "example", description=split) as bar:
        events = evaluate(network, lesson, split)
        try:
            while True:
                bar.update(next(events).done - bar.n)
        except StopIteration as end:
            score: Score | None = end.value
            return score
