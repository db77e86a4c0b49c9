"""Every reader of files with good files of its own: what the fuzzing spoils."""

from __future__ import annotations

import gzip
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.mutations import Mutate, in_gzip, in_image, in_safetensors, in_zip, mutated


@dataclass(frozen=True)
class Victim:
    """``make`` writes good files into an empty folder and says which are spoiled, one at a time; ``read`` reads them in that
    folder, given the one that was spoiled."""

    name: str
    make: Callable[[Path], Sequence[Path]]
    read: Callable[[Path, Path], object]
    spoil: Mutate = mutated


def victims() -> tuple[Victim, ...]:
    """All of them; what they need is imported here."""
    return (
        Victim("design", _designs, _read_design),
        Victim("config.json", lambda folder: [_run(folder) / "config.json"], _open_run),
        Victim("metrics.csv", lambda folder: [_run(folder) / "metrics.csv"], _read_metrics),
        Victim("checkpoint", lambda folder: list((_run(folder) / "checkpoints").iterdir()), _read_checkpoint, in_safetensors),
        Victim("filmstrip", lambda folder: list((_run(folder) / "filmstrip").iterdir()), _read_frames, in_safetensors),
        Victim("settings", _settings, _read_settings),
        Victim("IDX", _idx, _load_folder),
        Victim("IDX, packed", _packed_idx, _load_folder, in_gzip),
        Victim("NPZ", _archives, _load_file, in_zip),
        Victim("CSV", _tables, _load_file),
        Victim("folder of PNG", lambda folder: _pictures(folder, "png"), _load_folder, in_image),
        Victim("folder of JPEG", lambda folder: _pictures(folder, "jpg"), _load_folder, in_image),
        Victim("own image", _own_images, _read_image, in_image),
    )


# -- designs, runs, settings --


def _designs(folder: Path) -> list[Path]:
    from engine.files.design_file import save_design
    from engine.zoo import network

    made = []
    for name in ("lenet5", "autoencoder", "residual_small"):
        made.append(folder / f"{name}.design.json")
        save_design(made[-1], network(name))
    return made


def _read_design(folder: Path, path: Path) -> None:
    from engine.design.check import check
    from engine.design.document import from_json, to_json
    from engine.files.design_file import load_design

    design = load_design(path)
    check(design)
    assert from_json(to_json(design)) == design, "what is read can be written and read again"


def _run(folder: Path) -> Path:
    """A run that was trained for two epochs."""
    import torch

    from engine.data.load import load
    from engine.design.network import NetworkDesign, layer
    from engine.files.run_writer import RunWriter
    from engine.training.config import training_config
    from engine.training.filmstrip import Frame
    from engine.training.recorder import MetricRow
    from engine.training.trainer import Trainer

    layers = (layer("c", "conv2d", filters=2), layer("b", "batch_norm"), layer("f", "flatten"), layer("out", "linear", units=10))
    design, config = NetworkDesign("small", (1, 8, 8), layers), training_config(optimizer="adam", batch_size=500, task="classify")
    data = load("digits", design.input_shape, 0, 0.1)
    trainer = Trainer(design, config, data, torch.device("cpu"))
    run = RunWriter.create(folder / "run", design, config, "digits", data, "cpu")
    for _ in trainer.events():
        if trainer.place.step == 3:
            break
    for step in range(1, 20):
        values = {"loss": 1 / step, "accuracy": step / 20, "learning_rate": 0.1}
        run.points([MetricRow(step, step / 3, step * 0.5, "train" if step % 3 else "validation", values)])
    run.checkpoint(trainer.state())
    run.frame(Frame(3, 1.0, trainer.weights()[0]))
    return run.path


def _opened(path: Path):  # type: ignore[no-untyped-def]
    from engine.files.run_folder import RunFolder

    return RunFolder.open(path)


def _open_run(folder: Path, path: Path) -> None:
    _opened(folder / "run")


def _read_metrics(folder: Path, path: Path) -> None:
    from engine.files.metrics_file import rows_of

    run = _opened(folder / "run")
    rows_of(run.history(), 3)
    run.best_checkpoint()


def _read_checkpoint(folder: Path, path: Path) -> None:
    from engine.files.newest import find_newest

    run = _opened(folder / "run")
    find_newest(run)  # goes round it
    run.load_checkpoint(path)


def _read_frames(folder: Path, path: Path) -> None:
    run = _opened(folder / "run")
    list(run.frames(newest_first=True, tell=lambda sentence: None))  # goes round it
    list(run.frames())


def _settings(folder: Path) -> list[Path]:
    from app.settings import Settings, SettingsFile

    SettingsFile(folder / "settings.json").write(Settings(theme="light", layouts={"design": "abc"}, window="AAA", folder="/x"))
    return [folder / "settings.json"]


def _read_settings(folder: Path, path: Path) -> None:
    from app.settings import SettingsFile

    SettingsFile(path).read()


# -- data --


def _idx(folder: Path) -> list[Path]:
    rng, made = np.random.default_rng(0), []
    for prefix, count in (("train", 24), ("t10k", 8)):
        images = rng.integers(0, 256, (count, 6, 6), dtype=np.uint8)
        for kind, values in (("images-idx3", images), ("labels-idx1", (np.arange(count) % 3).astype(np.uint8))):
            made.append(folder / f"{prefix}-{kind}-ubyte")
            made[-1].write_bytes(bytes((0, 0, 8, values.ndim)) + np.array(values.shape, ">u4").tobytes() + values.tobytes())
    return made


def _packed_idx(folder: Path) -> list[Path]:
    made = []
    for path in _idx(folder):
        made.append(path.with_name(f"{path.name}.gz"))
        made[-1].write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    return made


def _archives(folder: Path) -> list[Path]:
    rng = np.random.default_rng(0)
    kept, packed, labels = folder / "points.npz", folder / "images.npz", np.arange(30) % 3
    np.savez(kept, x=rng.random((30, 3)), y=labels)
    np.savez_compressed(packed, train_image=rng.integers(0, 256, (30, 5, 5), dtype=np.uint8), train_label=labels,
                        test_image=rng.integers(0, 256, (9, 5, 5), dtype=np.uint8), test_label=labels[:9])  # fmt: skip
    return [kept, packed]


def _tables(folder: Path) -> list[Path]:
    lines = [f"{index},{index / 7:.3f},{'odd' if index % 2 else 'even'}" for index in range(30)]
    (folder / "classes.csv").write_text("\n".join(["a,b,parity", *lines]), encoding="utf-8")
    lines = [f"{index};{index / 7:.3f};{index**2}" for index in range(30)]
    (folder / "numbers.csv").write_text("\n".join(["a;b;square", *lines]), encoding="utf-8")
    return [folder / "classes.csv", folder / "numbers.csv"]


def _pictures(folder: Path, ending: str) -> list[Path]:
    rng, made = np.random.default_rng(0), []
    for label in ("left", "right"):
        (folder / label).mkdir()
        for index in range(5):
            made.append(folder / label / f"{index}.{ending}")
            Image.fromarray(rng.integers(0, 256, (9, 9, 3), dtype=np.uint8)).save(made[-1])
    return made


def _own_images(folder: Path) -> list[Path]:
    pixels = np.random.default_rng(0).integers(0, 256, (12, 10, 3), dtype=np.uint8)
    picture, made = Image.fromarray(pixels), []
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x011A] = 6, "camera", 72.0
    for ending, options in (
        ("png", {}),
        ("jpg", {"exif": exif}),
        ("gif", {}),
        ("bmp", {}),
        ("tif", {}),
        ("webp", {}),
        ("ppm", {}),
    ):
        made.append(folder / f"own.{ending}")
        picture.save(made[-1], **options)
    made += [folder / "transparent.png", folder / "deep.png", folder / "packed.tif"]
    picture.convert("RGBA").quantize(8).save(made[-3], transparency=3)
    Image.fromarray(pixels[..., 0].astype(np.uint16) * 257).save(made[-2])
    picture.save(made[-1], compression="tiff_lzw")
    return made


def _load_folder(folder: Path, path: Path) -> None:
    _load(folder)


def _load_file(folder: Path, path: Path) -> None:
    _load(path)


def _load(path: Path) -> None:
    from engine.data.card import card_of
    from engine.data.load import load

    card_of(load(str(path), None, 0, 0.1), per_row=1)


def _read_image(folder: Path, path: Path) -> None:
    from engine.data.images import fitted_picture, read_image

    fitted_picture(read_image(path), (1, 8, 8), path.name)


def generator(victim: Victim, number: int, seed: int = 0) -> random.Random:
    """What the mutation ``number`` of a reader is drawn from."""
    return random.Random(f"{seed}/{victim.name}/{number}")
