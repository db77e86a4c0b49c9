"""Peak memory of loading a data set against the data's own size, each in a process of its own; the aim is twice at most."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.base import Row

Shape = tuple[int, ...] | None

AIM = 2.0


def run(quick: bool) -> list[Row]:
    """For each case: the bytes that loading needed at its worst, beyond what the program needs anyway, per byte of the data."""
    scale = 1 if quick else 4
    with tempfile.TemporaryDirectory() as scratch:
        return [row for name in CASES for row in _measured(name, scale, Path(scratch) / name)]


def _measured(name: str, scale: int, folder: Path) -> list[Row]:
    folder.mkdir()
    path, shape = CASES[name](folder, scale)
    task = json.dumps([str(path), shape])
    command = [sys.executable, "-m", "benchmarks.loading", task]
    size, peak, seconds = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    aim = f"the data: {size / 2**20:.0f} MiB; at most {AIM:g} times"
    return [
        Row(name, "peak / data", peak / size, "times", aim, AIM * size / peak),
        Row(name, "loading", seconds, "s"),
    ]


def _images(folder: Path, count: int, size: int, pack: bool) -> Path:
    """Four IDX files of ``count`` random images and a fifth of that for testing."""
    rng = np.random.default_rng(0)
    for prefix, number in (("train", count), ("t10k", count // 5)):
        pixels = rng.integers(0, 256, (number, size, size), dtype=np.uint8)
        labels = (np.arange(number) % 10).astype(np.uint8)
        for kind, values in (("images-idx3", pixels), ("labels-idx1", labels)):
            header = bytes((0, 0, 8, values.ndim)) + np.array(values.shape, ">u4").tobytes()
            content = header + values.tobytes()
            file = folder / f"{prefix}-{kind}-ubyte{'.gz' if pack else ''}"
            file.write_bytes(gzip.compress(content, 1) if pack else content)
    return folder


def _idx(folder: Path, scale: int) -> tuple[Path, Shape]:
    return _images(folder, 30_000 * scale, 56, pack=False), None


def _packed_idx(folder: Path, scale: int) -> tuple[Path, Shape]:
    return _images(folder, 30_000 * scale, 56, pack=True), None


def _enlarged(folder: Path, scale: int) -> tuple[Path, Shape]:
    return _images(folder, 2_000 * scale, 28, pack=False), (1, 224, 224)


def _in_three_colours(folder: Path, scale: int) -> tuple[Path, Shape]:
    return _images(folder, 10_000 * scale, 56, pack=False), (3, 56, 56)


def _archive(folder: Path, scale: int) -> tuple[Path, Shape]:
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (10_000 * scale, 64, 64, 3), dtype=np.uint8)
    np.savez(folder / "images.npz", x=x, y=np.arange(len(x)) % 10)
    return folder / "images.npz", None


def _signals(folder: Path, scale: int) -> tuple[Path, Shape]:
    x = np.random.default_rng(0).standard_normal((20_000 * scale, 1, 1024), dtype=np.float32)
    cut = len(x) // 2
    np.savez(folder / "signals.npz", train_x=x[:cut], test_x=x[cut:], train_y=np.arange(cut) % 3, test_y=np.arange(cut) % 3)
    return folder / "signals.npz", None


def _pictures(folder: Path, scale: int) -> tuple[Path, Shape]:
    rng = np.random.default_rng(0)
    for label in ("left", "right"):
        (folder / label).mkdir()
        for index in range(400 * scale):
            pixels = rng.integers(0, 256, (160, 160, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / label / f"{index:05}.png", compress_level=1)
    return folder, None


CASES: dict[str, Callable[[Path, int], tuple[Path, Shape]]] = {
    "IDX": _idx,
    "IDX, packed": _packed_idx,
    "IDX, enlarged to 224×224": _enlarged,
    "IDX, grey to RGB": _in_three_colours,
    "numpy archive of images": _archive,
    "numpy archive of signals": _signals,
    "folder of images": _pictures,
}
"""Writes the data of a case into an empty folder; says their path and the network's input, None for any."""


def _load_here(path: str, shape: Shape) -> tuple[int, int, float]:
    """(the loaded data's bytes, the bytes needed beyond what was there before, seconds) in this process."""
    from engine.data.load import load

    load("digits", (1, 9, 9), 0, 0.1)  # so that everything is imported
    before, begun = _memory("VmRSS"), time.perf_counter()
    data = load(path, tuple(shape) if shape else None, 0, 0.1)
    seconds = time.perf_counter() - begun
    size = sum(values.nbytes for split in data.splits.values() for values in split.values.values())
    return size, _memory("VmHWM") - before, seconds


def _memory(name: str) -> int:
    """What Linux says of this process, in bytes: "VmRSS" is what it holds now, "VmHWM" the most that it ever held."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:"))


if __name__ == "__main__":
    print(json.dumps(_load_here(*json.loads(sys.argv[1]))))
