"""Parts: what the window's program consists of, made once and handed to whoever connects it."""

from __future__ import annotations

from dataclasses import dataclass

from app.appearance import Appearance
from app.chips import Chips
from app.collector import Collector
from app.data_cards import DataCards
from app.fitting import Fitting
from app.likeness import Likeness
from app.loader import Loader
from app.my_blocks import MyBlocks
from app.opener import Opener
from app.presentation import Presentation
from app.probe_controller import ProbeController
from app.recent import Recent
from app.recovery import Recovery
from app.run.answers import Answers
from app.run.runs import Runs
from app.run.viewpoint import Viewpoint
from app.saver import Saver
from app.session import Session
from app.speed import Speed
from app.untrained import Untrained
from app.window import MainWindow
from widgets.theme import Look


@dataclass(frozen=True, eq=False)
class Parts:
    """The document, the controllers and the window. Each knows only what it was given in its own constructor."""

    look: Look
    appearance: Appearance
    presentation: Presentation
    session: Session
    answers: Answers
    runs: Runs
    viewpoint: Viewpoint
    probes: ProbeController
    opener: Opener
    saver: Saver
    recovery: Recovery
    recent: Recent
    my_blocks: MyBlocks
    data_cards: DataCards
    fitting: Fitting
    likeness: Likeness
    window: MainWindow
    chips: Chips
    speed: Speed
    untrained: Untrained
    loader: Loader
    collector: Collector
