"""What a probe answers: one of four drawable kinds, each plain numpy with words beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class ProbeResult:
    """An answer, whole or in progress. ``done`` is the share that is ready, 0..1; ``facts`` go into the JSON and, as a table,
    below the picture; ``units`` are those of some of them ("px"; "share": 0..1, shown in percent); ``headline`` is one sentence
    that says what is seen."""

    headline: str
    facts: dict[str, Any] = field(default_factory=dict)
    done: float = 1.0
    units: Mapping[str, str] = field(default_factory=dict)

    def array(self) -> NDArray[np.float32] | None:
        """What ``--out FILE.npy`` writes, or None where there is nothing to write."""
        return None

    def listed(self) -> dict[str, Any]:
        """The answer itself where it is short enough for the JSON beside the facts."""
        return {}


@dataclass(frozen=True, eq=False)
class HeatMap(ProbeResult):
    """Signed values over an image. ``values`` (H, W) float32, NaN where not yet computed; ``picture`` (C, h, w) uint8 is
    the image asked about; ``meaning`` says what is measured; ``ends`` what the most negative and the most positive values say,
    in a few words; ``unit`` of the values. ``floor``: smaller values say nothing, so the colours span at least -floor..floor."""

    values: NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), np.float32))
    picture: NDArray[np.uint8] | None = None
    meaning: str = ""
    ends: tuple[str, str] = ("", "")
    unit: str = ""
    floor: float = 0.0

    def array(self) -> NDArray[np.float32]:
        return self.values


@dataclass(frozen=True, eq=False)
class ImageStrip(ProbeResult):
    """Pictures side by side with captions. ``pictures``: each (C, H, W) float32 in 0..1, C 1 or 3. The first is the answer."""

    pictures: tuple[NDArray[np.float32], ...] = ()
    captions: tuple[str, ...] = ()

    def array(self) -> NDArray[np.float32] | None:
        return self.pictures[0] if self.pictures else None


@dataclass(frozen=True, eq=False)
class BarChart(ProbeResult):
    """Labelled numbers. ``values`` (N,) float32."""

    labels: tuple[str, ...] = ()
    values: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    unit: str = ""

    def array(self) -> NDArray[np.float32]:
        return self.values

    def listed(self) -> dict[str, Any]:
        return {"labels": self.labels, "values": self.values}


@dataclass(frozen=True, eq=False)
class Table(ProbeResult):
    """Rows of texts and numbers under ``columns``."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str | float, ...], ...] = ()

    def listed(self) -> dict[str, Any]:
        return {"columns": self.columns, "rows": self.rows}
