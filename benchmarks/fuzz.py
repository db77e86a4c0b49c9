"""Spoiled files for every reader: nothing but typed sentences may come out, nothing may hang, and memory must be bounded."""

from __future__ import annotations

import faulthandler
import sys
import tempfile
import time
import traceback
import warnings
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.base import Row
from benchmarks.victims import Victim, generator, victims
from engine.errors import LayerscopeError

QUICK, FULL = 3_000, 100_000
"""Mutations in all."""
SLOW_S = 1.0
HANG_S, LOOK_EVERY = 120.0, 100
LONGEST_SENTENCE = 2_000
SHOWN = 5


@dataclass
class Outcome:
    """What came of the mutations of one reader's files. Times are of the processor, so that other programs do not count."""

    mutations: int = 0
    refused: int = 0
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0
    slow: int = 0
    peak: int = 0  # bytes beyond what was held before
    peak_of: int = 0  # the size of the file that needed them


def run(quick: bool) -> list[Row]:
    """Spoil every reader's files in turn; what should not have come out is told on standard error, to be done again."""
    readers = victims()
    each = (QUICK if quick else FULL) // len(readers) + 1
    return [row for victim in readers for row in _rows(victim, attack(victim, each))]


def _rows(victim: Victim, outcome: Outcome) -> list[Row]:
    print(f"{victim.name}: {outcome.mutations:,} files, {len(outcome.faults)} faults", file=sys.stderr)
    for fault in outcome.faults[:SHOWN]:
        print(f"  {fault}", file=sys.stderr)
    refused = f"{outcome.refused:,} refused in a sentence, the others read"
    return [
        Row(victim.name, "mutations", outcome.mutations, "", refused),
        Row(victim.name, "untyped or unreadable answers", len(outcome.faults), "", "aim: 0"),
        Row(victim.name, f"reads of over {SLOW_S:g} s", outcome.slow, "", f"the slowest took {1000 * outcome.slowest:.0f} ms"),
        Row(victim.name, "peak memory of one read", outcome.peak / 2**20, "MiB", f"for a file of {outcome.peak_of:,} bytes"),
    ]


def attack(victim: Victim, mutations: int, seed: int = 0) -> Outcome:
    """Spoil the files of one reader so many times, always beginning with good ones."""
    outcome = Outcome()
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("error")  # a warning on the terminal is no sentence either
        folder = Path(scratch)
        files = victim.make(folder)
        good = [path.read_bytes() for path in files]
        for path in files:
            victim.read(folder, path)
        try:
            for number in range(mutations):
                if number % LOOK_EVERY == 0:
                    faulthandler.dump_traceback_later(HANG_S, exit=True)  # says where it hangs, and ends
                rng = generator(victim, number, seed)
                place = rng.randrange(len(files))
                files[place].write_bytes(victim.spoil(good[place], rng))
                _try(victim, folder, files[place], number, outcome)
                files[place].write_bytes(good[place])
        finally:
            faulthandler.cancel_dump_traceback_later()
    return outcome


def _try(victim: Victim, folder: Path, path: Path, number: int, outcome: Outcome) -> None:
    """One read of a spoiled file."""
    outcome.mutations += 1
    _forget_peak()
    before, begun = _memory("VmRSS"), time.process_time()
    try:
        victim.read(folder, path)
    except LayerscopeError as error:
        outcome.refused += 1
        if "\n" in str(error) or len(str(error)) > LONGEST_SENTENCE:
            outcome.faults.append(f"mutation {number}: no sentence: {str(error)[:200]!r}")
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        outcome.faults.append(f"mutation {number}: {error!r:.200} at {Path(place.filename).name}:{place.lineno}")
    seconds = time.process_time() - begun
    outcome.slowest = max(outcome.slowest, seconds)
    outcome.slow += seconds > SLOW_S
    peak = _memory("VmHWM") - before
    if peak > outcome.peak:
        outcome.peak, outcome.peak_of = peak, path.stat().st_size


def _forget_peak() -> None:
    """Have Linux count the peak of this process's memory from now on; nothing elsewhere."""
    if sys.platform == "linux":
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _memory(name: str) -> int:
    """What Linux says of this process, in bytes: "VmRSS" is what it holds now, "VmHWM" its peak; 0 elsewhere."""
    if sys.platform != "linux":
        return 0
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))
