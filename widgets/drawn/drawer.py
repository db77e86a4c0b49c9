"""The drawer beside the drawing: every kind of layer with its figure, to be searched and dragged; it folds to a strip."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout

from widgets.common.icons import icon
from widgets.network.palette import Palette
from widgets.theme import Look

WIDTH, STRIP = 176, 26
"""In grid pixels, open and folded."""
ROOM = 560
"""A card that is narrower, in grid pixels, has no room for the open drawer unless it is asked for."""


class Drawer(QFrame):
    """Open or folded, as the card has room, until the user says which."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._wanted: bool | None = None
        self._room = ROOM
        self.setObjectName("drawer")
        self.kinds = Palette(look, compact=True)
        self.button = QToolButton()
        self.button.setObjectName("card-button")
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.clicked.connect(lambda: self.set_open(not self.is_open))
        self._title = QLabel("Layers")
        self._header = QHBoxLayout()
        self._header.addWidget(self._title, 1)
        self._header.addWidget(self.button)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._header)
        self._column.addWidget(self.kinds, 1)
        self._column.addStretch(0)
        look.changed.connect(self.restyle)
        self.restyle()

    @property
    def is_open(self) -> bool:
        """Whether the kinds are seen."""
        return self._room >= ROOM if self._wanted is None else self._wanted

    def set_open(self, wanted: bool) -> None:
        """The user wants it so."""
        self._wanted = wanted
        self._arrange()

    def fit(self, width: int) -> None:
        """The card has ``width`` grid pixels."""
        was, self._room = self.is_open, width
        if was != self.is_open:
            self._arrange()

    def _arrange(self) -> None:
        is_open, px = self.is_open, self._look.px
        self.kinds.setVisible(is_open)
        self._title.setVisible(is_open)
        self.setFixedWidth(px(WIDTH if is_open else STRIP))
        words = "Fold the list of layers away" if is_open else "Show the kinds of layers"
        self.button.setToolTip(words)
        self.button.setAccessibleName(words)
        self.button.setIcon(icon(self._look, "chevron_left" if is_open else "chevron_right", "muted", 12))

    def restyle(self) -> None:
        """The theme or the scale changed."""
        px = self._look.px
        self.setStyleSheet(f"#drawer {{ border: none; border-right: 1px solid {self._look.colour('line').name()}; }}")
        self._title.setFont(self._look.font(12, bold=True))
        self._header.setContentsMargins(px(8), px(2), px(3), 0)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.button.setIconSize(QSize(px(12), px(12)))
        self.button.setFixedSize(px(20), px(20))
        self._arrange()
