"""Sharing: what is on screen as files (PNG, SVG, CSV, NPY) and in the clipboard, and the menu that offers it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSaveFile, QSize
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QMenu, QWidget

from engine.errors import FileError, LayerscopeError

AskSave = Callable[[QWidget, str, str, str, str], Path | None]
"""Asks where to save: parent, title, proposed path, filters, suffix. Tests put a function of their own in its place."""

WORDS = {
    "png": ("Save as PNG…", "PNG pictures (*.png)"),
    "svg": ("Save as SVG…", "SVG drawings (*.svg)"),
    "csv": ("Save numbers as CSV…", "Comma-separated values (*.csv)"),
    "npy": ("Save numbers as NPY…", "NumPy arrays (*.npy)"),
}
"""For each ending: what the menu says, and the filter of the dialog."""
SHARP = 2
"""A picture has so many pixels for each on the screen."""


@dataclass(frozen=True, eq=False)
class Column:
    """Points as they are exported, all of them: ``name``, and x and y (n,) in full precision."""

    name: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Share:
    """Something that can be shared: its ``title``, a picture of it, and for each ending how its file is made."""

    title: str
    image: Callable[[], QImage]
    files: Mapping[str, Callable[[], bytes]]

    def save(self, path: Path) -> None:
        """Write the file that the ending of ``path`` asks for, whole or not at all; FileError says why it cannot be."""
        ending = path.suffix.lower().removeprefix(".")
        if ending not in self.files:
            known = ", ".join(f".{each}" for each in self.files)
            raise FileError(f"'{path.name}' ends in none of {known}", "Name a file that does.")
        write(path, self.files[ending]())


@dataclass(frozen=True, eq=False)
class Telling:
    """What is told of sharing, in sentences: what was ``done``, and why something ``failed``."""

    done: Callable[[str], object]
    failed: Callable[[str], object]


def add_entries(menu: QMenu, share: Share, ask: AskSave, tell: Telling) -> None:
    """Copy and save, as entries of ``menu``; ``tell`` hears what came of it."""
    owner = menu.parentWidget()
    assert owner is not None, "a menu belongs to what it is the menu of"
    menu.addAction("Copy picture", partial(_copy_picture, share, tell))
    if "csv" in share.files:
        menu.addAction("Copy numbers", partial(_copy_numbers, share, tell))
    for ending in share.files:
        menu.addAction(WORDS[ending][0], partial(_ask_and_save, owner, share, ending, ask, tell))


def _copy_picture(share: Share, tell: Telling) -> None:
    QGuiApplication.clipboard().setImage(share.image())
    tell.done("Copied.")


def _copy_numbers(share: Share, tell: Telling) -> None:
    QGuiApplication.clipboard().setText(share.files["csv"]().decode())
    tell.done("Copied.")


def _ask_and_save(owner: QWidget, share: Share, ending: str, ask: AskSave, tell: Telling) -> None:
    words, filters = WORDS[ending]
    proposal = f"{share.title.lower().replace(' ', '_')}.{ending}"
    path = ask(owner, words.removesuffix("…"), proposal, filters, ending)
    if path is None:
        return
    try:
        share.save(path)
    except LayerscopeError as error:
        tell.failed(error.plainly())
    else:
        tell.done(f"Saved {path.name} in {path.parent}.")


def drawn_image(paint: Callable[[QPainter], object], size: QSize, factor: float = SHARP) -> QImage:
    """What ``paint`` draws on ``size`` pixels of the screen, ``factor`` times as fine."""
    image = QImage(size * factor, QImage.Format.Format_RGB32)
    image.fill(0)
    with QPainter(image) as painter:
        painter.scale(factor, factor)
        paint(painter)
    return image


def png(image: QImage) -> bytes:
    """The bytes of a .png file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not QImageWriter(buffer, QByteArray(b"png")).write(image):
        raise FileError("The picture could not be made", "Ask for a smaller one.")
    return bytes(buffer.data().data())


def svg(paint: Callable[[QPainter], object], size: QSize, title: str) -> bytes:
    """The bytes of a .svg file with what ``paint`` draws: letters and shapes."""
    buffer = QBuffer()
    drawing = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # version 1.1 clips at the chart's edges
    drawing.setOutputDevice(buffer)
    drawing.setSize(size)
    drawing.setViewBox(QRectF(0, 0, size.width(), size.height()))
    drawing.setTitle(title)
    with QPainter(drawing) as painter:
        paint(painter)
    return bytes(buffer.data().data())


def write(path: Path, data: bytes) -> None:
    """Whole or not at all; FileError says why it cannot be."""
    file = QSaveFile(str(path))
    if not (file.open(QIODevice.OpenModeFlag.WriteOnly) and file.write(data) == len(data) and file.commit()):
        raise FileError(f"'{path}' could not be written: {file.errorString()}", "Choose another place.")
