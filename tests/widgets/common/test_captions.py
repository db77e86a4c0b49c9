"""Captions below pictures: whole, beside one another, and no taller than they need."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from widgets.common.picture_grid import PictureGrid
from widgets.common.pictures import Pictures
from widgets.theme import Look


def shown(qtbot: QtBot, look: Look, pictures: Pictures, width: int, height: int) -> PictureGrid:
    grid = PictureGrid(look, largest=10_000)
    qtbot.addWidget(grid)
    grid.resize(width, height)
    grid.show()
    grid.show_pictures(pictures)
    return grid


def test_captions_of_one_row_take_the_room_beside_their_tiles(qtbot: QtBot) -> None:
    """At 200 % they were broken into five lines below tiles that left most of the width empty."""
    captions = ("made: 69.72", "best real, train image #5033: 48.87")
    pictures = Pictures(np.zeros((2, 28, 28), np.uint8), str, captions=captions)
    look = Look(scale=2.0)
    grid = shown(qtbot, look, pictures, 700, 250)
    canvas = grid.canvas
    assert canvas.caption_height <= look.px(2 * 14)
    first, second = canvas.tile_rect(0), canvas.tile_rect(1)
    over = canvas.caption_overhang
    assert over > 0 and first.left() - over >= 0 and second.right() + over <= canvas.width()
    assert first.right() + over <= second.left() - over, "captions do not run into one another"
    assert canvas.hit(second.center()).tile == 1 and canvas.hit(first.center()).tile == 0
    assert canvas.hit(QPointF(first.left() - 2, first.center().y())) is None
