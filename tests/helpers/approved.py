"""Approved pictures: small versions of the main states, compared with a tolerance that fonts and antialiasing fit into."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

FOLDER = Path(__file__).parent.parent / "approved"
APPROVE = "LAYERSCOPE_APPROVE"
"""An environment variable: where it is set, what is drawn is approved. Look at the pictures before they are committed."""

SIZE = (320, 200)
MEAN_APART = 4.0  # mean difference of the 256 levels that is let pass
FAR, FAR_SHARE = 48, 0.02  # not more than this share of the pixels may differ by more than so many levels


def small(widget: QWidget) -> NDArray[np.uint8]:
    """(200, 320, 3) what ``widget`` looks like, each pixel the mean of many."""
    drawn = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(drawn.constBits(), np.uint8).reshape(drawn.height(), drawn.bytesPerLine())
    pixels = rows[:, : 3 * drawn.width()].reshape(drawn.height(), drawn.width(), 3)
    return np.asarray(Image.fromarray(pixels).resize(SIZE, Image.Resampling.BOX))


def difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> tuple[float, float]:
    """(mean difference in levels, share of the pixels that are far apart)."""
    apart = np.abs(one.astype(int) - other.astype(int)).max(axis=2)
    return float(apart.mean()), float((apart > FAR).mean())


def looks_as_approved(widget: QWidget, name: str) -> None:
    """Fail with the figures, and the new picture beside the approved one, where ``widget`` looks otherwise."""
    seen, path = small(widget), FOLDER / f"{name}.png"
    if os.environ.get(APPROVE):
        Image.fromarray(seen).save(path)
    approved = np.asarray(Image.open(path).convert("RGB"))
    mean, far = difference(seen, approved)
    if mean > MEAN_APART or far > FAR_SHARE:
        beside = Path(tempfile.gettempdir()) / f"layerscope-{name}-now.png"
        Image.fromarray(np.concatenate([approved, seen], axis=1)).save(beside)
        raise AssertionError(f"'{name}' differs by {mean:.1f} levels, {far:.1%} of it by far: look at {beside}")
