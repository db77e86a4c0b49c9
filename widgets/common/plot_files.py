"""Plots as files: PNG and SVG pictures of any size, CSV with every point, the clipboard, and the menu that offers them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSaveFile, QSize, QSizeF
from PySide6.QtGui import QGuiApplication, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QMenu, QWidget

from engine.errors import FileError

if TYPE_CHECKING:
    from widgets.common.plane import Plane

AskSave = Callable[[QWidget, str, str, str, str], Path | None]
"""Asks where to save: parent, title, proposed path, filters, suffix. Tests put a function of their own in its place."""

KINDS = {"png": "PNG pictures (*.png)", "svg": "SVG drawings (*.svg)", "csv": "Comma-separated values (*.csv)"}
_SHARP = 2  # a picture has so many pixels for each on the screen


@dataclass(frozen=True, eq=False)
class Column:
    """Points as they are exported, all of them: ``name``, and x and y (n,) in full precision."""

    name: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]


def save_plot(plot: Plane, path: Path, size: tuple[int, int] | None = None) -> None:
    """Write ``plot`` to a .png, .svg or .csv file, whole or not at all; FileError says why it cannot be.

    ``size`` is the picture's width and height in pixels (a drawing's units); without it, as on the screen, a PNG twice as fine.
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind == "png":
        _write(path, _png(picture(plot, size)))
    elif kind == "svg":
        _write(path, _svg(plot, QSize(*size) if size else plot.size()))
    elif kind == "csv":
        _write(path, _csv(plot).encode())
    else:
        raise FileError(f"'{path.name}' ends in none of .png, .svg and .csv", "Name a file that does.")


def picture(plot: Plane, size: tuple[int, int] | None = None) -> QImage:
    """The plot as a picture of ``size`` pixels, with letters and lines in the same proportion to its width as on the screen."""
    wide, high = size or (plot.width() * _SHARP, plot.height() * _SHARP)
    factor = wide / max(1, plot.width())
    image = QImage(wide, high, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        painter.scale(factor, factor)
        plot.paint_on(painter, QSizeF(wide / factor, high / factor))
    return image


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not QImageWriter(buffer, QByteArray(b"png")).write(image):
        raise FileError("The picture could not be made", "Ask for a smaller one.")
    return bytes(buffer.data().data())


def _svg(plot: Plane, size: QSize) -> bytes:
    buffer = QBuffer()
    drawing = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)  # version 1.1 clips at the chart's edges
    drawing.setOutputDevice(buffer)
    drawing.setSize(size)
    drawing.setViewBox(QRectF(0, 0, size.width(), size.height()))
    drawing.setTitle(plot.accessibleName())
    with QPainter(drawing) as painter:
        plot.paint_on(painter, QSizeF(size))
    return bytes(buffer.data().data())


def _csv(plot: Plane) -> str:
    """One line a point: its curve, where it is, its value; numbers read back bit by bit, lost values are "nan"."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("series", plot.x_name, plot.y_name))
    for column in plot.columns():
        writer.writerows((column.name, repr(x), repr(y)) for x, y in zip(column.x.tolist(), column.y.tolist(), strict=True))
    return text.getvalue()


def _write(path: Path, data: bytes) -> None:
    file = QSaveFile(str(path))
    if not (file.open(QIODevice.OpenModeFlag.WriteOnly) and file.write(data) == len(data) and file.commit()):
        raise FileError(f"'{path}' could not be written: {file.errorString()}", "Choose another place.")


def save_menu(plot: Plane) -> QMenu:
    """The plot's context menu."""
    menu = QMenu(plot)
    menu.addAction("Show all points", plot.fit)
    menu.addSeparator()
    menu.addAction("Copy picture", lambda: QGuiApplication.clipboard().setImage(picture(plot)))
    for kind, words in (("png", "Save as PNG…"), ("svg", "Save as SVG…"), ("csv", "Save data as CSV…")):
        menu.addAction(words, partial(_ask_and_save, plot, kind, words.removesuffix("…")))
    return menu


def _ask_and_save(plot: Plane, kind: str, title: str) -> None:
    proposal = f"{(plot.accessibleName() or 'plot').lower().replace(' ', '_')}.{kind}"
    path = plot.ask_save(plot, title, proposal, KINDS[kind], kind)
    if path is None:
        return
    try:
        save_plot(plot, path)
    except FileError as error:
        plot.say(str(error))
