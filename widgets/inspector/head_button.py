"""Auxiliary outputs in the inspector: the button that makes a layer one, and the field of its weight."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton

from engine.design.network import NetworkDesign
from engine.design.parameters import FormField
from engine.design.places import block_of
from widgets.network.gestures import USUAL_HEAD_WEIGHT

HEAD_FIELD = FormField(
    "@head",
    "Output weight",
    "An auxiliary output answers like the network's own while it trains; its loss is added with this weight, so that the layers "
    "before it learn from nearer by.",
    "real",
    USUAL_HEAD_WEIGHT,
    low=0,
    high=100,
)
MAKE, UNMAKE = "Make it an auxiliary output", "Make it no output any more"


def head_weight(design: NetworkDesign, id: str) -> float | None:
    """The weight of a layer as an auxiliary output; None where it is none."""
    return dict(design.heads).get(id)


class HeadButton(QPushButton):
    """Shown for layers that can be an auxiliary output: outside of blocks, before the last."""

    edit_requested = Signal(str, object, str)  # title, Edit, merge key

    def __init__(self) -> None:
        super().__init__(MAKE)
        self._id, self._weight = "", USUAL_HEAD_WEIGHT
        self._is_head = False
        self.setToolTip(HEAD_FIELD.help)
        self.clicked.connect(self._ask)
        self.hide()

    def show_layer(self, design: NetworkDesign, id: str) -> None:
        """For the layer at ``id``; "" for none."""
        self._id, self._is_head = id, head_weight(design, id) is not None
        can_be = bool(id) and not block_of(id) and id != design.layers[-1].id
        self.setVisible(can_be or self._is_head)
        self.setText(UNMAKE if self._is_head else MAKE)

    def _ask(self) -> None:
        id, weight = self._id, None if self._is_head else self._weight
        title = f"{'No longer make' if weight is None else 'Make'} {id} an auxiliary output"
        self.edit_requested.emit(title, lambda design: design.with_head(id, weight), "")
