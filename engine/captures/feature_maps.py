"""Feature maps: what a layer makes of the pinned image."""

from __future__ import annotations

from engine.capturing.base import capture
from engine.capturing.context import CaptureContext
from engine.capturing.pictures import as_pictures, grid
from engine.capturing.quantise import quantise
from engine.errors import DesignError
from engine.snapshot import Tiles, Want

MAPS = 64


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
