"""The input view: the pinned image, enlarged, and how probable the network finds each class."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSpinBox, QVBoxLayout, QWidget

from engine.snapshot import Bars, PinnedImage, Snapshot, Want
from widgets.common.bars import Bar, BarList
from widgets.common.picture_grid import PictureGrid
from widgets.common.pictures import Legend, from_images
from widgets.common.words import percent
from widgets.views.base import Focus, View, view

MOST = 4
"""How many classes are listed; the true one is always among them."""

_WANT = Want("probabilities")


@view
class InputImageView(View):
    """What goes in and what comes out: the pinned image and the most probable classes, the true one marked."""

    name = "input_image"
    title = "What the network sees"
    help = "The pinned image, and the probability of each class. The true class has a check mark."
    workspaces = ("watch", "probe")
    group = "data"
    area = "side"
    height_share = 2
    empty_text = "Press Space to train: the pinned image and the network's opinion of it appear here."

    def content(self) -> QWidget:
        self.picture = PictureGrid(self.look, largest=280)
        self.bars = BarList(self.look, rows=MOST)
        self.picker = QSpinBox(prefix="#", maximum=9_999_999, buttonSymbols=QSpinBox.ButtonSymbols.NoButtons)
        self.picker.setAccessibleName("Pinned test image")
        self.picker.setToolTip("Which test image is pinned: type its number, or use the up and down keys")
        self.picker.setKeyboardTracking(False)
        self.picker.setProperty("flat", True)
        self.picker.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.picker.setFixedWidth(self.look.px(60))
        self.picker.valueChanged.connect(self.image_chosen)
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.look.px(4))
        self.picture.setMinimumHeight(self.look.px(136))
        column.addWidget(self.picture, 1)
        column.addWidget(self.bars)
        return box

    def controls(self) -> list[QWidget]:
        return [self.picker]

    def wants(self, focus: Focus) -> frozenset[Want]:
        return frozenset({_WANT})

    def draw(self, snapshot: Snapshot, focus: Focus) -> str:
        pinned, bars = snapshot.pinned, snapshot.get(_WANT, Bars)
        if pinned is None and bars is None:
            return "No image is pinned. Click one on the wall of predictions."
        self._draw_picture(pinned)
        self.set_subtitle(_verdict(bars) if bars is not None else "not captured at this step yet")
        rows = probable(bars, MOST) if bars is not None else ()
        self.bars.show_bars(rows)
        return ""

    def _draw_picture(self, pinned: PinnedImage | None) -> None:
        self.picture.setVisible(pinned is not None)
        if pinned is None:
            return
        pictures = from_images(pinned.picture[np.newaxis], lambda _: pinned.source)
        self.picture.show_pictures(replace(pictures, legend=_legend(pinned)))
        if pinned.index >= 0 and pinned.index != self.picker.value() and not self.picker.hasFocus():
            self.picker.blockSignals(True)
            self.picker.setValue(pinned.index)
            self.picker.blockSignals(False)


def probable(bars: Bars, most: int) -> tuple[Bar, ...]:
    """The ``most`` largest values, from the top; the true class is always among them, marked ✓."""
    order = [int(index) for index in np.argsort(-bars.values, kind="stable")[:most]]
    if bars.truth >= 0 and bars.truth not in order:
        order[-1] = bars.truth
    rows = []
    for rank, index in enumerate(order):
        value, true = float(bars.values[index]), index == bars.truth
        colour = "good" if true else ("bad" if rank == 0 and bars.truth >= 0 else "muted")
        label = f"{bars.labels[index]} ✓" if true else bars.labels[index]
        rows.append(Bar(label, min(max(value, 0.0), 1.0), percent(value), colour, bold=rank == 0))
    return tuple(rows)


def _verdict(bars: Bars) -> str:
    """The most probable class, and whether it is right: "✓ 4", "✗ 9, is 4"."""
    best = int(np.argmax(bars.values))
    if bars.truth < 0:
        return bars.labels[best]
    if best == bars.truth:
        return f"✓ {bars.labels[best]}"
    return f"✗ {bars.labels[best]}, is {bars.labels[bars.truth]}"


def _legend(pinned: PinnedImage) -> Legend:
    """What the brightness means: the image's bytes, before normalisation."""
    return Legend("grey", "0", "255", note="" if len(pinned.picture) == 1 else "each of red, green, blue")
