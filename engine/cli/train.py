"""``train DESIGN``: a network learns a data set; the run is kept in a folder."""

from __future__ import annotations

import argparse
import itertools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.commands import DONE, Parser
from engine.cli.designs import resolve_network
from engine.cli.output import note, print_json
from engine.cli.settings import add_set_argument, describe_settings
from engine.design.check import require_valid
from engine.design.network import NetworkDesign
from engine.design.texts import parse_settings
from engine.design.values import construct
from engine.errors import LayerscopeError
from engine.training.config import NOUN, TrainingConfig
from engine.words import number, percent

if TYPE_CHECKING:
    from engine.cli.training import Outcome
    from engine.data.dataset import DataSet
    from engine.files.run_folder import RunFolder
    from engine.snapshot import Metric
    from engine.task import Task
    from engine.training.loop import Score

RUNS = "runs"


def add_arguments(parser: Parser) -> None:
    """The arguments of ``train``."""
    parser.add_argument("design", metavar="DESIGN", help="a design file or a built-in network (info --list)")
    parser.add_argument("--data", required=True, metavar="NAME_OR_FOLDER", help="a built-in data set (data list) or a folder")
    parser.add_argument("--epochs", metavar="N", help="how often every training image is seen")
    parser.add_argument(
        "--out", type=Path, metavar="RUN", help=f"the run's folder, new or empty; by default {RUNS}/DESIGN-DATA-1"
    )
    parser.add_argument("--seed", metavar="S", help="fixes initial weights, splits and shuffling")
    parser.add_argument("--device", metavar="D", help="auto, cpu, cuda or mps")
    add_set_argument(parser, "a setting of the training")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.details = lambda: f"\nsettings for --set, with their defaults:\n{describe_settings(TrainingConfig)}\n"


def run(options: argparse.Namespace) -> int:
    """Train to the end and report; see ``train_in_folder`` for how it can end otherwise."""
    design, suggested = resolve_network(options.design)
    require_valid(design)
    config = config_from(options, suggested)
    from engine.files.run_place import require_free
    from engine.files.run_writer import RunWriter

    path = options.out or free_folder(Path(RUNS), design.name, options.data)
    require_free(path)
    data = load_data(options.data, design, config)
    from engine.cli.suiting import with_way_on
    from engine.cli.training import train_in_folder
    from engine.fit import require_augmentations
    from engine.problem import make_problem
    from engine.training.device import pick_device
    from engine.training.objective import require_objective

    problem = make_problem(config.task, data, design)
    try:
        problem.check(design)
    except LayerscopeError as error:
        raise with_way_on(error, options.design, problem) from None
    require_objective(config, problem.task, design)
    require_augmentations(config.augment, data.slots)
    pick_device(config.device)
    folder = RunWriter.create(path, design, config, options.data, data)
    with folder.hold():
        outcome = train_in_folder(folder, data)
    report(folder, outcome, data, options.json)
    return DONE


def config_from(options: argparse.Namespace, suggested: Mapping[str, Any]) -> TrainingConfig:
    """The configuration from --set and its shorthands --epochs, --seed and --device, which go first; what is left open is as the
    built-in network suggests, which is told on standard error."""
    shorthands = [f"{name}={getattr(options, name)}" for name in ("epochs", "seed", "device") if getattr(options, name)]
    values = parse_settings(TrainingConfig, [*options.settings, *shorthands], NOUN, suggested)
    own = TrainingConfig.model_fields
    others = any(key in own and values.get(key, value) != value for key, value in suggested.items())  # another optimiser, say
    brought = {key: value for key, value in suggested.items() if key not in values and (key in own or not others)}
    if brought:
        note(f"{options.design} brings {', '.join(f'{key}={value}' for key, value in brought.items())}; --set changes it.")
    return construct(TrainingConfig, brought | values, NOUN)


def free_folder(parent: Path, design: str, data: str) -> Path:
    """The first folder of ``parent`` called DESIGN-DATA-1, -2, ... that does not exist."""
    stem = "-".join(re.sub(r"[^a-z0-9]+", "_", word.lower()).strip("_") or "run" for word in (design, Path(data).name))
    return next(path for number in itertools.count(1) if not (path := parent / f"{stem}-{number}").exists())


def load_data(name: str, design: NetworkDesign, config: TrainingConfig) -> DataSet:
    """The data fitted to ``design`` and split as ``config`` says; what had to be changed is told on standard error."""
    from engine.data.load import load

    data = load(name, design.input_shape, config.seed, config.validation_share)
    for sentence in data.notes:
        note(sentence)
    return data


def report(folder: RunFolder, outcome: Outcome, data: DataSet, as_json: bool) -> None:
    """Measure the test split and print the result, in words or as the object that ``train --json`` promises."""
    from engine.cli.evaluate import measure

    problem = folder.problem(data)
    test = measure(folder, outcome.state.network, problem, "test", outcome.device)
    task = problem.task
    if as_json:
        print_json(train_json(folder, outcome, task, test))
        return
    print(f"run                  {folder.path}")
    print(f"steps, epochs        {outcome.state.step:,}, {outcome.state.epoch}")
    for split in ("train", "validation"):
        told = [
            in_words(metric, value) for metric in task.metrics if (value := outcome.newest_of(split, metric.name)) is not None
        ]
        loss = outcome.newest_of(split, "loss")
        if loss is not None:
            print(f"{split:<20} {', '.join([f'loss {number(loss, 4)}', *told])}")
    if test is not None:
        print(f"{'test':<20} {', '.join(in_words(metric, test.metrics[metric.name]) for metric in task.metrics)}")
    print(f"time                 {outcome.seconds:.1f} s on {outcome.device}, {outcome.images_per_second:,.0f} examples/s")


def train_json(folder: RunFolder, outcome: Outcome, task: Task, test: Score | None) -> dict[str, Any]:
    """The object that ``train --json`` prints. Of the training split, loss and metrics are means over the last epoch's steps,
    each measured before the step; times and speed are this session's, without loading and testing."""
    metrics: dict[str, dict[str, float | None]] = {
        split: {name: outcome.newest_of(split, name) for name in ("loss", *(metric.name for metric in task.metrics))}
        for split in ("train", "validation")
    }
    metrics["test"] = dict.fromkeys(("loss", *(metric.name for metric in task.metrics)))
    if test is not None:
        metrics["test"] |= {"loss": test.loss, **test.metrics}
    answer = {
        "run": str(folder.path),
        "task": task.kind,
        "steps": outcome.state.step,
        "epochs": outcome.state.epoch,
        "train_loss": metrics["train"]["loss"],
        "val_loss": metrics["validation"]["loss"],
        "headline": headline_json(task, "test", test),
        "metrics": metrics,
        "images_per_second": round(outcome.images_per_second, 1),
        "seconds": round(outcome.seconds, 3),
        "device": outcome.device,
    }
    if "accuracy" in metrics["train"]:
        short = {"train": "train", "validation": "val", "test": "test"}
        answer |= {f"{name}_accuracy": metrics[split]["accuracy"] for split, name in short.items()}
    return answer


def headline_json(task: Task, split: str, score: Score | None) -> dict[str, Any]:
    """The task's first number on ``split``, as ``train`` and ``evaluate`` print it."""
    metric = task.headline
    value = None if score is None else score.metrics[metric.name]
    return {"name": metric.name, "value": value, "unit": metric.unit, "better": metric.better, "split": split}


def in_words(metric: Metric, value: float) -> str:
    """A metric with its name: "accuracy 98.50 %", "mean squared error 0.0123"."""
    told = percent(value, 2) if metric.unit == "share" else f"{number(value, 4)} {metric.unit}".strip()
    return f"{metric.title.lower()} {told}"
