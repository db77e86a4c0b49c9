"""config.json of a run folder: what was trained on what, how, where and with which versions."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.design.parameters import construct
from engine.errors import DesignError, FileError
from engine.files.atomic import atomic_write_text, read_bounded
from engine.files.versions import recorded_versions
from engine.training.config import TrainingConfig

if TYPE_CHECKING:
    from engine.data.dataset import ImageSet

FORMAT = "layerscope-run/1"
MAX_BYTES = 1 << 20


@dataclass(frozen=True)
class DataRecord:
    """What a run learned from: ``name`` is what --data was given; ``fingerprint``, ``classes`` and the normalisation
    (``mean``, ``deviation`` per channel) are the ImageSet's, and empty while it has not been loaded."""

    name: str
    fingerprint: str = ""
    classes: tuple[str, ...] = ()
    mean: tuple[float, ...] = ()
    deviation: tuple[float, ...] = ()

    def of(self, data: ImageSet) -> DataRecord:
        """The same name with what is known once the set has been loaded."""
        return DataRecord(self.name, data.fingerprint, data.classes, data.mean, data.deviation)


@dataclass(frozen=True)
class RunCard:
    """``device`` is where the run went ("cpu", "cuda"), "" while it has not."""

    config: TrainingConfig
    data: DataRecord
    device: str = ""
    versions: dict[str, str] = field(default_factory=recorded_versions)


def save_card(path: Path, card: RunCard) -> None:
    """Write config.json in one step."""
    document = {
        "format": FORMAT,
        "training": card.config.model_dump(mode="json"),
        "data": asdict(card.data),
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
    except (KeyError, TypeError, ValueError, AttributeError):
        raise FileError(f"'{path}' is not the config.json of a run", f"Its format should be '{FORMAT}'.") from None


def _card(document: dict[str, Any]) -> RunCard:
    if document["format"] != FORMAT:
        raise KeyError("format")
    return RunCard(
        config=construct(TrainingConfig, document["training"], "the training configuration"),
        data=_data_record(document["data"]),
        device=str(document.get("device", "")),
        versions={str(name): str(version) for name, version in dict(document.get("versions", {})).items()},
    )


def _data_record(document: dict[str, Any]) -> DataRecord:
    return DataRecord(
        name=str(document["name"]),
        fingerprint=str(document.get("fingerprint", "")),
        classes=tuple(str(name) for name in document.get("classes", ())),
        mean=tuple(float(value) for value in document.get("mean", ())),
        deviation=tuple(float(value) for value in document.get("deviation", ())),
    )
