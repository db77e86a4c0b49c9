"""FileController: opening and saving designs and runs from the window. Every failure is one sentence; nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app import dialogs
from app.builtin import EXAMPLES, builtin_document
from app.changes import Part, continues, difference, in_words, is_beside, on_machine_of
from app.document import Document
from app.keeping.kept_runs import Kept, KeptRuns
from app.keeping.kept_shelf import KeptShelf
from app.keeping.session_folder import Leftover
from app.run.answers import Answers, Asker
from app.run.live_run import LiveRun
from app.run.opening import OpenedRun, read_run
from app.run.runs import Runs
from app.run.saving import Saving
from app.run.viewpoint import Viewpoint
from app.session import Session
from engine.design.network import NetworkDesign
from engine.errors import FileError, LayerscopeError
from widgets.common.last_folder import last_folder_of

SUFFIX = ".design.json"
RECENT = "“Recently trained…” in the File menu"
UNNAMED = ("", "untitled")


class FileController(QObject):
    """GUI thread only. ``told`` carries (sentence, kind) for the banner, ``used`` a file or run folder opened or saved."""

    told = Signal(str, str)
    trying = Signal()  # something is opened or saved anew: what was told of the attempt before is over
    used = Signal(object)
    opened_failed = Signal(object, object)  # a LiveRun that had failed was opened, and its last word
    began_otherwise = Signal(str)  # a run was opened beside a document that it cannot go on as, in a sentence

    def __init__(
        self, window: QWidget, session: Session, runs: Runs, viewpoint: Viewpoint, answers: Answers, kept: KeptRuns
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._runs, self._viewpoint = window, session, runs, viewpoint
        self._opener: Asker[OpenedRun] = Asker("layerscope-opener", answers)
        self._shelf = KeptShelf(kept, answers)
        self._saving = Saving(answers, self)
        self._saving.told.connect(self.told)
        self._saving.saved.connect(self._use)

    # -- designs --

    def new(self) -> None:
        """An empty network on the input of the present one."""
        if self.may_leave():
            self._opener.cancel()
            shape = self._session.document.design.input_shape
            self._open_document(self._session.document.with_design(NetworkDesign("untitled", shape)))

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
        """Open a design file, a run folder or any of its files; False where it cannot be, with the reason told.

        A run is read on another thread: it is there some time after True was returned, unless it cannot be read.
        """
        if not self.may_leave():
            return False
        self._opener.cancel()
        folder = run_of(path)
        if folder is not None:
            self._begin_to_open(folder)
            return True
        return self._attempt(lambda: self._open_design(path))

    def open_builtin(self, expression: str) -> bool:
        """Open a built-in network by name, with data and training that suit it."""
        if not self.may_leave():
            return False
        self._opener.cancel()
        return self._attempt(lambda: self._open_document(builtin_document(expression, self._session.document)))

    def _open_design(self, path: Path) -> None:
        from engine.files.design_file import load_design

        document = self._session.document.with_design(load_design(path))
        if not is_example(path):
            self._use(path)
        self._open_document(self._with_companion(document, path), path)

    def _with_companion(self, document: Document, path: Path) -> Document:
        """``document`` with the data and the training that were saved with its design, where they were and can be read."""
        from engine.files.companion_file import load_companion

        try:
            found = load_companion(path)
        except LayerscopeError as error:
            self.told.emit(f"{error.plainly()} Data and training stay as they are.", "error")
            return document
        if found is None:
            return document
        return on_machine_of(replace(document, config=found.config, data=found.data or document.data), document)

    def _open_document(self, document: Document, path: Path | None = None) -> None:
        """Show another document; a run of another network would say nothing of it, and is put away."""
        run = self._runs.shown
        is_left = run is not None and not continues(run.document, document)
        if is_left:
            self._runs.put_away()
        self._session.open(document, path)
        if is_left and run is not None and run.is_kept and run.is_unsaved:
            self.told.emit(f"The run of “{run.document.design.name}” is kept: {RECENT} brings it back.", "notice")

    def save(self) -> bool:
        """Write the design to its file; asks for one where there is none yet, or where it is one of the program's examples."""
        path = self._session.path
        return self.save_as() if path is None or is_example(path) else self._save_to(path)

    def save_as(self) -> bool:
        """Ask for a file and write the design to it."""
        from engine.files.inside import safe_name

        proposal = f"{safe_name(self._session.document.design.name)}{SUFFIX}"
        path = dialogs.ask_save(self._window, "Save the design", proposal, dialogs.DESIGNS, SUFFIX[1:])
        if path is None:
            return False
        return self._save_to(path if path.suffix == ".json" else path.with_name(path.name + SUFFIX), under_its_name=True)

    def _save_to(self, path: Path, *, under_its_name: bool = False) -> bool:
        """Write the design to ``path``; one that is saved ``under_its_name`` is called after it."""
        from engine.files.companion_file import Companion, save_companion, stem_of
        from engine.files.design_file import save_design

        def named(document: Document) -> Document:
            return _named(document, stem_of(path), anew=under_its_name)

        def write() -> None:
            if is_example(path):
                raise FileError(f"{path.name} is an example of the program's own", "Choose another folder.")
            document = named(self._session.document)
            save_design(path, document.design)
            save_companion(path, Companion(document.data, document.config))
            self._session.amend(named)
            self._session.saved_as(path)
            self._use(path)
            self.told.emit(f"Saved {path.name}.", "good")

        return self._attempt(write)

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
        return answer == "discard" or (answer == "save" and self.save())

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

    def finish(self) -> bool:
        """Return when everything that is being saved is on the disk; False where the last of it could not be."""
        return self._saving.finish()

    def reopen(self, kept: Kept) -> None:
        """Open a run that was kept without being asked."""
        if self.may_leave():
            self._begin_to_open(kept.path, kept.name)

    def reopen_last(self) -> None:
        """Open the run that was trained before, of those that are kept and not shown."""
        self.find_kept(lambda found: self.reopen(found[0]))

    def find_kept(self, hear: Callable[[tuple[Kept, ...]], object]) -> None:
        """Read on another thread which runs can be reopened, and have them heard of, the newest first; where there are none, that
        is told. Where something else was opened or begun meanwhile, that stays."""
        before = self._session.document, self._runs.shown

        def found(runs: tuple[Kept, ...]) -> None:
            if runs and (self._session.document, self._runs.shown) != before:
                self.told.emit("The runs that are kept are found now: ask for them again.", "notice")
            elif runs:
                hear(runs)
            else:
                self.told.emit("No other run is kept. The last ten that were trained are.", "notice")

        self._shelf.find(self._runs.shown, found, lambda sentence: self.told.emit(sentence, "error"))

    def bring_back(self, leftover: Leftover) -> bool:
        """Open what a killed process left behind: the document, as one step to undo from its file, and the run."""
        if not self.may_leave():
            return False
        self._opener.cancel()
        document = leftover.document
        if document is not None:
            self._bring_back_document(document, leftover.path)
        if leftover.run is not None:
            self._begin_to_open(leftover.run.path, leftover.run.name, beside=document is not None)
        return True

    def _bring_back_document(self, document: Document, path: Path | None) -> None:
        """As one step from what its file holds; where there is none that can be read, as it is."""
        saved = self._as_saved(document, path) if path is not None else None
        if saved is None:
            self._open_document(document)
            self._session.forget_file()
        else:
            self._open_document(saved, path)
            self._session.change("Bring back unsaved changes", lambda _: document)
            self._session.select(self._session.first_to_look_at())

    def _as_saved(self, document: Document, path: Path) -> Document | None:
        """What the file ``path`` holds of ``document``."""
        from engine.files.design_file import load_design

        try:
            return self._with_companion(document.with_design(load_design(path)), path)
        except LayerscopeError as error:
            self.told.emit(error.plainly(), "error")
            return None

    def _begin_to_open(self, folder: Path, name: str = "", *, beside: bool = False) -> None:
        """Have a run read. One that has a ``name`` was kept without being asked. It comes ``beside`` the open document, or with
        its own in place of that."""
        before = self._session.document

        def opened(found: OpenedRun) -> None:
            if beside or self._session.document is before or self.may_leave():  # edited meanwhile: ask once more
                self._show_opened(found, name, beside)

        self.told.emit(f"Opening the run {name or folder.name}…", "notice")
        self._opener.ask(
            lambda: read_run(folder, self._opener.require_wanted), opened, lambda sentence: self.told.emit(sentence, "error")
        )

    def _show_opened(self, found: OpenedRun, name: str, beside: bool) -> None:
        if not beside:
            self._open_document(found.document)
        if not name:
            self._use(found.folder)
        run = found.run
        if run is None or run.over is None or run.progress is None:
            self.told.emit(found.trouble, "error")
            return
        self._shelf.keep_on(run, found.folder, run.over)
        run.saved_step, run.folder = (0, None) if name else (run.progress.step, found.folder)
        self._runs.replace_shown(run)
        opened = f"The run of “{name}” is back" if name else f"Opened the run {found.folder.name}"
        if found.failure is not None:
            reason, suggestion = f"{opened}. {found.failure.reason}", f"{found.failure.suggestion} {found.trouble}".strip()
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

    def open_image_path(self, path: Path) -> bool:
        """Show the image ``path`` to the network, converted to its input."""
        from engine.data.images import read_image
        from engine.problem import example_of_image

        run = self._runs.shown
        shape = (run.document if run is not None else self._session.document).design.input_shape
        problem = run.problem if run is not None else None

        def pin() -> None:
            picture = read_image(path)
            example = (
                example_of_image(picture, shape, path.name) if problem is None else problem.example_of_image(picture, path.name)
            )
            self._viewpoint.pin(example)
            if run is None or not run.has_network:
                self.told.emit(f"{path.name} goes through the network as soon as there is one. Press Space to train.", "notice")

        return self._attempt(pin)

    def _use(self, path: Path) -> None:
        """``path`` was opened or saved: it is among the recent ones, and the next dialog begins beside it."""
        last_folder_of(self._window).use(path)
        self.used.emit(path)

    def _attempt(self, work: Callable[[], None]) -> bool:
        """Do ``work``; a mistake of the user's or the disk's is told as its sentence."""
        self.trying.emit()
        try:
            work()
        except LayerscopeError as error:
            self.told.emit(error.plainly(), "error")
            return False
        return True


def run_of(path: Path) -> Path | None:
    """The folder of the run that ``path`` is, or is a file of; None where it is none. It loads no torch."""
    folders = [path] if path.is_dir() else [] if path.name.endswith(SUFFIX) else [path.parent, path.parent.parent]
    return next((each for each in folders if (each / "design.json").is_file() and (each / "config.json").is_file()), None)


def is_example(path: Path) -> bool:
    """Whether a file is one of the examples that come with the program."""
    return path.resolve().parent == EXAMPLES.resolve()


def _named(document: Document, stem: str, *, anew: bool) -> Document:
    """A design without a name of its own is called after its file, and so is one that is saved under another name (``anew``)."""
    from engine.files.inside import safe_name

    name = document.design.name
    is_another = name.strip() in UNNAMED or (anew and safe_name(name) != stem)
    return document.with_design(document.design.renamed(stem)) if is_another else document
