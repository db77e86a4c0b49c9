"""The predictions view: what the network makes of test examples: a wall, pictures in rows, or numbers beside the true ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QStackedWidget, QWidget

from engine.colours import pack
from engine.snapshot import Pairs, PictureRows, Snapshot, Wall, Want
from engine.words import number
from widgets.common.mosaic import Hit, Pixels
from widgets.common.picture_grid import PictureGrid
from widgets.common.picture_rows import column_pictures
from widgets.common.pictures import Pictures
from widgets.common.words import class_name
from widgets.viewing.base import Focus, View, view

if TYPE_CHECKING:
    from widgets.common.scatter import ScatterPlot

SHORT = 2
"""Two names of so many letters stand in one line below a tile."""

_WANT = Want("predictions")


@view
class PredictionsView(View):
    """Which test examples the network gets right; a click pins one."""

    name = "predictions"
    title = "Predictions"
    help = (
        "A fixed set of test examples. Classes: green with ✓ where the network is right, red with ✗ where it is wrong. Pictures: "
        "what goes in, the answer, what was wanted. Numbers: the answer against the true one. Click to pin one."
    )
    group = "answers"
    telling = 3
    area = "side"
    height_share = 3
    empty_text = "Press Space to train: test examples show here what the network gets right."

    def content(self) -> QWidget:
        self.grid = PictureGrid(self.look, gap=8, largest=160)
        self.grid.tile_chosen.connect(self._choose)
        self._scatter: ScatterPlot | None = None
        self._indices = np.zeros(0, np.int64)
        self._packed: tuple[object, Pixels] | None = None
        self._kinds = QStackedWidget()
        self._kinds.addWidget(self.grid)
        return self._kinds

    @property
    def scatter(self) -> ScatterPlot:
        """The plot of numbers; it is made when there are some: the window appears without waiting for pyqtgraph."""
        if self._scatter is None:
            from widgets.common.scatter import ScatterPlot

            self._scatter = ScatterPlot(self.look, x_title="true", y_title="answer", diagonal=True)
            self._scatter.point_chosen.connect(self._choose)
            self._kinds.addWidget(self._scatter)
        return self._scatter

    def wants(self, focus: Focus) -> frozenset[Want]:
        return frozenset({_WANT})

    def draw(self, snapshot: Snapshot, focus: Focus) -> str:
        found = snapshot.captured.get(_WANT)
        if isinstance(found, Wall) and len(found.pictures):
            self._draw_wall(found, snapshot)
        elif isinstance(found, PictureRows) and found.rows:
            self._draw_rows(found, snapshot)
        elif isinstance(found, Pairs) and len(found.truth):
            self._draw_pairs(found)
        else:
            return "The predictions have not been captured at this step yet."
        self._indices = found.indices
        return ""

    def _draw_wall(self, wall: Wall, snapshot: Snapshot) -> None:
        right = wall.predicted == wall.labels
        self.set_subtitle(
            f"{int(right.sum())} ✓ right · {int((~right).sum())} ✗ wrong", f"{int(right.sum())} ✓ · {int((~right).sum())} ✗"
        )
        marks = tuple((right * 2 - 1).tolist())
        if self._packed is None or self._packed[0] is not wall.pictures:  # once: the images stay the same in every snapshot
            self._packed = (wall.pictures, pack(wall.pictures.transpose(1, 0, 2, 3)))
        captions, widest = _captions(wall, snapshot.task.labels)
        describe = _describer(wall, snapshot.task.labels)
        pictures = Pictures(self._packed[1], describe, captions=captions, widest=widest, marks=marks)
        self.grid.show_pictures(pictures, self._chosen(wall.indices, snapshot))
        self._kinds.setCurrentWidget(self.grid)

    def _draw_rows(self, rows: PictureRows, snapshot: Snapshot) -> None:
        self.set_subtitle(f"from top to bottom: {', '.join(rows.captions)}", f"{' / '.join(rows.captions)}")
        self.grid.show_pictures(column_pictures(rows), self._chosen(rows.indices, snapshot))
        self._kinds.setCurrentWidget(self.grid)

    def _draw_pairs(self, pairs: Pairs) -> None:
        """The first number of each example; the others are said under the mouse."""
        unit = f" {pairs.unit}" if pairs.unit else ""
        labels = [_told(pairs, place, unit) for place in range(len(pairs.truth))]
        self.scatter.set_points(np.stack([pairs.truth[:, 0], pairs.answer[:, 0]], axis=1), labels=labels)
        self.set_subtitle(f"{pairs.names[0]}: answer against the true one; on the line they agree", pairs.names[0])
        self._kinds.setCurrentWidget(self.scatter)

    def _chosen(self, indices: np.ndarray, snapshot: Snapshot) -> int:
        """Which of the shown examples is the pinned one; -1 for none."""
        pinned = snapshot.front.index if snapshot.front is not None else -1
        return indices.tolist().index(pinned) if pinned >= 0 and pinned in indices else -1

    def _choose(self, place: int) -> None:
        if 0 <= place < len(self._indices):
            self.image_chosen.emit(int(self._indices[place]))


def _told(pairs: Pairs, place: int, unit: str) -> str:
    which = f"test example #{int(pairs.indices[place])}: " if place < len(pairs.indices) else ""
    each = [
        f"{name} {number(float(said))}{unit}, true {number(float(true))}{unit}"
        for name, said, true in zip(pairs.names, pairs.answer[place], pairs.truth[place], strict=True)
    ]
    return which + "; ".join(each)


def _captions(wall: Wall, classes: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """What stands below each tile, and the longest that may: the predicted class and, where it is wrong, the true one behind ≠:
    in one line where names are short, else in two."""
    names, longest = _names(classes, int(max(wall.labels.max(initial=0), wall.predicted.max(initial=0))))
    between = "≠" if len(longest) <= SHORT else "\n≠"
    both = zip(wall.labels.tolist(), wall.predicted.tolist(), strict=True)
    captions = [names[said] if said == true else f"{names[said]}{between}{names[true]}" for true, said in both]
    return tuple(captions), f"{longest}{between}{longest}"


@lru_cache(maxsize=8)
def _names(classes: tuple[str, ...], highest: int) -> tuple[tuple[str, ...], str]:
    """(the names of all classes up to ``highest`` and at the end, where -1 finds it, that of none; the longest of them)."""
    names = tuple(class_name(classes, index) for index in range(max(len(classes), highest + 1)))
    return (*names, class_name(classes, -1)), max(names, key=len)


def _describer(wall: Wall, classes: tuple[str, ...]) -> Callable[[Hit], str]:
    def describe(hit: Hit) -> str:
        tile = hit.tile
        label, predicted = class_name(classes, int(wall.labels[tile])), class_name(classes, int(wall.predicted[tile]))
        sign = "✓" if wall.labels[tile] == wall.predicted[tile] else "✗"
        which = f"test image #{int(wall.indices[tile])}: " if tile < len(wall.indices) else ""
        if wall.predicted[tile] < 0:
            return f"{which}label {label}, predicted nothing: the answer is not a number {sign}"
        return f"{which}label {label}, predicted {predicted} ({wall.confidence[tile] * 100:.0f} %) {sign}"

    return describe
