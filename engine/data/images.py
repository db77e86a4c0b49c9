"""Image files of any kind as plain arrays, and pictures of any size as the image that a network is shown."""

from __future__ import annotations

import logging
import struct
import warnings
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from engine.data.source import Bytes
from engine.errors import DataError

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
"""What is read. Formats that Pillow hands to other programs, such as EPS, are not."""

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm")
MOST_PIXELS = 50_000_000

DAMAGE = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    TypeError,
    AttributeError,
    RuntimeError,
    ArithmeticError,
    struct.error,
    zlib.error,
)
"""What Pillow's readers let through when a file is damaged."""

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What to do to a picture for each way in which a camera can have been held. Pillow's own turning also writes the camera's notes
anew, which fails where any of them is damaged."""

logging.getLogger("PIL").addHandler(logging.NullHandler())  # what it would print is told in our own sentences


class Unreadable(DataError):
    """An image file that cannot be read. ``path`` says which, ``why`` in a word or two: "damaged"."""

    def __init__(self, path: Path, problem: str, suggestion: str, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(problem, suggestion)


def read_image(path: Path) -> Bytes:
    """The (C, H, W) uint8 picture in a file, C 1 (grey) or 3 (RGB), upright; of a film the first picture.

    Transparent parts show white. Grey levels beyond 8 bits are scaled to 0..255. Unreadable, a DataError, for a file that is
    missing, damaged, too large or no image; FIFOs and devices are never opened.
    """
    try:
        if path.exists() and not path.is_file():
            what = "a folder" if path.is_dir() else "a device or pipe"
            raise Unreadable(path, f"'{path}' is {what}, not an image file", "Name a file.", what)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of damage that does no harm, such as in a photo's notes
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=FORMATS) as image:
                _check_size(image, path)
                image.load()
                return _as_array(_upright(image), path)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise _too_large(path) from None
    except UnidentifiedImageError:
        advice = f"Use one of {', '.join(FORMATS)}."
        raise Unreadable(path, f"'{path}' is not an image that can be read", advice, "damaged or no image") from None
    except FileNotFoundError:
        raise Unreadable(path, f"There is no file '{path}'", "Check its name.", "missing") from None
    except MemoryError:
        raise _too_large(path) from None
    except DAMAGE as error:
        reason = " ".join(str(error).split())[:120]
        raise Unreadable(
            path, f"'{path}' is damaged or cannot be read ({reason})", "Save the image again, best as PNG.", "damaged"
        ) from None


def _upright(image: Image.Image) -> Image.Image:
    """Turned as the camera's notes say; as it is where they are damaged or say nothing."""
    try:
        held: Any = image.getexif().get(_ORIENTATION)
        turn = _TURNS.get(held)
    except DAMAGE:
        return image
    return image if turn is None else image.transpose(turn)


def _check_size(image: Image.Image, path: Path) -> None:
    if image.width * image.height > MOST_PIXELS:
        raise _too_large(path)


def _too_large(path: Path) -> Unreadable:
    advice = f"Reduce it to at most {MOST_PIXELS // 1_000_000} million pixels."
    return Unreadable(path, f"'{path}' is too large", advice, "too large")


def _as_array(image: Image.Image, path: Path) -> Bytes:
    """Any of Pillow's modes as (C, H, W) uint8."""
    if image.mode.startswith("I") or image.mode == "F":
        return _from_numbers(np.asarray(image), path)[None]
    if "A" in image.getbands() or "a" in image.getbands() or "transparency" in image.info:
        image = _on_white(image)
    image = image.convert("L" if image.mode in ("1", "L") else "RGB")
    pixels = np.array(image, dtype=np.uint8)
    return pixels[None] if pixels.ndim == 2 else np.ascontiguousarray(pixels.transpose(2, 0, 1))


def _on_white(image: Image.Image) -> Image.Image:
    is_grey = image.mode in ("1", "L", "LA", "La")
    layer = image.convert("RGBA")
    white = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(white, layer).convert("L" if is_grey else "RGB")


def _from_numbers(values: NDArray[np.generic], path: Path) -> Bytes:
    """Grey levels of 16 or 32 bits or real numbers as bytes: 0..1, 0..255 or 0..65535, else from the least to the largest."""
    numbers = values.astype(np.float64)
    if not np.isfinite(numbers).all():
        advice = "Save it with ordinary grey levels."
        raise Unreadable(path, f"'{path}' holds numbers that are not finite", advice, "not finite")
    low, high = float(numbers.min()), float(numbers.max())
    if low < 0 or high > 65535:
        numbers, top = numbers - low, max(high - low, 1e-12)
    elif values.dtype.kind == "f":
        top = 1.0 if high <= 1 else 255.0 if high <= 255 else 65535.0
    else:
        top = 65535.0 if values.dtype.itemsize == 2 or high > 255 else 255.0
    scaled: Bytes = np.rint(numbers * (255 / top)).astype(np.uint8)
    return scaled


def fitted_picture(picture: Bytes, shape: Sequence[int], source: str) -> tuple[Bytes, str]:
    """A (C, H, W) uint8 picture of any size fitted to a network's input ``shape``, just as data sets are, and ``source`` with
    what had to be done. DataError for an input that is no image."""
    import torch

    from engine.data.fit import fit_images, fit_notes

    if picture.ndim != 3 or picture.dtype != np.uint8 or 0 in picture.shape or picture.shape[0] not in (1, 3):
        raise DataError(f"{source} is {picture.dtype} {picture.shape}, not a grey or RGB picture of bytes", "Convert it first.")
    notes = fit_notes(source, picture.shape, shape)
    fitted = fit_images(torch.from_numpy(np.ascontiguousarray(picture))[None], shape)[0].numpy()
    done = ", fitted to the network's input" if notes else ""
    return fitted.copy(), f"{source}{done}"
