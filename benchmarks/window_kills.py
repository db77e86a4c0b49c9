"""Kill -9 of the window at random moments, while somebody edits, trains, saves or scrubs: what the next start has to offer."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.killing import PATIENCE_S, Case, Loss, by_itself, gone_on, process, until

if TYPE_CHECKING:
    from app.keeping.session_folder import Leftover

DESIGN, LAYER = "lenet5", "c1"
LONGEST_S = 8.0  # of what is done before the kill
PAUSES_S = 0.05, 0.5  # between two edits, saves or positions
JOURNAL, FILE, FOLDER, BEGUN = "journal", "mine.design.json", "run", "begun"


def _case(name: str) -> Case:
    def case(folder: Path, rng: random.Random) -> Loss:
        words = [name, str(folder), str(rng.randrange(1 << 30))]
        with process("benchmarks.window_kills", words, folder, QT_QPA_PLATFORM="offscreen") as window:
            until(lambda: bool(_deeds(folder, BEGUN)) or window.poll() is not None)
            time.sleep(rng.uniform(0.0, LONGEST_S))
            window.kill()
            died = time.time()
            window.wait(PATIENCE_S)
            trouble = by_itself(window, folder)
        return Loss(troubles=(trouble,)) if trouble else looked_at(folder, died)

    return case


# -- what was done, and what is left of it --


@dataclass(frozen=True)
class Deed:
    """A line of the journal: an edit, a file or folder that was saved, or a step that was trained, the ``number``th, and when."""

    what: str
    number: int
    when: float


def _deeds(folder: Path, what: str) -> list[Deed]:
    path = folder / JOURNAL
    lines = [line.split() for line in path.read_text().rpartition("\n")[0].splitlines()] if path.exists() else []
    return [Deed(line[0], int(line[1]), float(line[2])) for line in lines if line[0] == what]


def looked_at(folder: Path, died: float) -> Loss:
    """What the next start finds of a window that was killed at ``died``, against its journal."""
    from app.keeping.kept_runs import KeptRuns
    from app.keeping.session_folder import newest_leftover

    state = folder / "state"
    leftover = newest_leftover(state / "sessions", KeptRuns(state / "runs", "next", lambda name: None))
    edits, edited_s = _lost(_deeds(folder, "edit"), _edit_of(leftover, folder), died)
    run = leftover.run if leftover is not None else None
    _, trained_s = _lost(_deeds(folder, "step"), run.step if run is not None else 0, died)
    if leftover is not None:
        leftover.discard()
    troubles = gone_on(run.path)[1] if run is not None else ()
    return Loss(trained_s, edits, edited_s, (*_troubles_of_files(folder), *troubles))


def _lost(deeds: list[Deed], kept: int, died: float) -> tuple[int, float]:
    """How many of ``deeds`` come behind number ``kept``, and how long ago the first of them was done."""
    lost = [deed for deed in deeds if deed.number > kept]
    return len(lost), died - lost[0].when if lost else 0.0


def _edit_of(leftover: Leftover | None, folder: Path) -> int:
    """The newest edit that is left: in what is brought back, or in the file."""
    from engine.files.design_file import load_design

    designs = [leftover.document.design] if leftover is not None and leftover.document is not None else []
    designs += [load_design(folder / FILE)] if (folder / FILE).exists() else []
    return max((design[LAYER].parameters.filters - 6 for design in designs), default=0)  # type: ignore[attr-defined]


def _troubles_of_files(folder: Path) -> Iterator[str]:
    """What was saved has to be there, whole, and not older than the last time that it was said to be saved."""
    from engine.errors import LayerscopeError
    from engine.files.design_file import load_design

    saved, runs = _deeds(folder, "saved"), _deeds(folder, "run")
    try:
        if saved and (number := load_design(folder / FILE)[LAYER].parameters.filters - 6) < saved[-1].number:  # type: ignore[attr-defined]
            yield f"the file holds edit {number}, saved was {saved[-1].number}"
        if runs and (step := _step_of(folder / FOLDER)) < runs[-1].number:
            yield f"the saved run is at step {step}, saved was {runs[-1].number}"
    except (LayerscopeError, OSError) as error:
        yield str(error)


def _step_of(run: Path) -> int:
    from engine.files.newest import find_newest
    from engine.files.run_folder import RunFolder

    state = find_newest(RunFolder.open(run)).state
    return state.step if state is not None else 0


# -- in the process that is killed --


class Hand:
    """Somebody at the window, who writes down what is done. ``rng`` chooses the pauses."""

    def __init__(self, folder: Path, rng: random.Random) -> None:
        from benchmarks.window import OpenWindow
        from engine.zoo import network

        self.folder, self._rng, self._edits = folder, rng, 0
        self._journal = (folder / JOURNAL).open("a", buffering=1)
        self.window = OpenWindow(folder, network(DESIGN), epochs=1000)
        self.parts = self.window.parts

    def note(self, what: str, number: int) -> None:
        """Write a deed down, where it outlives this process."""
        self._journal.write(f"{what} {number} {time.time():.3f}\n")

    def edit(self) -> None:
        """One more filter."""
        self._edits += 1
        self.parts.session.apply("Edit", lambda design: design.with_parameters(LAYER, filters=6 + self._edits))
        self.note("edit", self._edits)

    def save(self) -> None:
        """An edit that is saved at once."""
        self.edit()
        if self.parts.session.path is None:
            self.parts.session.saved_as(self.folder / FILE)
        if self.parts.saver.save() and self.parts.saver.finish():
            self.note("saved", self._edits)

    def train(self) -> None:
        """Let it train; every step that arrives is written down."""
        self.window.program.commands.toggle()
        self.window.live(lambda: self._step() > 0)
        self.parts.runs.changed.connect(lambda *_: self.note("step", self._step()))

    def save_run(self) -> None:
        """Save the run that is shown into a folder."""
        step, saved = self._step(), []
        connection = self.parts.saver.used.connect(saved.append)
        self.parts.saver.save_run_to(self.folder / FOLDER)
        self.window.live(lambda: bool(saved))
        self.parts.saver.used.disconnect(connection)
        self.note("run", step)

    def scrub(self) -> None:
        """Go to some step of the past."""
        frames = self.parts.runs.shown.frames
        self.parts.window.transport.scrubbed.emit(self._rng.choice(frames or (0,)))

    def _step(self) -> int:
        run = self.parts.runs.shown
        return run.progress.step if run is not None and run.progress is not None else 0

    def go_on(self, *deeds: Callable[[], None]) -> None:
        """Do one of ``deeds`` after the other, for ever."""
        self.note(BEGUN, 0)
        while True:
            self._rng.choice(deeds)()
            self.window.live_for(self._rng.uniform(*PAUSES_S))


def _edits(hand: Hand) -> None:
    hand.go_on(hand.edit)


def _trains(hand: Hand) -> None:
    hand.train()
    hand.go_on(lambda: None)


def _saves(hand: Hand) -> None:
    hand.train()
    hand.go_on(hand.save, hand.save_run)


def _scrubs(hand: Hand) -> None:
    hand.train()
    hand.go_on(hand.scrub, hand.scrub, hand.scrub, hand.edit)


HANDS: dict[str, Callable[[Hand], None]] = {"editing": _edits, "training": _trains, "saving": _saves, "scrubbing": _scrubs}

CASES: dict[str, Case] = {f"the window, {name}": _case(name) for name in HANDS}
"""As ``kills`` has them."""


if __name__ == "__main__":
    from app.guard import protect_singletons

    protect_singletons()
    HANDS[sys.argv[1]](Hand(Path(sys.argv[2]), random.Random(int(sys.argv[3]))))
