"""ScaleControl: the small combo box that says which range the colours of a picture span."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from engine.snapshot import Tiles
from widgets.common.pictures import Scale, shared_limits
from widgets.explanations import explain


class ScaleControl(QComboBox):
    """Per map, per layer or fixed. "Fixed" keeps the range that the layer had when it was chosen."""

    scale_changed = Signal()

    def __init__(self, noun: str = "map", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._limits: dict[str, tuple[float, float]] = {}
        self.setAccessibleName("Colour scale")
        self.setToolTip(explain("scale"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setProperty("flat", True)
        for mode, words in (("map", f"scale: per {noun}"), ("layer", "scale: per layer"), ("fixed", "scale: fixed")):
            self.addItem(words, mode)
        self.setCurrentIndex(1)
        self.activated.connect(self._chosen)

    def scale_for(self, tiles: Tiles, key: str) -> Scale:
        """The scale to draw ``tiles`` with; ``key`` (a layer's id) says which fixed range is meant."""
        mode = self.currentData()
        if mode != "fixed":
            return Scale(mode)
        if key not in self._limits:
            self._limits[key] = shared_limits(tiles)
        return Scale(mode, self._limits[key])

    def _chosen(self) -> None:
        self._limits.clear()
        self.scale_changed.emit()
