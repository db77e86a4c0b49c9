"""``evaluate RUN``: loss and accuracy of a trained run on a whole split of a data set."""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.commands import DONE
from engine.cli.output import note, percent, print_json, progress
from engine.data.dataset import SPLITS, ImageSet
from engine.design.network import NetworkDesign
from engine.errors import DataError
from engine.files.run_folder import RunFolder
from engine.training.config import TrainingConfig

if TYPE_CHECKING:
    from torch import Tensor

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
    from engine.training.trainer import check_fit

    folder = RunFolder.open(options.run)
    state = folder.load_checkpoint(chosen_checkpoint(folder, options.checkpoint))
    data = load_for(folder, options.data)
    check_fit(folder.design, data)
    device = pick_device(folder.config.device).type
    begun = time.perf_counter()
    score = measure(folder.design, state.network, data, options.split, folder.config, device)
    if score is None:
        raise DataError(f"The {options.split} split of {data.name} is empty", f"Use one of {', '.join(SPLITS)}.")
    answer = {
        "run": str(folder.path),
        "data": data.name,
        "split": options.split,
        "step": state.step,
        "images": len(data.split(options.split)),
        "loss": score.loss,
        "accuracy": score.accuracy,
        "seconds": round(time.perf_counter() - begun, 3),
        "device": device,
    }
    if options.json:
        print_json(answer)
    else:
        measured = f"accuracy {percent(score.accuracy)}, loss {score.loss:.4f}"
        print(f"{answer['images']:,} {options.split} images of {data.name}: {measured}")
    return DONE


def chosen_checkpoint(folder: RunFolder, which: str) -> Path | None:
    """The "last" or the "best" checkpoint, or None where there is none yet."""
    return folder.best_checkpoint() if which == "best" else folder.latest_checkpoint()


def load_for(folder: RunFolder, name: str | None) -> ImageSet:
    """A data set (by default the run's own) split, fitted and normalised as the run in ``folder`` learned from it."""
    from engine.cli.train import load_data

    data = folder.as_trained(load_data(name or folder.data_name, folder.design, folder.config))
    known = folder.card.data.classes
    if known and len(known) == len(data.classes) and known != data.classes:
        note(f"The run learned to tell apart {', '.join(known)}; in {data.name} the classes are {', '.join(data.classes)}.")
    return data


def measure(
    design: NetworkDesign, weights: Mapping[str, Tensor], data: ImageSet, split: str, config: TrainingConfig, device: str
) -> Score | None:
    """Loss and accuracy of ``weights`` over a whole split, on ``device``; None where the split is empty."""
    from engine.build import restore
    from engine.training.loop import evaluate
    from engine.training.losses import make_loss

    total = len(data.split(split))
    network = restore(design, weights, device)
    events = evaluate(network, make_loss(config.loss, design), data.to(device), split, config.batch_size)
    with progress(total, "image", description=split) as bar:
        try:
            while True:
                bar.update(next(events).done - bar.n)
        except StopIteration as end:
            score: Score | None = end.value
            return score
