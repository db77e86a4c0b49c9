"""Saver: saves designs and runs from the window, and asks about what would be lost. The disk is waited for on another thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app import dialogs
from app.builtin import EXAMPLES
from app.changes import Part, difference, in_words, is_beside
from app.design_files import SUFFIX, named_after, write_design
from app.document import Document
from app.run.answers import Answers
from app.run.live_run import LiveRun
from app.run.runs import Runs
from app.run.saving import Saving
from app.session import Session
from app.writing import Writing


class Saver(QObject):
    """GUI thread only. ``told`` carries (sentence, kind) for the banner, ``used`` a file or run folder that was saved."""

    told = Signal(str, str)
    trying = Signal()  # something is saved anew: what was told of the attempt before is over
    used = Signal(object)

    def __init__(self, window: QWidget, session: Session, runs: Runs, answers: Answers) -> None:
        super().__init__(window)
        self._window, self._session, self._runs = window, session, runs
        self._writing = Writing(answers, self)
        self._writing.refused.connect(lambda sentence: self.told.emit(sentence, "error"))
        self._saving = Saving(self._writing, self)
        self._saving.told.connect(self.told)
        self._saving.saved.connect(self.used)

    # -- designs --

    def save(self) -> bool:
        """Have the design written to its file; asks for one where there is none yet, or where it is one of the program's own
        examples. Whether it is being written: ``finish`` tells whether it has been."""
        path = self._session.path
        return self.save_as() if path is None or path.parent == EXAMPLES else self._save_to(path)

    def save_as(self) -> bool:
        """Ask for a file and have the design written to it."""
        from engine.files.inside import safe_name

        proposal = f"{safe_name(self._session.document.design.name)}{SUFFIX}"
        path = dialogs.ask_save(self._window, "Save the design", proposal, dialogs.DESIGNS, SUFFIX[1:])
        if path is None:
            return False
        return self._save_to(path if path.suffix == ".json" else path.with_name(path.name + SUFFIX), under_its_name=True)

    def _save_to(self, path: Path, *, under_its_name: bool = False) -> bool:
        """Have the design written to ``path``, as it is now; one that is saved ``under_its_name`` is called after it."""

        def named(document: Document) -> Document:
            return named_after(path, document, anew=under_its_name)

        document = named(self._session.document)

        def written() -> None:
            self._session.amend(named)
            self._session.saved_as(path, document)
            self.used.emit(path)
            self.told.emit(f"Saved {path.name}.", "good")

        self.trying.emit()
        self.told.emit(f"Saving {path.name}…", "notice")
        self._writing.write(lambda: write_design(path, document), written)
        return True

    # -- runs --

    def save_run(self) -> None:
        """Write the run that is shown into its folder: design, config, curves, weights, past steps. Ask for one where it has none
        yet."""
        self._save_run(lambda run: run.folder or self._ask_run_folder(run))

    def save_run_as(self) -> None:
        """Ask for a folder and write the run that is shown into it."""
        self._save_run(self._ask_run_folder)

    def _save_run(self, choose: Callable[[LiveRun], Path | None]) -> None:
        run = self._runs.shown
        if run is None or not run.is_begun or not run.has_network:
            self.told.emit("There is no trained network to save yet. Press Space to train one.", "notice")
            return
        path = choose(run)
        if path is not None:
            self.save_run_to(path, run)

    def _ask_run_folder(self, run: LiveRun) -> Path | None:
        from engine.files.inside import safe_name
        from engine.files.run_place import is_run

        is_another = difference(run.document, self._session.document) & Part.DESIGN
        design = (run if is_another else self._session).document.design  # it may have been renamed since the run began
        proposal = f"{safe_name(design.name)}-run"
        path = dialogs.ask_save(self._window, "Save the run as a folder", proposal, "Run folders (*)")
        # the dialog goes into a folder that is there already, and gives its name once more below it
        return path.parent if path is not None and path.name == path.parent.name and is_run(path.parent) else path

    def save_run_to(self, path: Path, run: LiveRun | None = None) -> None:
        """Write ``run``, or the one that is shown, to ``path``, on another thread, as it is after the step in hand."""
        run = run or self._runs.shown
        if run is not None:
            run.ask_state(lambda state: self._saving.save(path, run, state))

    # -- leaving --

    def finish(self) -> bool:
        """Return when everything that is being saved is on the disk; False where the last of it could not be."""
        return self._writing.finish()

    def may_leave(self) -> bool:
        """Whether the open document and its run may be left: they are saved, or the user says what to do."""
        return self.finish() and self._may_leave_design() and self._may_leave_run()

    def may_replace(self) -> bool:
        """Whether a new run may take the place of the one that is shown: that is saved, or kept for a while without being asked,
        or the user says what to do with it."""
        run = self._runs.before or self._runs.shown
        return run is None or not run.is_nowhere or self._may_leave_run()

    def _may_leave_design(self) -> bool:
        if not self._session.modified:
            return True
        name, unsaved = self._session.document.design.name, self._session.unsaved
        changes = f" of its {in_words(unsaved)}" if is_beside(unsaved) else ""
        answer = dialogs.ask_unsaved(self._window, f"“{name}” has unsaved changes{changes}.")
        return answer == "discard" or (answer == "save" and self.save() and self.finish())

    def _may_leave_run(self) -> bool:
        run = self._runs.before or self._runs.shown
        if run is None or run.progress is None or not run.is_dear:
            return True
        what = f"The run of “{run.document.design.name}”"
        saved = f"is saved up to step {run.saved_step:,} only, and is at" if run.saved_step else "is in no folder yet; it is at"
        answer = dialogs.ask_unsaved(self._window, f"{what} {saved} step {run.progress.step:,}.")
        if answer == "save" and (path := run.folder or self._ask_run_folder(run)) is not None:
            self._runs.end(run)
            self.save_run_to(path, run)
            return self.finish() and not run.is_dear
        return answer == "discard"
