"""MainWindow: the four fixed places, put together. It knows no engine: the Program connects it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QMenu, QStyle, QVBoxLayout, QWidget

from app.actions import Actions
from app.menus import fill
from app.screen_room import inside, room_of
from app.workspaces import WORKSPACES, Workspaces
from widgets.banner import Banner
from widgets.command_palette import CommandPalette
from widgets.drawn.drawing import NetworkDrawing
from widgets.drawn.network_view import NetworkView
from widgets.inspector import HelpPanel, Inspector
from widgets.network import NetworkPanel
from widgets.origin import OriginLabel
from widgets.panels.base import Panel
from widgets.panels.data_card import DataCard
from widgets.panels.probe import ProbePanel
from widgets.sides import Sides
from widgets.theme import Look
from widgets.top_bar import TopBar
from widgets.transport import Transport
from widgets.view_picker import ViewPicker
from widgets.viewing.base import View

SIZE = QSize(1600, 1000)
LEAST = QSize(960, 640)
READABLE = 420
"""The width in grid pixels of a page of help."""
LOW = 470
"""A window that is lower, in grid pixels, has slim bars."""


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
        self.drawing = NetworkDrawing(look)
        self.drawing_view = NetworkView(look, self.drawing)
        self.palette_panel = self.drawing.drawer.kinds
        self.data_card = DataCard(look)
        self.help_panel = HelpPanel(look)
        self.probe_panel = ProbePanel(look)
        self.banner = Banner(look)
        self.origin = OriginLabel(look)
        self.command_palette = CommandPalette(look, self)
        self.workspaces = Workspaces(look, self._panels())
        self.view_picker = ViewPicker(look, self)
        self.top_bar.back_clicked.connect(self.actions_table["view.presentation"].trigger)
        self.top_bar.views_clicked.connect(self.actions_table["view.pick"].trigger)
        self.top_bar.views_button.setToolTip(self.actions_table["view.pick"].toolTip())
        for stage in self.workspaces.stages.values():
            stage.pick_requested.connect(self.actions_table["view.pick"].trigger)
            stage.restore_requested.connect(self.actions_table["view.restore"].trigger)
        self._lay_out()
        self.network.setFocus()
        self.setMinimumSize(LEAST.boundedTo(self._room().size()))
        self.resize(SIZE.boundedTo(self._room().size()))

    def _panels(self) -> dict[str, list[View]]:
        look = self.look
        return {
            "design": [
                self.drawing_view,
                Panel(look, self.data_card, "data_card", "Data", "middle", order=70),
                Panel(look, self.help_panel, "help", "Help", "middle", order=75, readable=READABLE),
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
        self.sides = Sides(self.look, self.network, middle, self.inspector)
        body = QWidget()
        body.setObjectName("window")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addWidget(self.sides, 1)
        column.addWidget(self.transport)
        self.setCentralWidget(body)
        self._is_bare = False
        self.look.changed.connect(self._slim)

    def set_bare(self, bare: bool) -> None:
        """Without the chips and with slim bars, so that the stage gets the room."""
        self._is_bare = bare
        self.sides.set_handles(not bare)
        self.top_bar.set_bare(bare)
        self._slim()

    def _slim(self) -> None:
        """The bars give their room to the stage where text is large and the window low."""
        slim = self._is_bare or self.height() < self.look.px(LOW)
        self.top_bar.set_slim(slim)
        self.transport.set_slim(slim)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A low window has slim bars."""
        super().resizeEvent(event)
        self._slim()

    def fill_menu(self) -> None:
        """The menu behind the ☰ button, from the table of actions."""
        fill(self.menu, self.actions_table)

    def geometry_text(self) -> str:
        """Size and place of the window as text, for the settings."""
        return self.saveGeometry().toBase64().toStdString()

    def restore_geometry_text(self, text: str) -> None:
        """Size and place as ``geometry_text`` said; unchanged where that does not fit."""
        if text and self.restoreGeometry(QByteArray.fromBase64(text.encode())):
            self._come_inside()

    def _room(self) -> QRect:
        """What the screen leaves to the window within its frame."""
        return room_of(self.screen().availableGeometry(), self.style().pixelMetric(QStyle.PixelMetric.PM_TitleBarHeight))

    def _come_inside(self) -> None:
        """A window that is neither maximised nor full screen stands on a screen, whole, wherever it stood before."""
        if not (self.isMaximized() or self.isFullScreen()):
            self.setGeometry(inside(self.geometry(), self._room()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """What had to wait for the window to be on screen starts behind the first frame: beside a thread that loads torch, what
        stands in the window would be painted half a second later, and the window be black for so long."""
        super().paintEvent(event)
        if self.painted is not None:
            painted, self.painted = self.painted, None
            QTimer.singleShot(0, self, painted)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc, where nobody else wants it, closes the message."""
        if event.key() == Qt.Key.Key_Escape and self.banner.isVisible():
            self.banner.dismiss()
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
