"""The input view: the pinned example, enlarged, and what the network answers: probabilities, a picture, numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSpinBox, QWidget

from engine.snapshot import Bars, Example, PictureRows, Snapshot, Want
from engine.words import number, percent
from widgets.common.bars import Bar, BarList
from widgets.common.given import given
from widgets.common.picture_grid import PictureGrid
from widgets.common.picture_rows import side_by_side
from widgets.common.pictures import Legend, Pictures, from_images
from widgets.explanations import explain
from widgets.viewing.base import Focus, View, view

MOST = 4
"""How many classes or numbers are listed; the true class is always among them."""

OWN = -1
"""In the picker: an image that somebody opened has no number."""
LOW = 260  # a card that is lower has the answer beside the picture
ANSWER = 120  # the least width for it there

_WANT = Want("answer")


@view
class InputImageView(View):
    """What goes in and what comes out: the pinned example and the network's answer, beside the true one where it is known."""

    name = "input_image"
    title = "What the network sees"
    help = "The pinned example and the network's answer. The true class has a check mark; true numbers and pictures stand beside."
    group = "data"
    telling = 5
    area = "side"
    height_share = 2
    every = 0.25  # its numbers are read; the picture changes with another example only
    empty_text = "Press Space to train: the pinned example and the network's opinion of it appear here."

    def content(self) -> QWidget:
        self.picture = PictureGrid(self.look, largest=280)
        self._pictures: tuple[Example, Pictures] | None = None
        self.bars = BarList(self.look, rows=MOST, about=explain("opinion"))
        self.picker = given(
            QSpinBox(),
            prefix="test ",
            minimum=OWN,
            maximum=9_999_999,
            specialValueText="own",
            buttonSymbols=QSpinBox.ButtonSymbols.NoButtons,
        )
        self.picker.setAccessibleName("Pinned test example")
        self.picker.setToolTip("Which test example is pinned: type its number, or use the up and down keys")
        self.picker.setKeyboardTracking(False)
        self.picker.setProperty("flat", True)
        self.picker.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.picker.valueChanged.connect(self.image_chosen)
        box = QWidget()
        self._parts = QBoxLayout(QBoxLayout.Direction.TopToBottom, box)
        self._parts.setContentsMargins(0, 0, 0, 0)
        self._parts.addWidget(self.picture, 1)
        self._parts.addWidget(self.bars)
        self._set_sizes()
        return box

    def _set_sizes(self) -> None:
        self.picker.setFixedWidth(self.look.px(60))
        self._parts.setSpacing(self.look.px(4))

    def restyle(self) -> None:
        self._set_sizes()
        self._arrange()
        super().restyle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """The answer beside the picture in a low card, else below it: where it leaves the picture more room."""
        fits = self.width() > 2 * max(self.look.px(ANSWER), self.bars.needed_width())
        beside = not self.bars.isHidden() and self.height() < self.look.px(LOW) and fits
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self._parts.direction() != direction:
            self._parts.setDirection(direction)
            self._parts.setStretch(1, 1 if beside else 0)
        self.picture.setMinimumHeight(0 if beside else self.look.px(136))

    def controls(self) -> list[QWidget]:
        return [self.picker]

    def wants(self, focus: Focus) -> frozenset[Want]:
        return frozenset({_WANT})

    def draw(self, snapshot: Snapshot, focus: Focus) -> str:
        pinned, answer = snapshot.front, snapshot.captured.get(_WANT)
        if pinned is None and answer is None:
            return "No example is pinned. Click one among the predictions."
        bars = answer if isinstance(answer, Bars) else None
        rows = answer if isinstance(answer, PictureRows) else None
        self._draw_picture(pinned, rows)
        self.bars.setVisible(rows is None)
        self._show_bars(listed(bars, MOST) if bars is not None else ())
        self.set_subtitle(_verdict(pinned, answer))
        return ""

    def _show_bars(self, bars: tuple[Bar, ...]) -> None:
        before, after = [bar.label for bar in self.bars.bars], [bar.label for bar in bars]
        self.bars.show_bars(bars)
        if before != after:
            self._arrange()

    def _draw_picture(self, pinned: Example | None, rows: PictureRows | None) -> None:
        self.picture.setVisible(pinned is not None)
        if pinned is None:
            return
        self.picture.show_pictures(side_by_side(rows, pinned.picture) if rows is not None else self._alone(pinned))
        self._show_number(max(OWN, pinned.index))

    def _show_number(self, index: int) -> None:
        """The number of the pinned example, also where another was asked for; but never over what is being typed."""
        known = (self.picker.textFromValue(self.picker.value()), self.picker.specialValueText())
        is_typing = self.picker.hasFocus() and self.picker.cleanText() not in known
        if index != self.picker.value() and not is_typing:
            self.picker.blockSignals(True)
            self.picker.setValue(index)
            self.picker.blockSignals(False)

    def _alone(self, pinned: Example) -> Pictures:
        """The pinned example as it is; the same pictures as long as it is the same example: they are not drawn again."""
        if self._pictures is None or self._pictures[0] is not pinned:
            self._pictures = pinned, _as_it_is(pinned)
        return self._pictures[1]


def _as_it_is(pinned: Example) -> Pictures:
    said = f"{pinned.source}: {pinned.words}" if pinned.words else pinned.source
    return replace(from_images(pinned.picture[np.newaxis], lambda _: said), legend=_legend(pinned))


def listed(bars: Bars, most: int) -> tuple[Bar, ...]:
    """The bars that are shown: of probabilities the largest, of other numbers the first."""
    return probable(bars, most) if not bars.wanted and bars.unit == "probability" else numbers(bars, most)


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


def numbers(bars: Bars, most: int) -> tuple[Bar, ...]:
    """Numbers from zero on one scale, each with the true one below it where that is known."""
    unit = f" {bars.unit}" if bars.unit else ""
    shown = [(label, float(value), "accent", True) for label, value in zip(bars.labels, bars.values, strict=True)]
    if bars.wanted:
        true = [(f"true {label}", value, "muted", False) for label, value in zip(bars.labels, bars.wanted, strict=True)]
        shown = [row for pair in zip(shown, true, strict=True) for row in pair]
    values = [value for _, value, _, _ in shown]
    low, high = min(0.0, *values), max(0.0, *values)
    span = (high - low) or 1.0
    return tuple(
        Bar(label, (value - low) / span, f"{number(value)}{unit}", colour, bold=bold, start=-low / span)
        for label, value, colour, bold in shown[:most]
    )


def _verdict(pinned: Example | None, answer: object) -> str:
    """The answer in a few words: the most probable class and whether it is right ("✓ 4", "✗ 9, is 4"), or is no
    number; else what is pinned."""
    if answer is None:
        return "not captured at this step yet"
    if not isinstance(answer, Bars) or answer.unit != "probability":
        return "" if pinned is None else pinned.source
    best = int(np.argmax(answer.values))
    if not np.isfinite(answer.values).all():
        return "✗ not a number"
    if pinned is not None and pinned.index < 0:
        return f"{pinned.source}: {answer.labels[best]}"
    if answer.truth < 0:
        return answer.labels[best]
    if best == answer.truth:
        return f"✓ {answer.labels[best]}"
    return f"✗ {answer.labels[best]}, is {answer.labels[answer.truth]}"


def _legend(pinned: Example) -> Legend:
    """What the brightness means: the image's bytes, before normalisation."""
    return Legend("grey", "0", "255", note="" if len(pinned.picture) == 1 else "each of red, green, blue")
