"""The wires of the gutter that can be clicked: which one lies under a point, by the rows that it joins."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect

from widgets.network.geometry import Geometry
from widgets.network.lanes import LanePiece, RowLanes

REACH = 5  # how far from a line a click still means it


class Wire(NamedTuple):
    """A skip connection: row ``reader`` reads row ``source``."""

    source: int
    reader: int

    def passes(self, row: int, piece: LanePiece) -> bool:
        """Whether what ``row`` draws of a lane is a piece of this wire."""
        return piece.lane.source == self.source and row <= self.reader


def wire_at(geometry: Geometry, lanes: RowLanes, row: int, rect: QRect, point: QPoint) -> Wire | None:
    """The wire under ``point``, which lies in ``row``. Where several leave as one lane, the one that ends next below."""
    for piece in lanes.pieces:
        above = point.y() < geometry.dot(rect).y()
        if _is_on_lane(geometry, piece, rect, point) or (piece.meets and _is_on_bend(geometry, piece, rect, point)):
            ends = [reader for reader in piece.lane.readers if reader > row or (reader == row and (above or not piece.below))]
            return Wire(piece.lane.source, ends[0]) if ends else None
    return None


def _is_on_lane(geometry: Geometry, piece: LanePiece, rect: QRect, point: QPoint) -> bool:
    above = point.y() < geometry.dot(rect).y()
    near = abs(point.x() - geometry.lane_x(rect, piece.lane.column)) <= geometry.px(REACH)
    return near and (piece.above if above else piece.below)


def _is_on_bend(geometry: Geometry, piece: LanePiece, rect: QRect, point: QPoint) -> bool:
    """On the rounded way between the lane and the dot, outside of where the dot is pressed."""
    dot = geometry.dot(rect)
    between = dot.x() < point.x() <= geometry.lane_x(rect, piece.lane.column)
    return between and abs(point.y() - dot.y()) <= geometry.px(REACH)
