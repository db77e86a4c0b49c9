"""Filters: the learned weights of a layer as pictures."""

from __future__ import annotations

from math import prod

from torch import Tensor

from engine.build import Network
from engine.capturing.base import capture
from engine.capturing.context import CaptureContext
from engine.capturing.pictures import as_pictures
from engine.capturing.quantise import quantise
from engine.design.kinds import Shape
from engine.design.network import NETWORK_INPUT
from engine.snapshot import Tiles, Want

FILTERS = 64
CHANNELS = 16
MATRIX_SIDE = 256


@capture("filters")
def filters(context: CaptureContext, want: Want) -> Tiles | None:
    """The kernels of ``want.layer``, one row per filter and one column per input channel; None where it has none.

    A linear layer that reads a flattened C×H×W volume is shown as templates, C pictures of H×W per unit; any other as its
    matrix (units × inputs), one picture cut off at 256 × 256, with ``columns`` 0 and all units as ``total``.
    """
    if want.layer not in context.design or not context.design[want.layer].parameters.has_filters:
        return None
    weight = context.network.layers[context.design[want.layer].id].weight
    assert isinstance(weight, Tensor)
    if weight.dim() > 2:
        return _kernels(weight)
    volume = flattened_volume(context.network, want.layer)
    if volume is not None and volume[-1] > 1:
        return _kernels(weight.reshape(len(weight), *volume))
    return quantise(weight[:MATRIX_SIDE, :MATRIX_SIDE].unsqueeze(0), len(weight), signed=True)


def _kernels(weight: Tensor) -> Tiles:
    """(filters, channels, height, width) to one tile per pair of filter and channel."""
    shown = weight[:FILTERS, :CHANNELS]
    pictures = as_pictures(shown.reshape(-1, *weight.shape[2:]))
    return quantise(pictures, len(weight) * weight.shape[1], signed=True, columns=shown.shape[1])


def flattened_volume(network: Network, id: str) -> Shape | None:
    """(C, H, W) of the volume whose flattened numbers layer ``id`` reads, seen through layers that keep every number in its
    place (activations, dropout); None where there is no such volume."""
    design, report = network.design, network.report
    sources = dict(zip((spec.id for spec in design.layers), design.wiring(), strict=True))
    name = design[id].id
    while len(sources[name]) == 1:
        (shape,) = report[name].inputs
        if len(shape) > 1:
            return shape if design[name].parameters.only_reshapes and len(shape) == 3 else None
        (before,) = sources[name]
        if before == NETWORK_INPUT or design[before].parameters.windows(report[before].inputs) != ():
            return None
        if [prod(read) for read in report[before].inputs] != [prod(shape)]:
            return None
        name = before
    return None
