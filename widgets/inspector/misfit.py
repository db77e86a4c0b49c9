"""Misfit: the sentence that says why a layer does not fit, and below it the button that mends it."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QPushButton

from engine.design.mending import Mend
from engine.errors import LayerscopeError
from widgets.common.given import given
from widgets.common.words import as_title
from widgets.inspector.blocks import TextBlock
from widgets.theme import Look


class Misfit(QObject):
    """``text`` and ``button``, to be laid out by the inspector. ``mended`` (title, Edit): a click on the button asks for that."""

    mended = Signal(str, object)

    def __init__(self, look: Look, parent: QObject) -> None:
        super().__init__(parent)
        self._look = look
        self._mend: Mend | None = None
        self.text = TextBlock(look, "bad", fixed=False)
        self.button = given(QPushButton(), visible=False)
        self.button.clicked.connect(self._ask)

    def show(self, error: LayerscopeError | None, mend: Mend | None = None, where: str = "") -> None:
        """Say what does not fit, None: nothing. The button does what the error says, or what ``mend`` does.
        ``where`` names the layer, if it is another one than that of the inspector."""
        if mend is None and error is not None and error.fix is not None:
            mend = Mend(error.suggestion.strip().rstrip("."), error.fix)
        self._mend = mend
        self.button.setVisible(mend is not None)
        if error is None:
            self.text.set_html("")
            return
        first = escape(f"{where and f'{where}: '}{error.problem[:1].upper()}{error.problem[1:].rstrip('.')}.")
        colour = self._look.colour("text").name()
        self.text.set_html(f"<b>{first}</b> <span style='color:{colour}'>{escape(error.suggestion)}</span>")
        if mend is not None:
            self.button.setText(f"Fix: {as_title(mend.title)}")

    def _ask(self) -> None:
        if self._mend is not None:
            self.mended.emit(self._mend.title, self._mend.edit)
