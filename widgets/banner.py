"""Banner: a sentence across the stage that says what happened, with the ways on; never a dialog that blocks."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from widgets.common.given import given
from widgets.theme import Look

Way = tuple[str, Callable[[], object]]
"""A way on: what the button says, and what it does."""

NOTICE_MS = 8000


class Banner(QFrame):
    """Hidden until told something. Errors stay until closed; notices leave after some seconds."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self.setObjectName("banner")
        self._row = QHBoxLayout(self)
        self._text = QLabel(wordWrap=True, textInteractionFlags=Qt.TextInteractionFlag.TextSelectableByMouse)
        self._row.addWidget(self._text, 1)
        self._ways: list[QPushButton] = []
        self._close = given(QToolButton(), text="✕")
        self._close.setAccessibleName("Close the message")
        self._close.clicked.connect(self.hide)
        self._row.addWidget(self._close)
        self._timer = QTimer(self, singleShot=True, interval=NOTICE_MS)
        self._timer.timeout.connect(self.hide)
        self.restyle()
        look.changed.connect(self.restyle)
        self.hide()

    @property
    def buttons(self) -> tuple[QPushButton, ...]:
        """The ways on, as buttons."""
        return tuple(self._ways)

    @property
    def text(self) -> str:
        """What it says; "" while hidden."""
        return "" if self.isHidden() else self._text.text()

    def tell(self, sentence: str, kind: str = "notice", ways: Sequence[Way] = ()) -> None:
        """Show ``sentence``. ``kind`` is "notice" (leaves by itself), "good" or "error"; ``ways`` become buttons."""
        for button in self._ways:
            button.deleteLater()
        self._ways = [self._way_button(*way) for way in ways]
        for place, button in enumerate(self._ways, 1):
            self._row.insertWidget(place, button)
        self._text.setText(sentence)
        self.setProperty("kind", kind)
        self.style().polish(self)
        self.show()
        self._timer.stop()
        if kind != "error" and not ways:
            self._timer.start()

    def _way_button(self, title: str, work: Callable[[], object]) -> QPushButton:
        button = QPushButton(title)

        def go() -> None:
            self.hide()
            work()

        button.clicked.connect(go)
        return button

    def restyle(self) -> None:
        """Sizes, fonts and colours of the current theme."""
        look = self._look
        self._row.setContentsMargins(look.px(12), look.px(8), look.px(8), look.px(8))
        self._text.setFont(look.font(12))
        colours = {kind: look.colour(name).name() for kind, name in (("notice", "accent"), ("good", "good"), ("error", "bad"))}
        card, line, text = (look.colour(name).name() for name in ("card", "line", "text"))
        rules = "".join(f'#banner[kind="{kind}"] {{ border-left: {look.px(4)}px solid {c}; }}' for kind, c in colours.items())
        base = f"#banner {{ background: {card}; border: 1px solid {line}; border-radius: {look.px(8)}px; }}"
        self.setStyleSheet(f"{base} {rules} #banner QLabel {{ color: {text}; background: transparent; }}")
