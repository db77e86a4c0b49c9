"""KeptShelf: the runs that are kept, found and taken up again on threads of their own: the window waits for no disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from app.keeping.kept_runs import Kept, KeptRuns
from app.run.answers import Answers, Asker

if TYPE_CHECKING:
    from app.run.live_run import LiveRun
    from engine.training.state import TrainingState


class KeptShelf:
    """GUI thread only."""

    def __init__(self, kept: KeptRuns, answers: Answers) -> None:
        self._kept = kept
        self._finder: Asker[tuple[Kept, ...]] = Asker("layerscope-kept-runs", answers)
        self._taker: Asker[None] = Asker("layerscope-keeper", answers)

    def find(self, besides: LiveRun | None, hear: Callable[[tuple[Kept, ...]], object], refused: Callable[[str], object]) -> None:
        """Have all runs heard of that can be reopened ``besides`` the one that is shown, the newest first."""
        shown = besides.kept.path if besides is not None and besides.kept is not None else None

        def find() -> Iterator[tuple[Kept, ...]]:
            yield tuple(kept for kept in self._kept.newest_first() if kept.path != shown)

        self._finder.ask(find, hear, refused)

    def keep_on(self, run: LiveRun, folder: Path, state: TrainingState) -> None:
        """Where ``folder``, in which ``run`` lies up to ``state``, is the program's own, it is kept there on, unless another
        window does so."""
        run.kept = kept = self._kept.adopt(folder, state)
        if kept is None:
            return

        def take() -> Iterator[None]:
            kept.take()
            yield None

        def refused(_: str) -> None:
            if run.kept is kept and not run.is_alive:
                run.kept = None

        self._taker.ask(take, lambda _: None, refused)
