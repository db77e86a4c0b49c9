"""The one test command, ``python -m tests.all``: style, types, contracts, engine tests, window tests, each in a process of its
own, as many at a time as there are processors. What they say is printed one after another, a part that runs as it says it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
WINDOW_TESTS = {"program": ("tests/app", "tests/extensions"), "widgets": ("tests/widgets",)}
POLL_S = 0.2


@dataclass(frozen=True)
class Part:
    """What a command checks, and the command."""

    name: str
    command: Sequence[str]


@dataclass(frozen=True)
class Outcome:
    """How a part ended: its exit status, negative where a signal ended it, and how long it took."""

    name: str
    status: int
    seconds: float

    def __str__(self) -> str:
        return f"{self.name:18} {'passed' if self.status == 0 else f'FAILED (exit {self.status})'}  {self.seconds:.0f} s"


def parts() -> list[Part]:
    """Quick ones first, then from long to short. Window tests run by themselves: there is one QApplication per process."""
    without_window = [f"--ignore={folder}" for folders in WINDOW_TESTS.values() for folder in folders]
    python = [sys.executable, "-m"]
    pytest = [*python, "pytest", "-q", *sys.argv[1:]]
    return [
        Part("style", [*python, "ruff", "check", "."]),
        Part("format", [*python, "ruff", "format", "--check", "."]),
        Part("who imports whom", [str(Path(sys.executable).parent / "lint-imports")]),
        Part("program", [*pytest, *WINDOW_TESTS["program"]]),
        Part("engine", [*pytest, "tests", *without_window]),
        Part("widgets", [*pytest, *WINDOW_TESTS["widgets"]]),
        Part("types", [*python, "mypy"]),
    ]


def at_once() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(part: Part, said: Path) -> Outcome:
    """Run a part to its end, on one thread: others run beside it. Whatever it says is written into a file."""
    environment = {"OMP_NUM_THREADS": "1", **os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONFAULTHANDLER": "1"}
    start = time.monotonic()
    with said.open("wb") as file:
        done = subprocess.run(part.command, cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT, check=False)
    return Outcome(part.name, done.returncode, time.monotonic() - start)


def follow(part: Part, said: Path, job: Future[Outcome]) -> Outcome:
    """Print what a part has said so far and then what it says, until it has ended."""
    print(f"--- {part.name}: {' '.join(part.command[1:])}", flush=True)
    with said.open("rb") as file:
        has_ended = False
        while not has_ended:
            has_ended = bool(wait([job], POLL_S).done)
            sys.stdout.buffer.write(file.read())
            sys.stdout.flush()
    return job.result()


def run_all(these: Sequence[Part], most: int) -> list[Outcome]:
    """Run every part even after one failed, ``most`` at a time in the given order; an interruption begins no more of them."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(most) as pool:
        files = [Path(folder) / f"{number}.txt" for number in range(len(these))]
        for file in files:
            file.touch()
        try:
            jobs = [pool.submit(run, part, file) for part, file in zip(these, files, strict=True)]
            return [follow(*each) for each in zip(these, files, jobs, strict=True)]
        finally:
            pool.shutdown(cancel_futures=True)


def main() -> int:
    """1 if any part failed. A crash after "passed" shows in the exit status and counts."""
    outcomes = run_all(parts(), at_once())
    print("---", *outcomes, sep="\n")
    return int(any(outcome.status for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
