"""``resume RUN``: a run goes on from the newest that is whole in it, exactly as if it had never stopped."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli.commands import DONE
from engine.cli.output import note
from engine.design.parameters import form_fields
from engine.design.texts import parse_settings
from engine.design.values import with_values
from engine.errors import TrainingError
from engine.training.config import NOUN, TrainingConfig, known_live
from engine.words import counted

if TYPE_CHECKING:
    from engine.cli.training import Outcome
    from engine.data.dataset import DataSet
    from engine.files.run_writer import RunWriter


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``resume``."""
    parser.add_argument("run", type=Path, metavar="RUN", help="the run's folder")
    parser.add_argument("--epochs", metavar="N", help="how many epochs there shall be in all; by default as many as planned")
    parser.add_argument("--json", action="store_true", help="print one JSON object, as train does")


def run(options: argparse.Namespace) -> int:
    """Train on; what was logged after the checkpoint is logged anew."""
    from engine.cli.train import report
    from engine.files.run_writer import RunWriter

    folder = RunWriter.open(options.run)
    with folder.hold():
        outcome, data = _go_on(RunWriter.open(options.run), options.epochs)  # as it is now that nobody else writes it
    report(folder, outcome, data, options.json)
    return DONE


def _go_on(folder: RunWriter, epochs: str | None) -> tuple[Outcome, DataSet]:
    """Train from the newest whole state of ``folder`` to the end of ``epochs``, or of those that were planned."""
    from engine.cli.train import load_data
    from engine.cli.training import train_in_folder
    from engine.files.newest import find_newest
    from engine.training.state import TrainingState

    newest = find_newest(folder)
    state = newest.state or TrainingState()
    settings = parse_settings(TrainingConfig, [f"epochs={epochs}"] if epochs else [], NOUN)
    config = with_values(folder.config, known_live(folder.config, state.live) | settings, NOUN)
    if state.epoch >= config.epochs:
        done = counted(state.epoch, "epoch")
        raise TrainingError(f"This run has finished {done}", _more(folder, state.epoch))
    found = load_data(folder.data_name, folder.design, config)
    data = folder.to_go_on_with(found)
    for sentence in (newest.note, *data.notes[len(found.notes) :]):
        if sentence:
            note(sentence)
    folder.rewind(state, newest.damaged)
    folder.update(config=config, data=data)
    return train_in_folder(folder, data, newest.state), data


def _more(folder: RunWriter, done: int) -> str:
    """How a run that has finished ``done`` epochs goes on: to the end of those that are planned, or else for as many again."""
    planned, most = folder.config.epochs, next(field.high for field in form_fields(TrainingConfig) if field.name == "epochs")
    epochs = planned if planned > done else min(2 * done, int(most or 2 * done))
    if epochs <= done:
        return "More of them are not possible."
    return f"Say how many there shall be in all, such as: resume '{folder.path}' --epochs {epochs}"
