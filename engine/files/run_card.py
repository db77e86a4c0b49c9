"""config.json of a run folder: what was trained on what, how, where and with which versions."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.design.parameters import construct
from engine.errors import DesignError, FileError
from engine.files.atomic import atomic_write_text, read_bounded
from engine.files.versions import recorded_versions
from engine.training.config import TrainingConfig

FORMAT = "layerscope-run/1"
MAX_BYTES = 1 << 20


@dataclass(frozen=True)
class RunCard:
    """``data_name`` is what --data was given; ``data_fingerprint`` is the ImageSet's, "" while the data are not loaded;
    ``device`` is where the run went ("cpu", "cuda"), "" while it has not."""

    config: TrainingConfig
    data_name: str
    data_fingerprint: str = ""
    device: str = ""
    versions: dict[str, str] = field(default_factory=recorded_versions)


def save_card(path: Path, card: RunCard) -> None:
    """Write config.json in one step."""
    document = {
        "format": FORMAT,
        "training": card.config.model_dump(mode="json"),
        "data": {"name": card.data_name, "fingerprint": card.data_fingerprint},
        "seed": card.config.seed,
        "device": card.device,
        "versions": card.versions,
    }
    atomic_write_text(path, json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def load_card(path: Path) -> RunCard:
    """The card in a config.json; FileError names the file and what is wrong with it."""
    try:
        document = json.loads(read_bounded(path, MAX_BYTES, "a run's config.json"))
    except (ValueError, RecursionError) as error:
        raise FileError(f"'{path}' is damaged: it is not valid JSON ({error})") from None
    try:
        return _card(document)
    except DesignError as error:
        raise FileError(f"'{path}' is damaged: {error.sentence()}") from None
    except (KeyError, TypeError, AttributeError):
        raise FileError(f"'{path}' is not the config.json of a run", f"Its format should be '{FORMAT}'.") from None


def _card(document: dict[str, Any]) -> RunCard:
    if document["format"] != FORMAT:
        raise KeyError("format")
    data = document["data"]
    return RunCard(
        config=construct(TrainingConfig, document["training"], "the training configuration"),
        data_name=str(data["name"]),
        data_fingerprint=str(data.get("fingerprint", "")),
        device=str(document.get("device", "")),
        versions={str(name): str(version) for name, version in dict(document.get("versions", {})).items()},
    )
