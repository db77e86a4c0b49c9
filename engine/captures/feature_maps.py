"""Feature maps: what a layer makes of the pinned image."""

from __future__ import annotations

from math import isqrt

from torch import Tensor

from engine.capturing.base import capture
from engine.capturing.context import CaptureContext
from engine.capturing.quantise import quantise
from engine.errors import DesignError
from engine.snapshot import Tiles, Want

MAPS = 64
ROW = 32  # a vector up to this long is one row of pixels


@capture("feature_maps")
def feature_maps(context: CaptureContext, want: Want) -> Tiles:
    """Up to 64 maps of ``want.layer`` ("@in": the input's channels), signed where the layer has negative values.

    A vector is one picture; its unit u is at row u // width and column u % width.
    """
    if not want.layer:
        raise DesignError("Feature maps are those of a layer, and none is named", "Select a layer.")
    output = context.activations(want.subject)[want.layer][0].float()
    maps = output.unsqueeze(0).reshape(1, *grid(len(output))) if output.dim() == 1 else as_pictures(output)
    return quantise(maps[:MAPS], len(maps))


def as_pictures(volume: Tensor) -> Tensor:
    """(C, H, W) as it is; (C, L) as (C, 1, L); (C, D, H, W) as (C, D·H, W), the slices below one another."""
    return volume.reshape(len(volume), -1, volume.shape[-1])


def grid(units: int) -> tuple[int, int]:
    """(rows, columns) for a vector of ``units`` numbers: one row, or for a long one as square a rectangle as divides it."""
    if units <= ROW:
        return 1, units
    rows = next(rows for rows in range(isqrt(units), 0, -1) if units % rows == 0)
    return rows, units // rows
