"""NAME.training.json, beside NAME.design.json: which data a design was last to learn from, and how.

The design file itself holds the network alone, so that every version of the program reads it; who has no such companion
file, or cannot read it, trains with whatever is set.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.design.values import construct, plain_values
from engine.errors import DesignError, FileError
from engine.files.atomic import atomic_write_text, read_bounded
from engine.files.design_file import SUFFIX as DESIGN_SUFFIX
from engine.training.config import NOUN, TrainingConfig

FAMILY, VERSION = "layerscope-training", 1
FORMAT = f"{FAMILY}/{VERSION}"
SUFFIX = ".training.json"
MAX_BYTES = 1 << 20
OF_THE_MACHINE = ("device", "capture_budget")
"""Settings that say where a design is trained; they are not kept with it."""


@dataclass(frozen=True)
class Companion:
    """``data`` is a data set's name or a path; ``config`` has the defaults where the file says nothing."""

    data: str
    config: TrainingConfig


def stem_of(path: Path) -> str:
    """What a design file is called without its ending: "my lenet" for "my lenet.design.json"."""
    name = path.name
    return name.removesuffix(DESIGN_SUFFIX) if name.endswith(DESIGN_SUFFIX) else name.removesuffix(".json")


def companion_path(design: Path) -> Path:
    """The companion of the design file ``design``."""
    return design.with_name(stem_of(design) + SUFFIX)


def save_companion(design: Path, companion: Companion) -> None:
    """Write the companion of the file ``design`` in one step. FileError where that cannot be; a foreign file is left alone."""
    path = companion_path(design)
    if path.exists():
        _document(path)
    training = {name: value for name, value in plain_values(companion.config).items() if name not in OF_THE_MACHINE}
    document = {"format": FORMAT, "data": companion.data, "training": training}
    atomic_write_text(path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def load_companion(design: Path) -> Companion | None:
    """The companion of the file ``design``; None where it has none. FileError says in a sentence why it cannot be read."""
    path = companion_path(design)
    if not path.exists():
        return None
    document = _document(path)
    data, training = document.get("data", ""), document.get("training", {})
    if not isinstance(data, str) or not isinstance(training, dict) or not all(isinstance(key, str) for key in training):
        raise _foreign(path)
    try:
        values = {name: value for name, value in training.items() if name not in OF_THE_MACHINE}
        return Companion(data, construct(TrainingConfig, values, NOUN))
    except DesignError as error:
        raise FileError(f"'{path}' cannot be used: {error.sentence()}") from None


def _document(path: Path) -> dict[str, Any]:
    """What is in the file ``path``; FileError unless it is a companion of this version or an older one."""
    try:
        document = json.loads(read_bounded(path, MAX_BYTES, "the training settings of a design"))
    except (ValueError, RecursionError):
        raise _foreign(path) from None
    family, _, number = str(document.get("format"))[:100].partition("/") if isinstance(document, dict) else ("", "", "")
    if family != FAMILY or not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise _foreign(path)
    if int(number) > VERSION:
        raise FileError(f"'{path}' was written by a newer Layerscope", "Update Layerscope to read it.")
    assert isinstance(document, dict)
    return document


def _foreign(path: Path) -> FileError:
    return FileError(f"'{path}' does not hold the training settings of a design", f"Its format should be '{FORMAT}'.")
