"""From a name or a folder to an ImageSet that fits a network: split, converted, measured and fingerprinted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.data.dataset import ImageSet, Split
from engine.data.fit import fit_images, fit_masks, fit_notes, require_image_shape
from engine.data.idx import find_files, read_idx_set
from engine.data.image_folder import is_image_folder, read_image_folder
from engine.data.source import DATASETS, RawSet, RawSplit, stratified
from engine.errors import DataError
from engine.registry import nearest

LARGEST_SHARE = 0.9


def load(
    name_or_folder: str,
    input_shape: tuple[int, ...] | None,
    seed: int,
    validation_share: float,
    data_folder: Path | None = None,
) -> ImageSet:
    """The data set called ``name_or_folder``, or the one in that folder, on the CPU and fitted to ``input_shape`` (C, H, W).

    None keeps the images as they are. ``validation_share`` of each class's training images, drawn by ``seed``, becomes
    the validation split, which is empty at 0. Equal arguments give equal sets. ``data_folder`` is where named sets lie, by
    default ``folders.data_folder()``. DataError says what is missing, damaged or does not fit, and what to do.
    """
    if not 0 <= validation_share <= LARGEST_SHARE:
        raise DataError(f"A validation share of {validation_share:g} is out of range", f"Use 0 to {LARGEST_SHARE:g}.")
    if input_shape is not None:
        require_image_shape(input_shape)
    name, raw = load_raw(name_or_folder, input_shape, seed, data_folder)
    train, validation = stratified(raw.train.labels, validation_share, np.random.default_rng([seed, 9]))
    native = raw.train.images.shape[1:]
    shape = native if input_shape is None else input_shape
    parts = {"train": raw.train.take(train), "validation": raw.train.take(validation), "test": raw.test}
    splits = {split: _fitted(part, shape) for split, part in parts.items()}
    mean, deviation = channel_statistics(splits["train"].images)
    notes = (*raw.notes, *fit_notes(name, native, shape))
    return ImageSet(name, raw.classes, splits, mean, deviation, notes, fingerprint(splits))


def load_raw(
    name_or_folder: str, input_shape: Sequence[int] | None, seed: int, data_folder: Path | None = None
) -> tuple[str, RawSet]:
    """The set's short name and its images as they are stored. A registered name goes before a folder of that name."""
    if name_or_folder in DATASETS:
        return name_or_folder, DATASETS.get(name_or_folder).load(seed, data_folder)
    folder = Path(name_or_folder).expanduser()
    if not folder.is_dir():
        raise _unknown(name_or_folder, folder)
    name = folder.resolve().name or str(folder)
    try:
        if find_files(folder):
            return name, read_idx_set(folder)
        if not is_image_folder(folder):
            raise DataError(
                f"In '{folder}' there are neither IDX files nor folders of images",
                "Put the four IDX files of MNIST there, or one folder of images per class, or train/CLASS/ and test/CLASS/.",
            )
        size = None if input_shape is None else (input_shape[1], input_shape[2])
        return name, read_image_folder(folder, seed, size)
    except OSError as error:
        raise DataError(f"'{folder}' cannot be read ({error.strerror or error})", "Check that it is still there.") from None


def _unknown(name: str, folder: Path) -> DataError:
    if folder.is_file():
        what = "an archive: unpack it" if folder.suffix.lower() in (".zip", ".tar", ".gz", ".tgz") else "a file"
        return DataError(f"'{name}' is {what}, not a folder", "Name the folder that holds the data.")
    if len(folder.parts) > 1 or name.startswith((".", "~")):
        return DataError(f"There is no folder '{folder}'", f"Check the path, or use one of {', '.join(DATASETS)}.")
    return DataError(f"There is neither a data set nor a folder called '{name}'", nearest(name, list(DATASETS)))


def _fitted(part: RawSplit, shape: Sequence[int]) -> Split:
    images = fit_images(torch.from_numpy(np.ascontiguousarray(part.images)), shape).contiguous()
    masks = None if part.masks is None else fit_masks(torch.from_numpy(part.masks), shape).contiguous()
    return Split(images, torch.from_numpy(part.labels), masks)


def channel_statistics(images: Tensor) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation of each channel of (N, C, H, W) uint8 images scaled to 0..1, exactly, from the counts of
    the 256 levels. A channel that never changes gets the deviation 1, so that dividing by it is harmless."""
    levels = np.arange(256) / 255
    means, deviations = [], []
    for channel in range(images.shape[1]):
        counts = np.bincount(images[:, channel].reshape(-1).numpy(), minlength=256).astype(np.float64)
        mean = float(counts @ levels / counts.sum())
        deviation = float(np.sqrt(counts @ (levels - mean) ** 2 / counts.sum()))
        means.append(mean)
        deviations.append(deviation if deviation > 1e-9 else 1.0)
    return tuple(means), tuple(deviations)


def fingerprint(splits: Mapping[str, Split]) -> str:
    """16 hexadecimal digits that follow from the splits, their shapes, pixels and labels."""
    digest = hashlib.blake2b(digest_size=8)
    for name, split in splits.items():
        digest.update(f"{name} {tuple(split.images.shape)}".encode())
        digest.update(np.ascontiguousarray(split.images.cpu().numpy()).data)
        digest.update(split.labels.cpu().numpy().tobytes())
    return digest.hexdigest()


def check_classes(units: int, data: ImageSet, layer: str = "") -> None:
    """DataError with the two ways out where a network with ``units`` outputs does not fit the classes of ``data``.

    ``layer`` is the id of the layer that has those units, where it is known.
    """
    count = len(data.classes)
    if units != count:
        last = f"layer '{layer}'" if layer else "the last layer"
        raise DataError(
            f"{data.name} has {count} classes, but the network has {units} outputs",
            f"Set units of {last} to {count}, or use NAME:classes={count} for a built-in network.",
        )
