"""MainWindow: the four fixed places, put together. It knows no engine: the Program connects it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QSplitter, QVBoxLayout, QWidget

from app.actions import Actions
from app.workspaces import WORKSPACES, Workspaces
from widgets.banner import Banner
from widgets.command_palette import CommandPalette
from widgets.inspector import HelpPanel, Inspector
from widgets.network import NetworkPanel, Palette
from widgets.origin import OriginLabel
from widgets.panels.base import Panel
from widgets.panels.data_card import DataCard
from widgets.panels.probe import ProbePanel
from widgets.theme import Look
from widgets.top_bar import TopBar
from widgets.transport import Transport
from widgets.view_picker import ViewPicker
from widgets.viewing.base import View

SIZE = (1600, 1000)


class MainWindow(QMainWindow):
    """Top bar, network, stage, inspector, transport. ``may_close`` is asked before it closes; ``dropped``
    gets the file that is dropped on it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("main")
        self.setAcceptDrops(True)
        self.look = look
        self.may_close: Callable[[], bool] = lambda: True
        self.dropped: Callable[[str], object] = lambda _: None
        self.painted: Callable[[], object] | None = None
        self.actions_table = Actions(self)
        self.menu = QMenu(self)
        self.top_bar = TopBar(look, WORKSPACES, self.menu)
        self.network = NetworkPanel(look)
        self.inspector = Inspector(look)
        self.transport = Transport(look)
        self.palette_panel = Palette(look)
        self.data_card = DataCard(look)
        self.help_panel = HelpPanel(look)
        self.probe_panel = ProbePanel(look)
        self.banner = Banner(look)
        self.origin = OriginLabel(look)
        self.command_palette = CommandPalette(look, self)
        self.workspaces = Workspaces(look, self._panels())
        self.view_picker = ViewPicker(look, self)
        self.top_bar.views_clicked.connect(self.actions_table["view.pick"].trigger)
        self.top_bar.views_button.setToolTip(self.actions_table["view.pick"].toolTip())
        self._lay_out()
        self.resize(*SIZE)
        self.network.setFocus()
        self.setMinimumSize(960, 640)

    def _panels(self) -> dict[str, list[View]]:
        look = self.look
        return {
            "design": [
                Panel(look, self.palette_panel, "palette", "Layers", "middle"),
                Panel(look, self.data_card, "data_card", "Data", "side"),
                Panel(look, self.help_panel, "help", "Help", "side"),
            ],
            "probe": [Panel(look, self.probe_panel, "probes", "Ask the network", "middle")],
        }

    def _lay_out(self) -> None:
        middle = QWidget()
        stage = QVBoxLayout(middle)
        stage.setContentsMargins(0, 0, 0, 0)
        stage.setSpacing(0)
        stage.addWidget(self.origin)
        stage.addWidget(self.workspaces, 1)
        self.banner.lie_over(self.workspaces)
        self.splitter = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False, handleWidth=1)
        for widget, stretch in ((self.network, 0), (middle, 1), (self.inspector, 0)):
            self.splitter.addWidget(widget)
            self.splitter.setStretchFactor(self.splitter.count() - 1, stretch)
        body = QWidget()
        body.setObjectName("window")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addWidget(self.splitter, 1)
        column.addWidget(self.transport)
        self.setCentralWidget(body)
        self.set_side_widths()
        self.look.changed.connect(self.set_side_widths)

    def set_side_widths(self) -> None:
        """The first widths of the side panels at the current scale."""
        px = self.look.px
        self.splitter.setSizes([px(350), max(400, self.width() - px(650)), px(300)])

    def fill_menu(self) -> None:
        """The menu behind the ☰ button, from the table of actions."""
        self.menu.clear()
        for name in self.actions_table.menus():
            self.menu.addMenu(name).addActions(self.actions_table.in_menu(name))

    def geometry_text(self) -> str:
        """Size and place of the window as text, for the settings."""
        return self.saveGeometry().toBase64().toStdString()

    def restore_geometry_text(self, text: str) -> None:
        """Size and place as ``geometry_text`` said; unchanged where that does not fit."""
        if text:
            self.restoreGeometry(QByteArray.fromBase64(text.encode()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The first painting starts what had to wait for the window to be on screen."""
        super().paintEvent(event)
        if self.painted is not None:
            painted, self.painted = self.painted, None
            painted()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc, where nobody else wants it, closes the message."""
        if event.key() == Qt.Key.Key_Escape and self.banner.isVisible():
            self.banner.hide()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Close only if nothing would be lost."""
        if self.may_close():
            event.accept()
        else:
            event.ignore()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A file dragged in from outside may be dropped."""
        if event.mimeData().hasUrls() and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the file that was dropped."""
        self.dropped(event.mimeData().urls()[0].toLocalFile())
        event.acceptProposedAction()
