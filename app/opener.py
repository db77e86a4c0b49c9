"""Opener: opens designs, runs and images in the window, which they are read beside. Every failure is one sentence, and loses
nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app import dialogs
from app.builtin import builtin_document
from app.changes import continues, in_words
from app.design_files import OpenedDesign, read_design, run_of
from app.document import Document
from app.keeping.kept_runs import Kept, KeptRuns
from app.keeping.kept_shelf import KeptShelf
from app.keeping.session_folder import Leftover
from app.run.answers import Answers, Asker
from app.run.opening import OpenedRun, read_run
from app.run.runs import Runs
from app.run.viewpoint import Viewpoint
from app.saver import Saver
from app.session import Session
from engine.data.source import Bytes
from engine.design.network import NetworkDesign
from engine.errors import LayerscopeError

RECENT = "“Recently trained…” in the File menu"
Show = Callable[[], object]
"""What is to be done on the GUI's thread with what another one has read."""


class Opener(QObject):
    """GUI thread only. ``told`` carries (sentence, kind) for the banner, ``used`` a file or run folder that was opened."""

    told = Signal(str, str)
    trying = Signal()  # something is opened anew: what was told of the attempt before is over
    used = Signal(object)
    opened_failed = Signal(object, object)  # a LiveRun that had failed was opened, and its last word
    began_otherwise = Signal(str)  # a run was opened beside a document that it cannot go on as, in a sentence

    def __init__(
        self, window: QWidget, session: Session, runs: Runs, viewpoint: Viewpoint, answers: Answers, kept: KeptRuns, saver: Saver
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._runs, self._viewpoint, self._saver = window, session, runs, viewpoint, saver
        self._reader: Asker[Show] = Asker("layerscope-opener", answers)
        self._image_reader: Asker[Show] = Asker("layerscope-image-opener", answers)
        self._shelf = KeptShelf(kept, answers)
        self._asked = 0  # how often something was to be opened

    @property
    def is_busy(self) -> bool:
        """Whether something is being read."""
        return self._reader.is_busy or self._image_reader.is_busy

    def moment(self) -> tuple[object, ...]:
        """What is open and shown, and how often something was to be opened: whoever asks a slow disk compares it with that of the
        answer."""
        return self._asked, self._session.document, self._runs.shown

    # -- designs, and runs that the user saved --

    def new(self) -> None:
        """An empty network on the input of the present one."""
        if self._may_begin():
            shape = self._session.document.design.input_shape
            self._open_document(self._session.document.with_design(NetworkDesign("untitled", shape)))

    def open_builtin(self, expression: str) -> bool:
        """Open a built-in network by name, with data and training that suit it."""
        if not self._may_begin():
            return False
        return self._attempt(lambda: self._open_document(builtin_document(expression, self._session.document)))

    def open(self) -> None:
        """Ask for a file and open it."""
        path = dialogs.ask_open(self._window, "Open a design, or a run by any of its files", dialogs.DESIGNS_AND_RUNS)
        if path is not None:
            self.open_path(path)

    def open_run(self) -> None:
        """Ask for the folder of a run and open it."""
        path = dialogs.ask_folder(self._window, "Open the folder of a run")
        if path is not None:
            self.open_path(path)

    def open_path(self, path: Path) -> bool:
        """Have a design file, a run folder or any of its files read; False where what is open may not be left. It is there some
        time after True was returned, or it is told why it cannot be."""
        if not self._may_begin():
            return False
        self._read(path.name, lambda before: self._found(path, before))
        return True

    def reopen(self, kept: Kept) -> None:
        """Open a run that was kept without being asked."""
        if self._may_begin():
            self._read(f"the run {kept.name}", lambda before: self._found_run(kept.path, before, kept.name))

    def reopen_last(self) -> None:
        """Open the run that was trained before, of those that are kept and not shown."""
        self.find_kept(lambda found: self.reopen(found[0]))

    def find_kept(self, hear: Callable[[tuple[Kept, ...]], object]) -> None:
        """Read on another thread which runs can be reopened, and have them heard of, the newest first; where there are none, that
        is told. Where something else was opened or begun meanwhile, that stays."""
        before = self.moment()

        def found(runs: tuple[Kept, ...]) -> None:
            if runs and self.moment() != before:
                self.told.emit("The runs that are kept are found now: ask for them again.", "notice")
            elif runs:
                hear(runs)
            else:
                self.told.emit("No other run is kept. The last ten that were trained are.", "notice")

        self._shelf.find(self._runs.shown, found, self._refuse)

    def bring_back(self, leftover: Leftover, brought: Callable[[], object]) -> bool:
        """Have what a killed process left behind opened: the document, as one step to undo from its file, and the run. False
        where what is open may not be left; ``brought`` is called as soon as nothing would be lost if it were deleted."""
        if not self._may_begin():
            return False
        self._read("what was left", lambda before: self._found_leftover(leftover, before, brought))
        return True

    def _may_begin(self) -> bool:
        """Whether something else may be opened; nothing more is then heard of what is being read."""
        if not self._saver.may_leave():
            return False
        self._reader.cancel()
        self.trying.emit()
        self._asked += 1
        return True

    def _read(self, name: str, job: Callable[[tuple[object, ...]], Iterator[Show]]) -> None:
        """Have ``job`` done on the other thread, with the present moment, and what it finds shown on this one."""
        before = self.moment()
        self.told.emit(f"Opening {name}…", "notice")
        self._reader.ask(lambda: job(before), lambda show: show(), self._refuse)

    def _refuse(self, sentence: str) -> None:
        self.told.emit(sentence, "error")

    # -- on the thread that reads --

    def _found(self, path: Path, before: tuple[object, ...]) -> Iterator[Show]:
        folder = run_of(path)
        if folder is None:
            yield partial(self._show_design, read_design(path), before)
        else:
            yield from self._found_run(folder, before)

    def _found_run(self, folder: Path, before: tuple[object, ...] | None, name: str = "") -> Iterator[Show]:
        """A run. One that has a ``name`` was kept without being asked. None ``before``: it comes beside the open document."""
        for found in read_run(folder, self._reader.require_wanted):
            yield partial(self._show_run, found, name, before)

    def _found_leftover(self, leftover: Leftover, before: tuple[object, ...], brought: Callable[[], object]) -> Iterator[Show]:
        document, path, run = leftover.document, leftover.path, leftover.run
        if document is None:
            yield brought  # the run itself stays among those that are kept
        else:
            yield partial(self._show_leftover, document, path, *_as_saved(path), before, brought)
        if run is not None:
            yield from self._found_run(run.path, None if document is not None else before, run.name)

    # -- shown --

    def _may_show(self, before: tuple[object, ...]) -> bool:
        """Whether what was read may take the place of what is open; if that is other than ``before``, it is asked once more."""
        return self._saver.finish() and (self.moment() == before or self._saver.may_leave())

    def _open_document(self, document: Document, path: Path | None = None) -> None:
        """Show another document; a run of another network would say nothing of it, and is put away."""
        run = self._runs.shown
        is_left = run is not None and not continues(run.document, document)
        if is_left:
            self._runs.put_away()
        self._session.open(document, path)
        if is_left and run is not None and run.is_kept and run.is_unsaved:
            self.told.emit(f"The run of “{run.document.design.name}” is kept: {RECENT} brings it back.", "notice")

    def _show_design(self, found: OpenedDesign, before: tuple[object, ...]) -> None:
        self.trying.emit()
        if not self._may_show(before):
            return
        self._open_document(found.put_into(self._session.document), found.path)
        if not found.is_example:
            self.used.emit(found.path)
        if found.trouble:
            self._refuse(found.trouble)

    def _show_leftover(
        self,
        document: Document,
        path: Path | None,
        saved: OpenedDesign | None,
        trouble: str,
        before: tuple[object, ...],
        brought: Callable[[], object],
    ) -> None:
        """As one step from what its file holds; where there is none that can be read, as it is."""
        self.trying.emit()
        if not self._may_show(before):
            self._reader.cancel()  # the run would come without its document
            return
        if saved is None:
            self._open_document(document)
            self._session.forget_file()
        else:
            self._open_document(saved.put_into(document), path)
            self._session.change("Bring back unsaved changes", lambda _: document)
            self._session.select(self._session.first_to_look_at())
        if trouble:
            self._refuse(trouble)
        brought()

    def _show_run(self, found: OpenedRun, name: str, before: tuple[object, ...] | None) -> None:
        self.trying.emit()
        if before is not None:
            if not self._may_show(before):
                return
            self._open_document(found.document)
        if not name:
            self.used.emit(found.folder)
        run = found.run
        if run is None or run.over is None or run.progress is None:
            self._refuse(found.trouble)
            return
        self._shelf.keep_on(run, found.folder, run.over)
        run.saved_step, run.folder = (0, None) if name else (run.progress.step, found.folder)
        self._runs.replace_shown(run)
        opened = f"The run of “{name}” is back" if name else f"Opened the run {found.folder.name}"
        if found.failure is not None:
            reason = f"{opened} with the weights of step {run.over.step:,}. {found.failure.reason}"
            suggestion = f"{found.failure.suggestion} {found.trouble}".strip()
            self.opened_failed.emit(run, replace(found.failure, reason=reason, suggestion=suggestion))
            return
        opened = f"{opened} at step {run.over.step:,}"
        if run.can_go_on_as(self._session.document):
            save = " Ctrl+Alt+S saves it." if name else ""
            kind = "notice" if found.trouble else "good"
            self.told.emit(f"{opened}. Space goes on with it.{save} {found.trouble}".strip(), kind)
        else:
            others = in_words(run.edited_since(self._session.document))
            self.began_otherwise.emit(f"{opened}. The {others} were edited since it began. {found.trouble}".strip())

    # -- images --

    def open_image(self) -> None:
        """Ask for an image file and show it to the network."""
        path = dialogs.ask_open(self._window, "Open an image", dialogs.IMAGES)
        if path is not None:
            self.open_image_path(path)

    def open_image_path(self, path: Path) -> None:
        """Have the image ``path`` read and shown to the network, converted to its input; a folder is opened as one."""
        self.trying.emit()
        self._image_reader.ask(lambda: self._found_image(path), lambda show: show(), self._refuse)

    def _found_image(self, path: Path) -> Iterator[Show]:
        from engine.data.images import read_image

        yield partial(self.open_path, path) if path.is_dir() else partial(self._show_image, read_image(path), path.name)

    def _show_image(self, picture: Bytes, name: str) -> None:
        """To the network that is shown now, which may be another than when the image was chosen."""
        from engine.problem import example_of_image

        run = self._runs.shown
        shape = (run.document if run is not None else self._session.document).design.input_shape

        def pin() -> None:
            problem = run.problem if run is not None else None
            example = example_of_image(picture, shape, name) if problem is None else problem.example_of_image(picture, name)
            self._viewpoint.pin(example)
            if run is None or not run.has_network:
                self.told.emit(f"{name} goes through the network as soon as there is one. Press Space to train.", "notice")

        self._attempt(pin)

    def _attempt(self, work: Callable[[], None]) -> bool:
        """Do ``work``; a mistake of the user's is told as its sentence."""
        self.trying.emit()
        try:
            work()
        except LayerscopeError as error:
            self._refuse(error.plainly())
            return False
        return True


def _as_saved(path: Path | None) -> tuple[OpenedDesign | None, str]:
    """What the file ``path`` holds, if there is one, and a sentence where it cannot be read, or not wholly."""
    if path is None:
        return None, ""
    try:
        found = read_design(path)
    except LayerscopeError as error:
        return None, error.plainly()
    return found, found.trouble
