"""RUN/ended.json: the last word of a run that failed, for whoever opens it later. A run that did not fail has none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from engine.design.values import with_values
from engine.errors import FileError, LayerscopeError
from engine.files.atomic import atomic_write_text, read_bounded
from engine.files.metrics_file import history_of, read_rows
from engine.files.run_place import ENDED, METRICS
from engine.training.blown_up import failed
from engine.training.config import NOUN, TrainingConfig
from engine.training.messages import Ended, RunState

FAMILY, VERSION = "layerscope-ended", 1
MAX_BYTES = 1 << 20
MAX_TEXT = 2000


def save_last_word(path: Path, ended: Ended) -> None:
    """Write ``ended`` to ``path``, whole; FileError where that cannot be."""
    document = {
        "format": f"{FAMILY}/{VERSION}",
        "reason": ended.reason,
        "suggestion": ended.suggestion,
        "changes": dict(ended.changes),
        "layer": ended.layer,
    }
    atomic_write_text(path, json.dumps(document, ensure_ascii=False, indent=1) + "\n")


def load_last_word(path: Path) -> Ended | None:
    """Why the run failed; None where nothing is said of it. What cannot be read says nothing: the run itself is worth more."""
    try:
        document = json.loads(read_bounded(path, MAX_BYTES, "a run's last word")) if path.is_file() else None
    except (FileError, OSError, ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or document.get("format") != f"{FAMILY}/{VERSION}":
        return None
    reason, suggestion, layer = (_text(document.get(key)) for key in ("reason", "suggestion", "layer"))
    return Ended(RunState.FAILED, reason, suggestion, _numbers(document.get("changes")), layer) if reason else None


def last_word_of(run: Path, config: TrainingConfig) -> Ended | None:
    """Why the run in the folder ``run``, trained with ``config``, failed; None where it did not. Its curves say it where no last
    word is kept, as of older runs; FileError where they cannot be read. It loads no torch."""
    word, metrics = load_last_word(run / ENDED), run / METRICS
    if word is None:
        return failed(history_of(read_rows(metrics)), config) if metrics.exists() else None
    return word if _is_possible(config, word.changes) else replace(word, changes={})


def _is_possible(config: TrainingConfig, changes: Mapping[str, Any]) -> bool:
    """Whether these settings can be tried: the file may have been changed by anybody."""
    try:
        with_values(config, changes, NOUN)
    except LayerscopeError:
        return False
    return True


def _text(value: Any) -> str:
    return value[:MAX_TEXT] if isinstance(value, str) else ""


def _numbers(value: Any) -> dict[str, float]:
    """Settings to try instead: as far as the program itself writes them, numbers."""
    pairs = value.items() if isinstance(value, dict) else ()
    return {str(key): number for key, number in pairs if isinstance(number, int | float) and not isinstance(number, bool)}
