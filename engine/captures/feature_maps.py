"""Feature maps: what a layer makes of the pinned image."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from engine.capturing.base import capture
from engine.capturing.context import CaptureContext
from engine.capturing.pictures import as_pictures
from engine.capturing.quantise import LARGEST, quantise
from engine.errors import DesignError
from engine.snapshot import Tiles, Units, Want

MAPS = 64
UNITS = 1024


@capture("feature_maps")
def feature_maps(context: CaptureContext, want: Want) -> Tiles | Units:
    """Up to 64 maps of ``want.layer`` ("@in": the input's channels), signed where the layer has negative values; of a layer
    without places up to 1,024 Units, which bear the classes' names where they are the classes."""
    if not want.layer:
        raise DesignError("Feature maps are those of a layer, and none is named", "Select a layer.")
    output = context.activations(want.subject)[want.layer][0].float()
    if output.dim() == 1:
        return _units(context, want, output)
    maps = as_pictures(output)
    return quantise(maps[:MAPS], len(maps))


def _units(context: CaptureContext, want: Want, output: Tensor) -> Units:
    values = np.nan_to_num(output[:UNITS].cpu().numpy(), nan=0.0).clip(-LARGEST, LARGEST)
    values.flags.writeable = False
    network, problem = context.network, context.problem
    labels = problem.task.labels(problem.roles)
    last = network.design.layers[-1].id if network.link else network.main_id
    id = network.design.outputs.get(want.layer)
    if id not in (network.main_id, last) or len(labels) != len(output):
        return Units(values, total=len(output))
    return Units(values, labels, context.pinned[want.subject].label, len(output))
