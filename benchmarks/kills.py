"""Kill -9 at random moments of a run and of the window: what was lost, and whether all that is left opens and goes on."""

from __future__ import annotations

import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks import window_kills
from benchmarks.base import Row
from benchmarks.killing import PATIENCE_S, Case, Loss, by_itself, gone_on, logged, process, troubles_of, until

QUICK, FULL = 8, 50
"""Kills in all."""
AIM_S, EDITS_AIM_S = 1.0, 10.0
DESIGN, DATA = "lenet5", "strokes"
LONGEST_S = 4.0  # of training before the kill


def run(quick: bool) -> list[Row]:
    """The cases in turn; each kill is told on standard error, with what should not have been."""
    losses: dict[str, list[Loss]] = {name: [] for name in CASES}
    for number in range(QUICK if quick else FULL):
        name = list(CASES)[number % len(CASES)]
        with tempfile.TemporaryDirectory() as scratch:
            loss = _lost(CASES[name], Path(scratch), random.Random(number))
        losses[name].append(loss)
        lost = f"{loss.seconds:.2f} s of training, {loss.edits} edits of {loss.edited:.2f} s lost"
        print("; ".join([f"kill {number + 1}, {name}: {lost}", *loss.troubles]), file=sys.stderr)
    return [row for name, found in losses.items() for row in _rows(name, found)]


def _lost(case: Case, folder: Path, rng: random.Random) -> Loss:
    try:
        return case(folder, rng)
    except TimeoutError:
        return Loss(troubles=(f"it never came so far: {(folder / 'output').read_text()[-300:]}",))


def _rows(name: str, losses: list[Loss]) -> list[Row]:
    worst, troubles = max(loss.seconds for loss in losses), sum(bool(loss.troubles) for loss in losses)
    rows = [
        Row(name, "kills", len(losses), "", f"{troubles} with files that do not open or a run that does not go on"),
        Row(name, "training lost, worst", worst, "s", f"aim: at most {AIM_S:g} s", AIM_S / worst if worst > 0 else None),
        Row(name, "training lost, median", median(loss.seconds for loss in losses), "s"),
    ]
    if any(loss.edits for loss in losses):
        edited = max(loss.edited for loss in losses)
        rows.append(Row(name, "edits lost, worst", max(loss.edits for loss in losses), ""))
        rows.append(Row(name, "edits lost, worst, since", edited, "s", f"aim: at most {EDITS_AIM_S:g} s", EDITS_AIM_S / edited))
    return rows


# -- a run with a folder --


def at_a_random_moment(folder: Path, rng: random.Random) -> Loss:
    """Some time after the first step, whatever the run does then."""
    return _killed(folder, "", rng, lambda run: _after_first_step(run, rng.uniform(0.0, LONGEST_S)))


def at_the_start(folder: Path, rng: random.Random) -> Loss:
    """As its folder is made, or just after."""
    return _killed(folder, "", rng, lambda run: _around_the_beginning(run, rng.uniform(0.0, 0.5)))


def while_a_checkpoint_is_written(folder: Path, rng: random.Random) -> Loss:
    """With a part of it on the disk."""
    return _killed(folder, "checkpoint", rng, lambda run: None)


def while_metrics_are_written(folder: Path, rng: random.Random) -> Loss:
    """With half a line on the disk."""
    return _killed(folder, "metrics", rng, lambda run: None)


CASES: dict[str, Case] = {
    "at a random moment": at_a_random_moment,
    "at the very start": at_the_start,
    "while a checkpoint is written": while_a_checkpoint_is_written,
    "while metrics are written": while_metrics_are_written,
} | window_kills.CASES


def _killed(folder: Path, weak_spot: str, rng: random.Random, wait: Callable[[Path], None]) -> Loss:
    """Train into ``folder`` and kill it, after ``wait`` or by itself at its ``weak_spot``; then look, and go on."""
    run = folder / "run"
    words = ["train", DESIGN, "--data", DATA, "--epochs", "1000", "--out", str(run), "--set", "schedule=constant"]
    with process("benchmarks.kills", [weak_spot, str(rng.randrange(2, 40)), *words], folder) as training:
        wait(run)
        if not weak_spot:
            training.kill()
        training.wait(PATIENCE_S)
        died = time.time()
        trouble = by_itself(training, folder)
    return Loss(troubles=(trouble,)) if trouble else _looked_at(run, died)


def _after_first_step(run: Path, seconds: float) -> None:
    until(lambda: len(logged(run)) > 1)
    time.sleep(seconds)


def _around_the_beginning(run: Path, seconds: float) -> None:
    """So long after the folder has appeared."""
    until(run.exists)
    time.sleep(seconds)


def _looked_at(run: Path, died: float) -> Loss:
    """What is left of ``run``, and whether it goes on."""
    from engine.files.run_place import is_run

    if not is_run(run):  # killed before there was one: nothing was trained, and the folder can be used
        return Loss(troubles=troubles_of(["train", DESIGN, "--data", DATA, "--epochs", "1", "--out", str(run)], run))
    trained = _trained(run, died)
    state, troubles = gone_on(run)
    return Loss(max(0.0, trained - (state.seconds if state is not None else 0.0)), troubles=troubles)


def _trained(run: Path, died: float) -> float:
    """Seconds of training at the time ``died``: those of the last row, and those since it was written."""
    path, lines = run / "metrics.csv", logged(run)
    seconds = float(lines[-1].split(",")[2]) if len(lines) > 1 else 0.0
    kept = [path] if len(lines) > 1 else list((run / "checkpoints").iterdir())
    begun = max((file.stat().st_mtime for file in kept), default=died)  # nothing yet: it had not begun
    return seconds + max(0.0, died - begun)


# -- in the process that is killed --


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_in_a_checkpoint(after: int) -> None:
    """Be killed with half of a checkpoint written, that which comes ``after`` so many other files."""
    from engine.files import tensor_file

    whole, count = tensor_file.atomic_write, 0

    @contextmanager
    def torn(path: Path, *, durable: bool = True) -> Iterator[object]:
        nonlocal count
        count += 1
        with whole(path, durable=durable) as file:
            if count > after and path.parent.name == "checkpoints":
                write = file.write

                class Torn:
                    def write(self, data: bytes) -> None:
                        write(data[: len(data) // 2])
                        file.flush()
                        _die()

                yield Torn()
            else:
                yield file

    tensor_file.atomic_write = torn  # type: ignore[assignment]


def _die_in_the_metrics(after: int) -> None:
    """Be killed with half of a row written."""
    from engine.files import run_writer

    whole, count = run_writer.append_rows, 0

    def torn(path: Path, rows: object) -> None:
        nonlocal count
        count += 1
        whole(path, rows)  # type: ignore[arg-type]
        if count > after:
            with path.open("ab", buffering=0) as file:
                file.write(b"123456,0.5,1.2")
                _die()

    run_writer.append_rows = torn


WEAK_SPOTS: dict[str, Callable[[int], None]] = {"checkpoint": _die_in_a_checkpoint, "metrics": _die_in_the_metrics}


def _live(weak_spot: str, after: str, *words: str) -> int:
    from main import main

    if weak_spot:
        WEAK_SPOTS[weak_spot](int(after))
    return main(words)


if __name__ == "__main__":
    sys.exit(_live(*sys.argv[1:]))
