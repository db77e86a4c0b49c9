"""``train DESIGN``: a network learns a data set; the run is kept in a folder."""

from __future__ import annotations

import argparse
import itertools
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.commands import DONE, Parser
from engine.cli.designs import resolve_design
from engine.cli.output import note, percent, print_json
from engine.cli.settings import add_set_argument, describe_settings, make_settings, parse_settings
from engine.design.check import require_valid
from engine.design.network import NetworkDesign
from engine.training.config import TrainingConfig

if TYPE_CHECKING:
    from engine.cli.training import Outcome
    from engine.data.dataset import ImageSet
    from engine.files.run_folder import RunFolder

RUNS = "runs"
_NOUN = "Training"


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
    design = resolve_design(options.design)
    require_valid(design)
    config = training_config(options)
    from engine.files.run_folder import RunFolder, require_free

    path = options.out or free_folder(Path(RUNS), design.name, options.data)
    require_free(path)
    data = load_data(options.data, design, config)
    from engine.cli.training import train_in_folder
    from engine.training.trainer import check_fit

    check_fit(design, data)
    folder = RunFolder.create(path, design, config, options.data, data)
    outcome = train_in_folder(folder, data)
    report(folder, outcome, data, options.json)
    return DONE


def training_config(options: argparse.Namespace) -> TrainingConfig:
    """The configuration from --set and its shorthands --epochs, --seed and --device, which go first."""
    shorthands = [f"{name}={getattr(options, name)}" for name in ("epochs", "seed", "device") if getattr(options, name)]
    values = parse_settings(TrainingConfig, [*options.settings, *shorthands], _NOUN)
    return make_settings(TrainingConfig, values, _NOUN)


def free_folder(parent: Path, design: str, data: str) -> Path:
    """The first folder of ``parent`` called DESIGN-DATA-1, -2, ... that does not exist."""
    stem = "-".join(re.sub(r"[^a-z0-9]+", "_", word.lower()).strip("_") or "run" for word in (design, Path(data).name))
    return next(path for number in itertools.count(1) if not (path := parent / f"{stem}-{number}").exists())


def load_data(name: str, design: NetworkDesign, config: TrainingConfig) -> ImageSet:
    """The data fitted to ``design`` and split as ``config`` says; what had to be changed is told on standard error."""
    from engine.data.load import load

    data = load(name, design.input_shape, config.seed, config.validation_share)
    for sentence in data.notes:
        note(sentence)
    return data


def report(folder: RunFolder, outcome: Outcome, data: ImageSet, as_json: bool) -> None:
    """Measure the test split and print the result, in words or as the object that ``train --json`` promises."""
    from engine.cli.evaluate import measure

    test = measure(folder.design, outcome.state.network, data, "test", folder.config, outcome.device)
    answer = train_json(folder, outcome, test.accuracy if test else None)
    if as_json:
        print_json(answer)
        return
    print(f"run                  {folder.path}")
    print(f"steps, epochs        {answer['steps']:,}, {answer['epochs']}")
    print(f"last epoch's loss    {answer['train_loss']:.4f}, accuracy {percent(answer['train_accuracy'])}")
    if answer["val_accuracy"] is not None:
        print(f"validation loss      {answer['val_loss']:.4f}, accuracy {percent(answer['val_accuracy'])}")
    print(f"test accuracy        {percent(answer['test_accuracy'])}")
    print(f"time                 {answer['seconds']:.1f} s on {answer['device']}, {answer['images_per_second']:,.0f} images/s")


def train_json(folder: RunFolder, outcome: Outcome, test_accuracy: float | None) -> dict[str, Any]:
    """The object that ``train --json`` prints. ``train_loss`` and ``train_accuracy`` are means over the last epoch's
    steps, each measured before the step; times and speed are this session's, without loading and testing."""
    return {
        "run": str(folder.path),
        "steps": outcome.state.step,
        "epochs": outcome.state.epoch,
        "train_loss": outcome.last_epoch("train/loss"),
        "train_accuracy": outcome.last_epoch("train/accuracy"),
        "val_loss": outcome.newest("validation/loss"),
        "val_accuracy": outcome.newest("validation/accuracy"),
        "test_accuracy": test_accuracy,
        "images_per_second": round(outcome.images_per_second, 1),
        "seconds": round(outcome.seconds, 3),
        "device": outcome.device,
    }
