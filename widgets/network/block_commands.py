"""What the network list does with blocks, by key, menu or button: fold, unfold, group, ungroup, one copy or all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Signal

from engine.design.blocks import BLOCK
from engine.design.places import block_of, copy_of
from widgets.network.clipboard import block_text
from widgets.network.folding import around, holds_layers
from widgets.network.gestures import Gestures
from widgets.network.model import LayerListModel
from widgets.network.name_field import NameField

Follow = Callable[[str], str]
"""From the place of a layer to the place where it is to be looked for: in another copy, perhaps."""


class BlockCommands(QObject):
    """GUI thread only. What it folds and chooses is asked of the panel; edits are asked for by ``gestures``. ``selected`` are the
    places of the selected layers, the current one last."""

    refolded = Signal(object, object)  # a Folding, and a Follow
    chosen = Signal(str)  # the place of a layer that is to be selected
    save_requested = Signal(str, str)  # to "my blocks": a name, and the block as the text of a design

    def __init__(
        self, model: LayerListModel, gestures: Gestures, field: NameField, selected: Callable[[], Sequence[str]], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._model, self._gestures, self._field, self._selected = model, gestures, field, selected
        self._saving = ""  # the block whose name is asked for
        field.named.connect(self._save)

    def commands(self) -> dict[str, Callable[[], object]]:
        """What can be run, by name."""
        folding = self._model.folding
        return {
            "group": lambda: self._gestures.group(self._selected()),
            "ungroup": self._ungroup,
            "copy_apart": self._copy_apart,
            "save_block": self._ask_name,
            "fold": lambda: self.fold(self._current, unfolded=False),
            "unfold": lambda: self.fold(self._current, unfolded=True),
            "fold_all": lambda: self.refolded.emit(folding.all_folded(), _stays),
            "unfold_all": self._unfold_all,
            "into": lambda: self._step_in(self._current),
            "out": lambda: self.chosen.emit(block_of(self._current)),
            "copy_previous": lambda: self.step_copy(self._repeated()[0], -1),
            "copy_next": lambda: self.step_copy(self._repeated()[0], 1),
        }

    def cannot(self) -> tuple[str, ...]:
        """The commands that mean nothing for what is selected."""
        block, (repeated, _) = self._block(), self._repeated()
        names = () if block else ("ungroup", "save_block")
        return names if repeated else (*names, "copy_apart")

    def fold(self, place: str, *, unfolded: bool) -> None:
        """Fold or unfold the block at ``place``; its own selected layers then give the selection to it."""
        if self._holds_layers(place):
            self.refolded.emit(self._model.folding.with_unfolded(place, unfolded), _stays)

    def toggle(self, place: str) -> None:
        """Fold what is unfolded, and the other way round."""
        rows = self._model.rows
        self.fold(place, unfolded=rows is None or not rows.is_unfolded(rows.row_of(place)))

    def step_copy(self, block: str, by: int) -> None:
        """Show another copy of a block; what is selected in it is selected in that copy."""
        rows, folding = self._model.rows, self._model.folding
        inner = rows.design[block].parameters.inner if rows is not None and block else None
        if rows is None or inner is None:
            return
        old = folding.copy(block, rows.design[block])
        new = max(0, min(inner.repeat - 1, old + by))
        before, after = f"{block}.{old}.", f"{block}.{new}."
        self.refolded.emit(
            folding.with_copy(block, new), lambda place: after + place[len(before) :] if place.startswith(before) else place
        )

    @property
    def _current(self) -> str:
        selected = self._selected()
        return selected[-1] if selected else ""

    def _holds_layers(self, place: str) -> bool:
        design = self._model.design
        return design is not None and place in design and holds_layers(type(design[place].parameters))

    def _block(self) -> str:
        """The selected block, or the innermost one around the selected layer; "" where there is none."""
        design = self._model.design
        places = [self._current, *around(self._current)] if self._current and design is not None else []
        return next((place for place in places if design is not None and place in design and design[place].kind == BLOCK), "")

    def _repeated(self) -> tuple[str, int]:
        """The selected block that is repeated, or the innermost such one around the selection; and the copy of it meant."""
        rows, place = self._model.rows, self._current
        if rows is None or place not in rows.design:
            return "", 0
        copy = rows.folding.copy(place, rows.design[place])
        for block, number in ((place, copy), *((block_of(each), copy_of(each)) for each in (place, *around(place)))):
            inner = rows.design[block].parameters.inner if block else None
            if inner is not None and inner.repeat > 1:
                return block, number
        return "", 0

    def _ungroup(self) -> None:
        block = self._block()
        if block:
            self._gestures.ungroup(block)
        else:
            self._gestures.refused.emit("Select a block first, or a layer in one: it is then taken apart.")

    def _copy_apart(self) -> None:
        block, copy = self._repeated()
        if not block:
            self._gestures.refused.emit("Select a block that is repeated, or a layer in one: its copy can then be edited alone.")
            return
        apart = self._gestures.copy_apart(block, copy)
        if apart:
            self.chosen.emit(apart)

    def _unfold_all(self) -> None:
        if self._model.design is not None:
            self.refolded.emit(self._model.folding.all_unfolded(self._model.design), _stays)

    def _step_in(self, place: str) -> None:
        """To the first layer of an unfolded block."""
        rows = self._model.rows
        row = rows.row_of(place) if rows is not None else -1
        if rows is not None and rows.is_unfolded(row) and rows.ends[place] > row:
            self.chosen.emit(rows.places[row + 1])

    def _ask_name(self) -> None:
        design, self._saving = self._model.design, self._block()
        if design is None or not self._saving:
            self._gestures.refused.emit("Select a block first, or a layer in one: it can then be saved.")
            return
        self._field.ask("Save to my blocks as", str(getattr(design[self._saving].parameters, "name", "")) or "Block")

    def _save(self, name: str) -> None:
        design = self._model.design
        if design is not None and self._saving in design:  # the design may be another by now
            self.save_requested.emit(name, block_text(design, self._saving, name))


def _stays(place: str) -> str:
    """The Follow of what changes no place."""
    return place
