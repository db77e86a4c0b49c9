"""The chips of the top bar: what they say of data, training and device, and the panels that change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu, QWidgetAction

from app import dialogs
from app.changes import live_changes, replace_config
from app.document import Document
from app.run.going_on import epochs_in_words
from app.run.live_run import LiveRun
from app.run.run_record import News
from app.run.runs import Runs
from app.session import Session
from engine.data.source import DATASETS
from engine.design.parameters import form_fields
from engine.design.values import own_values, paths
from engine.errors import DataError, LayerscopeError
from engine.fit import own_input
from engine.training.config import TrainingConfig
from engine.words import counted
from widgets.common.mnemonics import in_menu
from widgets.explanations import explain
from widgets.form import ParameterForm
from widgets.form.popup import FormPopup
from widgets.form.values import reason, written
from widgets.theme import Look
from widgets.top_bar import TopBar

if TYPE_CHECKING:
    from engine.data.card import Listing
    from engine.data.dataset import DataSet
    from engine.data.meaning import Slot

DEVICES = (("auto", "Automatic"), ("cpu", "CPU"), ("cuda", "NVIDIA GPU (CUDA)"), ("mps", "Apple GPU (MPS)"))


class Chips(QObject):
    """GUI thread only. Changes go through the session; live ones also to the run that is alive."""

    told = Signal(str)  # that something holds from the next start only

    def __init__(self, look: Look, bar: TopBar, session: Session, runs: Runs) -> None:
        super().__init__(bar)
        self._look, self._bar, self._session, self._runs = look, bar, session, runs
        self.form = ParameterForm(look)
        self.form.changed.connect(self._set_training)
        self._gesture = 0  # counts finished gestures, so that two of them do not merge
        self._popup = FormPopup(look, self.form, bar)
        self.data_menu = QMenu(bar, toolTipsVisible=True)
        self.device_menu = QMenu(bar, toolTipsVisible=True)
        self._devices: tuple[str, ...] = ("cpu",)
        self._unread = ""  # the file or folder that was chosen last, until it has been read
        bar.chip_clicked.connect(self._open)
        session.edited.connect(self._tell_run)
        session.document_changed.connect(self.refresh)
        runs.shown_changed.connect(self.refresh)
        runs.changed.connect(self._follow_run)
        self.refresh()

    def _follow_run(self, run: LiveRun, news: News) -> None:
        if run is self._runs.shown and news & (News.DATA | News.STATE):
            self.refresh()

    def refresh(self) -> None:
        """Say what is chosen, and once the data is there how much of it there is."""
        document = self._session.document
        config = document.config
        run = self._runs.shown
        data = run.data if run is not None else None
        known = run is not None and run.document.data == document.data
        count = f" · {len(data.split('train')):,}" if known and data is not None else ""
        name = Path(document.data).name
        self._bar.set_chip("data", f"Data: {name}{count}", f"Data set: {document.data}. {explain('data')}", name)
        self._bar.set_chip("training", training_words(config), self._training_tip())
        device = run.progress.device if run is not None and run.progress is not None else ""
        shown = config.device.upper() if config.device != "auto" else device.upper() or "auto"
        self._bar.set_chip("device", f"Device: {shown}", explain("device"), shown)
        if self._popup.isVisible():
            self._fill_form()

    def _fill_form(self, errors: Mapping[str, str] | None = None) -> None:
        """The training form with what is set now."""
        fields = tuple(field for field in form_fields(TrainingConfig) if field.name != "device")
        run = self._runs.shown
        self.form.set_alive(run is not None and run.is_alive)
        self.form.set_fields(fields, own_values(self._session.document.config), errors)
        self.form.set_notes({"epochs": epochs_in_words(run, self._session.document)})

    def _training_tip(self) -> str:
        config = self._session.document.config
        chosen = [kind.title for kind in (config.task, config.loss) if kind is not None]
        words = [*chosen, counted(config.epochs, "epoch"), f"batches of {config.batch_size}", f"seed {config.seed}"]
        return f"{', '.join(words)}. {explain('optimiser')}"

    def _open(self, name: str) -> None:
        chip = self._bar.popup_place(name)
        below = chip.mapToGlobal(chip.rect().bottomLeft())
        if name == "training":
            self._fill_form()
            self._popup.open_below(chip)
        elif name == "data":
            self.fill_data_menu()
            self.data_menu.popup(below)
        else:
            self._fill_device_menu()
            self.device_menu.popup(below)

    def _set_training(self, name: str, value: object, continuing: bool) -> None:
        refused: dict[str, str] = {}

        def change(document: Document) -> Document:
            try:
                return replace_config(document, {name: value})
            except LayerscopeError as error:
                refused[name] = reason(error)
                raise

        title = _step_title(self._session.document.config, name, value)
        self._session.change(title, change, f"training/{name}/{self._gesture}" if continuing else "")
        self._gesture += not continuing
        self._fill_form(refused)

    def _tell_run(self, before: Document, after: Document) -> None:
        """What may change while a run is alive goes to it at once, undone and redone changes too."""
        run = self._runs.shown
        if run is None or not run.is_alive:
            return
        changes = live_changes(before.config, after.config, run.document.config)
        if changes:
            self._runs.change(changes)
        if after.data not in (before.data, run.document.data):
            self._tell_wait(f"The data {Path(after.data).name}")

    def _tell_wait(self, what: str) -> None:
        """Say of what no run that is under way can take on that it waits. (In the form the rows say it themselves.)"""
        self.told.emit(f"{what} will be used from the next start; the run that is under way goes on as it began.")

    def fill_data_menu(self) -> None:
        """The known data sets below what they hold, those that are not there greyed out with a reason, and a folder or file."""
        from engine.data.card import listing

        self.data_menu.clear()
        groups: dict[str, list[Listing]] = {}
        for entry in listing():
            groups.setdefault(next(iter(entry.slots.values())).meaning.title, []).append(entry)
        for title, entries in groups.items():
            self._add_heading(self.data_menu, title)
            for entry in entries:
                self._add_data(entry)
        self.data_menu.addSeparator()
        self.data_menu.addAction("Choose a folder…", self._choose_folder)
        self.data_menu.addAction("Choose a file…", self._choose_file)

    def _add_data(self, entry: Listing) -> None:
        action = self._choice(self.data_menu, entry.title, entry.name, entry.name == self._session.document.data)
        action.setEnabled(entry.available)
        action.setToolTip(entry.help if entry.available else entry.reason)
        action.triggered.connect(lambda _=False: self.set_data(entry.name))

    def _add_heading(self, menu: QMenu, title: str) -> None:
        """A line of a menu that names what stands below it and cannot be chosen."""
        label = QLabel(title.upper())
        label.setFont(self._look.font(11))
        label.setStyleSheet(f"color: {self._look.colour('muted').name()};")
        px = self._look.px
        label.setContentsMargins(px(12), px(8), px(12), px(4))
        action = QWidgetAction(menu)
        action.setDefaultWidget(label)
        action.setEnabled(False)
        menu.addAction(action)

    def _choose_folder(self) -> None:
        folder = dialogs.ask_folder(self._bar, "A folder with one folder of images per class, or with IDX files such as MNIST’s")
        if folder is not None:
            self.set_data(str(folder))

    def _choose_file(self) -> None:
        path = dialogs.ask_open(self._bar, "A file of examples", dialogs.EXAMPLES)
        if path is not None:
            self.set_data(str(path))

    def set_data(self, name: str) -> None:
        """Learn from another data set: a name, a folder or a file."""
        self._unread = name if name not in DATASETS else ""
        self._session.change(f"Use the data set {Path(name).name}", lambda document: with_data(document, name))

    def take(self, name: str, data: DataSet) -> None:
        """Data are there that were chosen as a file or a folder: a network without layers comes to read what they hold. Once: its
        input may then be changed."""
        if name != self._unread:
            return
        self._unread = ""
        self._session.amend(lambda document: reading(document, data.slots) if document.data == name else document)

    def set_devices(self, names: tuple[str, ...]) -> None:
        """Which devices there are, once torch has been asked."""
        self._devices = names

    def _fill_device_menu(self) -> None:
        self.device_menu.clear()
        for name, title in DEVICES:
            action = self._choice(self.device_menu, title, name, name == self._session.document.config.device)
            action.setEnabled(name in ("auto", *self._devices))
            action.setToolTip("" if action.isEnabled() else "This computer has none that torch can use.")
            action.triggered.connect(lambda _=False, name=name: self.set_device(name))

    def set_device(self, name: str) -> None:
        """Train on another device. That is no change of the document: it says where, not what."""
        before = self._session.document
        self._session.amend(lambda document: replace_config(document, {"device": name}))
        run = self._runs.shown
        if self._session.document != before and run is not None and run.is_alive and run.document.config.device != name:
            self._tell_wait(f"Device {name.upper() if name != 'auto' else name}")

    @staticmethod
    def _choice(menu: QMenu, title: str, name: str, chosen: bool) -> QAction:
        action = menu.addAction(in_menu(title))
        action.setCheckable(True)
        action.setChecked(chosen)
        action.setData(name)
        return action


def with_data(document: Document, name: str) -> Document:
    """``document`` on other data. Where there are no layers yet, the network comes to read what they hold, if that is known."""
    chosen = replace(document, data=name)
    return reading(chosen, DATASETS.get(name).slots) if name in DATASETS else chosen


def reading(document: Document, slots: Mapping[str, Slot]) -> Document:
    """``document``, whose network reads the values of ``slots`` as they are stored where it has no layers yet."""
    if document.design.layers:
        return document
    try:
        shape = own_input(document.config.task, slots)
    except DataError:
        return document  # the task is none of these data: a start says so
    return document.with_design(document.design.with_input(shape))


def training_words(config: TrainingConfig) -> str:
    """The optimiser, its learning rate, and whatever else of it that may change during a run is not as usual."""
    optimiser = config.optimizer
    fields = {field.name: field for field in form_fields(optimiser)}
    others = [field for name, field in fields.items() if field.live and name != "learning_rate"]
    changed = [field for field in others if getattr(optimiser, field.name) != field.default]
    words = [f"{field.label.lower()} {written(field, getattr(optimiser, field.name))}" for field in changed]
    return " · ".join([optimiser.title, f"lr {written(fields['learning_rate'], optimiser.learning_rate)}", *words])


def _step_title(config: TrainingConfig, path: str, value: object) -> str:
    """What a step to undo is called: "Set momentum to 0.5"."""
    field = dict(paths(config)).get(path)
    if field is None:
        return f"Set {path.replace('_', ' ')} to {value}"
    return f"Set {field.label.lower()} to {written(field, value) or field.none_text or 'none'}"
