"""Health: a few numbers per layer that tell whether it learns: gradients, updates, activations, dead units."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from engine.build import Network
from engine.captures.context import CaptureContext
from engine.training.optimisers import last_update_norms


def measure_health(context: CaptureContext, optimizer: Optimizer) -> dict[str, float]:
    """One point for each series "layer/ID/..." (see ``History``). Costs one forward of the gallery, and one wait for the device.

    mean, deviation: of a layer's outputs over all gallery images. dead: the share of a ReLU's units (feature maps, where it
    has maps) that are zero for every gallery image at every place. gradient_norm: of the gradient of the last step, over all
    weights of the layer. update_ratio: ‖Δw‖/‖w‖ of that step; about 0.001 is healthy. Before the first step
    these two are left out.
    """
    values = _activation_health(context) | _weight_health(context.network, optimizer)
    if not values:
        return {}
    numbers = torch.stack([value.float() for value in values.values()]).tolist()
    return dict(zip(values, numbers, strict=True))


def _activation_health(context: CaptureContext) -> dict[str, Tensor]:
    values: dict[str, Tensor] = {}
    for spec in context.design.layers:
        output = context.health_activations[spec.id]
        mean = output.mean()
        values[f"layer/{spec.id}/mean"] = mean
        values[f"layer/{spec.id}/deviation"] = (_mean_square(output) - mean.square()).clamp_min(0).sqrt()
        if spec.kind == "relu":
            values[f"layer/{spec.id}/dead"] = dead_share(output)
    return values


def _mean_square(output: Tensor) -> Tensor:
    """Ten times faster on a CPU than ``torch.var``, and exact enough for a curve."""
    norm: Tensor = torch.linalg.vector_norm(output)
    return norm.square() / output.numel()


def dead_share(output: Tensor) -> Tensor:
    """The share of units of (N, units) or channels of (N, C, ...) that are positive nowhere; a scalar, 0..1."""
    highest = output.amax(dim=[0, *range(2, output.dim())])
    return (highest <= 0).float().mean()


def _weight_health(network: Network, optimizer: Optimizer) -> dict[str, Tensor]:
    """Norms over all parameters of each layer, from the gradients that the last step has left behind."""
    owners: list[str] = []
    parameters: list[nn.Parameter] = []
    slopes: list[Tensor] = []
    for name, parameter in network.layers.named_parameters():
        if parameter.grad is not None:
            owners.append(name.partition(".")[0])
            parameters.append(parameter)
            slopes.append(parameter.grad)
    if not parameters:
        return {}
    gradients = torch._foreach_norm(slopes)
    weights = torch._foreach_norm([parameter.detach() for parameter in parameters])
    updates = last_update_norms(optimizer, parameters)
    values: dict[str, Tensor] = {}
    for id in dict.fromkeys(owners):
        chosen = [index for index, owner in enumerate(owners) if owner == id]
        values[f"layer/{id}/gradient_norm"] = _norm(gradients, chosen)
        values[f"layer/{id}/update_ratio"] = _norm(updates, chosen) / _norm(weights, chosen).clamp_min(1e-12)
    return values


def _norm(parts: list[Tensor] | tuple[Tensor, ...], chosen: list[int]) -> Tensor:
    """The norm of the whole from the norms of its parts."""
    whole: Tensor = torch.linalg.vector_norm(torch.stack([parts[index] for index in chosen]))
    return whole
