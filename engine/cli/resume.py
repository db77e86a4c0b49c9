"""``resume RUN``: a run goes on from its latest checkpoint exactly as if it had never stopped."""

from __future__ import annotations

import argparse
from pathlib import Path

from engine.cli.commands import DONE
from engine.cli.output import note
from engine.design.texts import parse_settings
from engine.design.values import with_values
from engine.errors import TrainingError
from engine.training.config import NOUN, TrainingConfig, known_live


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``resume``."""
    parser.add_argument("run", type=Path, metavar="RUN", help="the run's folder")
    parser.add_argument("--epochs", metavar="N", help="how many epochs there shall be in all; by default as many as planned")
    parser.add_argument("--json", action="store_true", help="print one JSON object, as train does")


def run(options: argparse.Namespace) -> int:
    """Load the checkpoint and train on; what was logged after it is logged anew."""
    from engine.cli.train import load_data, report
    from engine.cli.training import train_in_folder
    from engine.files.run_folder import RunFolder

    folder = RunFolder.open(options.run)
    state = folder.load_checkpoint()
    settings = parse_settings(TrainingConfig, [f"epochs={options.epochs}"] if options.epochs else [], NOUN)
    config = with_values(folder.config, known_live(folder.config, state.live) | settings, NOUN)
    if state.epoch >= config.epochs:
        done = f"{state.epoch} epoch{'' if state.epoch == 1 else 's'}"
        raise TrainingError(f"This run has finished {done}", f"Give it more: --epochs {2 * state.epoch}.")
    found = load_data(folder.data_name, folder.design, config)
    data = folder.to_go_on_with(found)
    for sentence in data.notes[len(found.notes) :]:
        note(sentence)
    folder.rewind(state)
    folder.update(config=config, data=data)
    outcome = train_in_folder(folder, data, state)
    report(folder, outcome, data, options.json)
    return DONE
