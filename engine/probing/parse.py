"""From texts to a probe, and from its answer to JSON: the two ends of the command line."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.design.texts import parse_settings
from engine.design.values import construct
from engine.errors import DesignError, ProbeError
from engine.probing.base import PROBES, Probe
from engine.probing.result import ProbeResult


def make_probe(name: str, settings: Mapping[str, str] | None = None) -> Probe:
    """The probe ``name`` with ``settings`` as texts, the others at their defaults; ProbeError says what does not fit."""
    kind, noun = PROBES.get(name), f"The {name} probe"
    try:
        values = parse_settings(kind, [f"{key}={text}" for key, text in (settings or {}).items()], noun)
        return construct(kind, values, noun)
    except DesignError as error:
        place = "" if error.problem.startswith(noun) else f"Setting '{error.field}' of the {name} probe: "
        raise ProbeError(f"{place}{error.problem}", error.suggestion) from None


def result_json(result: ProbeResult, probe: Probe, seconds: float, run: str = "") -> dict[str, Any]:
    """{"probe", "run", "target", "seconds", "headline", ...facts} and the numbers of bars or rows, all of it plain; what is not
    finite becomes None."""
    facts = {key: _plain(value) for key, value in (result.facts | result.listed()).items()}
    head = {"probe": probe.kind, "run": run, "target": facts.pop("target", ""), "seconds": round(seconds, 4)}
    return head | {"headline": result.headline} | facts


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | np.ndarray):
        return [_plain(item) for item in value]
    if isinstance(value, np.generic):
        return _plain(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
