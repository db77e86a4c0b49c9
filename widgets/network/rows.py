"""The rows of the network list: the input, then every layer, those of an unfolded block below its header. Pure, no Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from engine.design.network import NETWORK_INPUT, LayerSpec, NetworkDesign, resolved_inputs
from engine.design.places import block_of, inside
from engine.design.wiring import inner_sources
from widgets.network.folding import Folding, around, holds_layers


@dataclass(frozen=True)
class Position:
    """Where layers can be put: before the one that is now at ``index`` of ``block`` ("" = on the outside), or at its end."""

    block: str
    index: int


class Drop(NamedTuple):
    """What a drop would do: put layers at ``position``, below ``row`` at ``depth``, or ``into`` the folded block there."""

    position: Position
    row: int
    depth: int = 0
    into: bool = False


class Rows:
    """The rows of ``design`` as ``folding`` shows it, top to bottom: ``places[0]`` is "", the input; the header of an unfolded
    block is followed by the layers of the copy that is shown. Made anew with every edit: 10,000 rows take about a millisecond.
    """

    def __init__(self, design: NetworkDesign, folding: Folding) -> None:
        self.design, self.folding = design, folding
        self.copies: dict[str, int] = {}  # of the unfolded blocks: which one is shown, in order
        self.ends: dict[str, int] = {}  # of the unfolded blocks: the last row in them, that of the header where they are empty
        self._is_flat = not any(holds_layers(kind) for kind in {type(spec.parameters) for spec in design.layers})
        self.places = ["", *[spec.id for spec in design.layers]] if self._is_flat else [""]
        if not self._is_flat:
            self._write(design.layers, "")

    def _write(self, layers: Sequence[LayerSpec], prefix: str) -> None:
        for spec in layers:
            place = prefix + spec.id
            self.places.append(place)
            if holds_layers(type(spec.parameters)) and self.folding.is_unfolded(place, spec):
                copy = self.copies[place] = self.folding.copy(place, spec)
                self._write(spec.inside, f"{place}.{copy}.")
                self.ends[place] = len(self.places) - 1

    def __len__(self) -> int:
        return len(self.places)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {place: row for row, place in enumerate(self.places)}

    def row_of(self, place: str) -> int:
        """The row of ``place``, 0 for "" (the input); -1 where it is not shown."""
        if place and self._is_flat:  # known without a table of all rows
            return self.design.index(place) + 1 if place in self.design else -1
        return self._rows.get(place, -1)

    def shown(self, place: str) -> str:
        """``place`` if it has a row, else the nearest block around it that has one; "" where none has."""
        return next((each for each in (place, *around(place)) if self.row_of(each) > 0), "")

    def spec(self, row: int) -> LayerSpec:
        """The layer of a row below the input's."""
        return self.design[self.places[row]]

    def depth(self, row: int) -> int:
        """In how many blocks a row is."""
        return self.places[row].count(".") // 2

    def is_block(self, row: int) -> bool:
        """Whether a row is a block's, folded or not."""
        return row > 0 and holds_layers(type(self.spec(row).parameters))

    def is_unfolded(self, row: int) -> bool:
        """Whether a row is the header of an unfolded block."""
        return self.places[row] in self.copies

    @cached_property
    def closing(self) -> dict[int, list[int]]:
        """At which depths blocks end below a row, by row: where the bracket beside their rows closes."""
        found: dict[int, list[int]] = {}
        for place, row in self.ends.items():
            found.setdefault(row, []).append(place.count(".") // 2 + 1)
        return found

    # -- wires --

    @property
    def wirings(self) -> list[object]:
        """Equal for two designs of the same places if the same rows read the same rows."""
        return [self.design.wiring(), *[resolved_inputs(self.design[place].inside) for place in self.copies]]

    def reads(self) -> list[tuple[int, ...]]:
        """For each row the rows that it reads. Inside an unfolded block its header is what the block reads; who reads the
        block reads its last row."""
        found: list[tuple[int, ...]] = [()]
        sources = {NETWORK_INPUT: 0} | {f"@{name}": 0 for name in self.design.inputs}
        self._read(self.design.layers, self.design.wiring(), "", sources, found)
        return found

    def _read(
        self,
        layers: Sequence[LayerSpec],
        wiring: Sequence[Sequence[str]],
        prefix: str,
        rows: dict[str, int],
        found: list[tuple[int, ...]],
    ) -> None:
        for spec, names in zip(layers, wiring, strict=True):
            row, place = len(found), prefix + spec.id
            found.append(tuple([rows[name] for name in names]))
            if place in self.copies:
                sources = dict.fromkeys(inner_sources(len(names)), row)
                self._read(spec.inside, resolved_inputs(spec.inside), f"{place}.{self.copies[place]}.", sources, found)
            rows[spec.id] = len(found) - 1

    def name_read(self, source: int, reader: int) -> str:
        """The name under which row ``reader`` reads row ``source``; "" where it does not."""
        place = self.places[reader]
        block = block_of(place)
        names = resolved_inputs(self.design.layers_in(block))[self.design.index(place)]
        return next((name for name in names if self._row_named(block, name) == source), "")

    def _row_named(self, block: str, name: str) -> int:
        if name.startswith("@"):
            return self.row_of(block)
        place = inside(block, name, self.copies.get(block, 0))
        return self.ends.get(place, self.row_of(place))

    # -- positions --

    @property
    def end(self) -> Position:
        """Below all layers."""
        return Position("", len(self.design.layers))

    def clamped(self, position: Position) -> Position:
        """``position``, or the end where it is no more: of its block, or of all where that has gone."""
        if position.block and position.block not in self.design:
            return self.end
        return Position(position.block, min(position.index, len(self.design.layers_in(position.block))))

    def before(self, row: int) -> Position:
        """In front of the layer of a row; of the first where it is the input's."""
        place = self.places[row]
        return Position(block_of(place), self.design.index(place)) if place else Position("", 0)

    def below(self, row: int) -> Position:
        """Where the next row begins: behind the layer of a row, in a block whose header it is."""
        return self._below(row)[0].position

    def behind(self, row: int) -> Position:
        """Behind the layer of a row, of a block as a whole; in the block where that is empty."""
        found = self._below(row)
        place = self.places[row]
        if not place or self.ends.get(place) == row:
            return found[0].position
        return Position(block_of(place), self.design.index(place) + 1)

    def drop_below(self, row: int, depth: int) -> Drop:
        """Below ``row``, where several blocks may end: in the innermost that is no deeper than ``depth``."""
        found = self._below(row)
        return next((each for each in found if each.depth <= depth), found[-1])

    def drop_before(self, row: int) -> Drop:
        """In front of the layer of a row."""
        return Drop(self.before(row), max(0, row - 1), self.depth(row))

    def drop_into(self, row: int) -> Drop:
        """At the end of the folded block of a row."""
        return Drop(Position(self.places[row], len(self.spec(row).inside)), row, self.depth(row), into=True)

    def _below(self, row: int) -> list[Drop]:
        """Every position right below a row, the innermost first."""
        place = self.places[row]
        found = [Drop(Position(place, 0), row, self.depth(row) + bool(place))] if not place or place in self.copies else []
        if found and self.ends.get(place) != row:
            return found
        for each in (place, *around(place)):
            position = Position(block_of(each), self.design.index(each) + 1)
            found.append(Drop(position, row, each.count(".") // 2))
            if not position.block or position.index < len(self.design.layers_in(position.block)):
                break
        return found
