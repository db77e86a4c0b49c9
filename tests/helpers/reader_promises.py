"""What every reader of a user's own data promises; raises AssertionError at the first broken promise."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from engine.data.card import card_of
from engine.data.checks import check_raw
from engine.data.load import load
from engine.data.reader import Reader, reader_of
from engine.data.source import RawSet
from engine.errors import DataError
from tests.engine.data.idx_files import write_set

Writer = Callable[[Path], Path]
"""Writes good data into an empty folder and says what path they have."""


def _idx(folder: Path) -> Path:
    write_set(folder / "idx")
    return folder / "idx"


def _images(folder: Path) -> Path:
    for label, name in enumerate(("cat", "dog")):
        (folder / "images" / name).mkdir(parents=True)
        for index in range(6):
            Image.new("L", (6, 5), 100 * label + index).save(folder / "images" / name / f"{index}.png")
    return folder / "images"


def _archive(folder: Path) -> Path:
    rng = np.random.default_rng(0)
    np.savez_compressed(folder / "points.npz", x=rng.random((40, 3)), y=np.arange(40) % 2)
    return folder / "points.npz"


def _table(folder: Path) -> Path:
    lines = [f"{index},{index * index},{'odd' if index % 2 else 'even'}" for index in range(30)]
    (folder / "table.csv").write_text("\n".join(["a,b,parity", *lines]), encoding="utf-8")
    return folder / "table.csv"


EXAMPLES: dict[str, Writer] = {"idx_folder": _idx, "image_folder": _images, "numpy_archive": _archive, "table": _table}
"""Good data for every reader that is enrolled, by its kind."""


def check_reader(kind: type[Reader], write: Writer, folder: Path) -> None:
    """Every promise of an enrolled reader, on what ``write`` writes into the empty ``folder``."""
    reader = kind()
    assert reader.title and reader.help.endswith(".") and reader.wants and not reader.wants.endswith(".")
    path = write(folder)
    assert type(reader_of(path)) is kind, "it is the one that is asked"
    _check_refusals(reader, folder)
    raw, again = reader.read(path, 1, None), reader.read(path, 1, None)
    check_raw(raw, "the example")
    assert _values(raw) == _values(again), "the same for the same seed"
    first = next(iter(raw.slots))
    train, test = ({value.tobytes() for value in part[first]} for part in (raw.train, raw.test))
    assert train and test
    data = load(str(path), None, 1, 0.2)
    assert card_of(data).rows and data.name == path.stem
    assert load(str(path), None, 1, 0.2).fingerprint == data.fingerprint
    _check_damage(path)


def _values(raw: RawSet) -> list[bytes]:
    return [values.tobytes() for part in (raw.train, raw.test) for values in part.values.values()]


def _check_refusals(reader: Reader, folder: Path) -> None:
    (folder / "empty").mkdir()
    (folder / "notes.txt").write_text("nothing")
    assert not reader.accepts(folder / "empty") and not reader.accepts(folder / "notes.txt"), "what is not its own is refused"


def _check_damage(path: Path) -> None:
    """However a file is cut or its bytes are changed: data, or one sentence that names the place."""
    kept = path.with_name("kept")
    (shutil.copytree if path.is_dir() else shutil.copy)(path, kept)
    victim = path if path.is_file() else min(each for each in path.rglob("*") if each.is_file())
    content, rng = victim.read_bytes(), np.random.default_rng(0)
    spoiled = [content[: len(content) * part // 8] for part in range(8)]
    for _ in range(12):
        changed = bytearray(content)
        for place in rng.integers(0, len(content), 4):
            changed[place] = rng.integers(0, 256)
        spoiled.append(bytes(changed))
    for damaged in (*spoiled, b"\x80\x04]\x94.", b"\0" * 100):
        victim.write_bytes(damaged)
        try:
            load(str(path), None, 0, 0.1)
        except DataError as error:
            assert path.name in str(error) and "\n" not in str(error), f"a sentence names the file: {error}"
    victim.unlink()
    shutil.rmtree(path, ignore_errors=True)
    try:
        load(str(path), None, 0, 0.1)
    except DataError:
        return
    raise AssertionError("what is gone is missed")
