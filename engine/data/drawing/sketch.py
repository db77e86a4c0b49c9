"""Sketches of what is no picture: curves, dots, bars and words, as (1, H, W) uint8 in white on black."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]

SIDE = 64
SPREAD = 3.0  # standard deviations from the middle to the edge of a sketch
LINE = 22  # characters in a line of text


def grey(values: Floats) -> Bytes:
    """Any array from its least value (black) to its largest (white)."""
    low, high = float(values.min()), float(values.max())
    levels: Bytes = np.rint((values - low) / (high - low or 1.0) * 255).astype(np.uint8)
    return levels


def side_by_side(slices: Bytes) -> Bytes:
    """(D, H, W) slices in rows, as square as possible, a dark pixel between them: (1, rows, columns)."""
    depth, height, width = slices.shape
    columns = max(1, int(np.ceil(np.sqrt(depth * height / width))))
    rows = -(-depth // columns)
    sheet = np.zeros((1, rows * (height + 1) - 1, columns * (width + 1) - 1), np.uint8)
    for number, piece in enumerate(slices):
        top, left = number // columns * (height + 1), number % columns * (width + 1)
        sheet[0, top : top + height, left : left + width] = piece
    return sheet


def curves(channels: Floats) -> Bytes:
    """(C, length) each channel as a curve over its own range, below one another."""
    length = channels.shape[1]
    high = max(12, SIDE // len(channels))
    sheet = Image.new("L", (max(length, SIDE), high * len(channels)))
    draw = ImageDraw.Draw(sheet)
    across = np.linspace(0, sheet.width - 1, length)
    for number, values in enumerate(channels):
        low, span = float(values.min()), float(np.ptp(values)) or 1.0
        down = number * high + 2 + (1 - (values - low) / span) * (high - 5)
        draw.line(list(zip(across.tolist(), down.tolist(), strict=True)), fill=255)
    return _array(sheet)


def dot(x: float, y: float) -> Bytes:
    """A point of the plane, in standard units, with the axes in grey."""
    sheet = Image.new("L", (SIDE, SIDE))
    draw = ImageDraw.Draw(sheet)
    middle = SIDE / 2
    draw.line([(0, middle), (SIDE, middle)], fill=60)
    draw.line([(middle, 0), (middle, SIDE)], fill=60)
    across, down = (
        middle + value / SPREAD * middle for value in (float(np.clip(x, -SPREAD, SPREAD)), -float(np.clip(y, -SPREAD, SPREAD)))
    )
    draw.ellipse([across - 3, down - 3, across + 3, down + 3], fill=255)
    return _array(sheet)


def bars(values: Floats) -> Bytes:
    """A bar for every number, in standard units, up and down from the middle."""
    width = max(1, SIDE // len(values))
    sheet = np.zeros((1, SIDE, width * len(values)), np.uint8)
    middle = SIDE // 2
    for number, value in enumerate(np.clip(values, -SPREAD, SPREAD)):
        end = middle - round(float(value) / SPREAD * (middle - 1))
        sheet[0, min(middle, end) : max(middle, end) + 1, number * width : (number + 1) * width - (width > 2)] = 255
    return sheet


def text(words: str) -> Bytes:
    """Words in lines, in Pillow's own small font."""
    lines: list[str] = [""]
    for word in words.split():
        if len(lines[-1]) + len(word) > LINE and lines[-1]:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    font = ImageFont.load_default()
    sheet = Image.new("L", (6 * LINE + 4, 12 * len(lines) + 4))
    draw = ImageDraw.Draw(sheet)
    for number, line in enumerate(lines):
        draw.text((2, 2 + 12 * number), line, fill=255, font=font)
    return _array(sheet)


def _array(sheet: Image.Image) -> Bytes:
    return np.array(sheet, dtype=np.uint8)[None]
