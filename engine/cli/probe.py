"""``probe NAME RUN``: a question asked of a trained run, answered as a file and as numbers."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.cli.commands import DONE, Parser
from engine.cli.output import print_json, progress, table
from engine.cli.settings import add_set_argument, describe_settings, paragraph
from engine.errors import FileError, ProbeError

if TYPE_CHECKING:
    from engine.probing.base import Probe, Subject
    from engine.probing.result import ProbeResult
    from engine.problem import Problem
    from engine.snapshot import Example


def add_arguments(parser: Parser) -> None:
    """The arguments of ``probe``."""
    parser.add_argument("name", metavar="NAME", help="the question, listed below")
    parser.add_argument("run", type=Path, metavar="RUN", help="the run's folder")
    parser.add_argument("--image", metavar="IMAGE", help="an image file, or test:4 for the test image of index 4")
    parser.add_argument("--data", metavar="NAME_OR_FOLDER", help="a data set or a folder; by default what the run learned from")
    parser.add_argument(
        "--checkpoint", choices=("last", "best"), default="last", help="which weights: the last, or the best so far"
    )
    add_set_argument(parser, "a setting of the probe")
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="where the answer goes: FILE.npy or FILE.csv (numbers), or FILE.png (a picture)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.details = _list_probes


def run(options: argparse.Namespace) -> int:
    """Ask, save, print."""
    from engine.probing.parse import make_probe, result_json
    from engine.probing.saving import save_result

    probe = make_probe(options.name, _settings(options.settings))
    _check_target(options.out)
    subject, moment = _subject(options.run, options.data, options.checkpoint)
    image = _image(options.image, subject.problem, probe)
    begun = time.perf_counter()
    result = _ask(probe, subject, image)
    answer = result_json(result, probe, time.perf_counter() - begun, str(options.run))
    if options.out is not None:
        save_result(result, options.out)
        answer["out"] = str(options.out)
    if options.json:
        print_json(answer)
    else:
        print(result.headline)
        print(table(("", ""), [*_in_words(answer, result), ("asked", moment)]).lstrip())
    return DONE


def _in_words(answer: Mapping[str, Any], result: ProbeResult) -> list[tuple[str, str]]:
    """The rows of the table that a person reads: as in the window, numbers are rounded and have their units."""
    from engine.probing.facts import facts_of, in_words

    facts = {fact.name: f"{fact.value} {fact.unit}".rstrip() for fact in facts_of(result)}
    named = {key.replace("_", " "): value for key, value in answer.items() if key != "headline" and value not in (None, "")}
    return [(name, facts.get(name) or in_words(value)) for name, value in named.items()]


def _ask(probe: Probe, subject: Subject, image: Example | None) -> ProbeResult:
    """The complete answer, with a progress bar on the way."""
    result: ProbeResult | None = None
    with progress(100, "%", description=probe.title) as bar:
        for result in probe.run(subject, image):
            bar.update(round(100 * result.done) - bar.n)
    if result is None:
        raise ProbeError(f"The {probe.kind} probe gave no answer")
    return result


def _settings(texts: Iterable[str]) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts]
    for name, equals, _ in pairs:
        if not equals:
            raise ProbeError(f"'{name}' is not of the form key=value", "Write --set patch=5, for example.")
    return {name: value for name, _, value in pairs}


def _check_target(path: Path | None) -> None:
    """Say before the work, not after it, that its answer could not be written."""
    if path is None:
        return
    from engine.probing.saving import require_form

    require_form(path)
    if not path.parent.is_dir():
        raise FileError(f"Cannot write '{path}': the folder '{path.parent}' does not exist", "Create it, or choose another.")


def _subject(path: Path, data: str | None, checkpoint: str) -> tuple[Subject, str]:
    """(the trained network of a run folder, with the data it learned from; at which step it stands, in words)."""
    from engine.cli.evaluate import chosen_checkpoint, problem_for
    from engine.cli.moment import moment_of
    from engine.files.run_folder import RunFolder
    from engine.probing.subject import make_subject
    from engine.training.device import pick_device

    folder = RunFolder.open(path)
    state = folder.load_checkpoint(chosen_checkpoint(folder, checkpoint))
    device = pick_device(folder.config.device)
    subject = make_subject(folder.design, state.network, problem_for(folder, data), device, str(path))
    return subject, moment_of(folder, state)


def _image(text: str | None, problem: Problem, probe: Probe) -> Example | None:
    """What --image names: an example of a split in its stored order, or a file fitted to the network's input."""
    from engine.data.dataset import SPLITS
    from engine.data.images import read_image

    if text is None:
        if probe.asks_image:
            raise ProbeError(f"The {probe.kind} probe asks about an image", "Name one: --image FILE or --image test:0.")
        return None
    split, colon, index = text.partition(":")
    if colon and split in SPLITS:
        if not index.isdecimal():
            raise ProbeError(f"'{index}' is not the index of an image", f"Write {split}:0, for example.")
        return problem.example(split, int(index))
    return problem.example_of_image(read_image(Path(text)), Path(text).name)


def _list_probes() -> str:
    from engine.probing.base import PROBES

    pages = [f"{kind.kind}\n{paragraph(kind.help, '  ')}\n\n{describe_settings(kind)}" for kind in PROBES.entries()]
    return "\n" + "\n\n".join(pages) + "\n"
