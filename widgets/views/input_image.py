"""The input view: the pinned image, enlarged, and how probable the network finds each class."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QSpinBox, QVBoxLayout, QWidget

from engine.snapshot import Bars, PinnedImage, Snapshot, Want
from widgets.common.bars import Bar, BarList
from widgets.common.picture_grid import PictureGrid
from widgets.common.pictures import from_images
from widgets.common.words import class_name, percent
from widgets.views.base import Focus, View, view

MOST = 5
"""How many classes are listed; the true one is always among them."""

_WANT = Want("probabilities")


@view
class InputImageView(View):
    """What goes in and what comes out: the pinned image and the most probable classes, the true one marked."""

    name = "input_image"
    title = "What the network sees"
    help = "The pinned image, and the probability of each class. The true class has a check mark."
    workspaces = ("watch", "probe")
    area = "side"
    height_share = 2
    empty_text = "Press Space to train: the pinned image and the network's opinion of it appear here."

    def content(self) -> QWidget:
        self.picture = PictureGrid(self.look, largest=280)
        self.verdict = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.bars = BarList(self.look, rows=MOST)
        self.picker = QSpinBox(prefix="test image #", maximum=9_999_999)
        self.picker.setAccessibleName("Pinned test image")
        self.picker.setToolTip("Which test image is pinned")
        self.picker.setKeyboardTracking(False)
        self.picker.setProperty("flat", True)
        self.picker.valueChanged.connect(self.image_chosen)
        box = QWidget()
        column = QVBoxLayout(box)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.picture, 1)
        column.addWidget(self.verdict)
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
        self.set_subtitle(_label(pinned, snapshot.classes))
        rows = probable(bars, MOST) if bars is not None else ()
        self.bars.show_bars(rows)
        self.verdict.setText(_verdict(bars) if bars is not None else "The probabilities have not been captured at this step yet.")
        return ""

    def _draw_picture(self, pinned: PinnedImage | None) -> None:
        self.picture.setVisible(pinned is not None)
        if pinned is None:
            return
        self.picture.show_pictures(from_images(pinned.picture[np.newaxis], lambda _: pinned.source))
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
    best = int(np.argmax(bars.values))
    if bars.truth < 0:
        return f"The network says {bars.labels[best]}."
    if best == bars.truth:
        return f"✓ The network says {bars.labels[best]}, and it is right."
    return f"✗ The network says {bars.labels[best]}; it is {bars.labels[bars.truth]}."


def _label(pinned: PinnedImage | None, classes: tuple[str, ...]) -> str:
    if pinned is None:
        return ""
    return f"labelled {class_name(classes, pinned.label)}" if pinned.label >= 0 else pinned.source
