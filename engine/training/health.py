"""Health: a few numbers per layer that tell whether it learns: gradients, updates, activations, dead units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from engine.build import Network
from engine.capturing.context import CaptureContext
from engine.design.places import owner

Weights = Mapping[str, Tensor]


def copied_weights(network: Network) -> dict[str, Tensor]:
    """What learns, by name, as it is now: to be compared with what one step makes of it. Copies on the device."""
    return {name: parameter.detach().clone() for name, parameter in network.layers.named_parameters()}


def measure_health(context: CaptureContext, before: Weights | None) -> dict[str, float]:
    """One point for each series "layer/ID/..." (see ``History``). Costs one forward of the gallery, and one wait for the device.

    mean, deviation: of a layer's outputs over all gallery examples. dead: the share of the units (feature maps, where it has
    maps) of a rectifying layer that are zero for every gallery example at every place. gradient_norm: of the gradient of the
    last step, over all weights of the layer; left out before the first step. update_ratio: ‖Δw‖/‖w‖ of that step, from
    ``before``, the ``copied_weights`` of just before it; about 0.001 is healthy; left out without ``before``.
    """
    values = _activation_health(context) | _weight_health(context.network, before)
    if not values:
        return {}
    numbers = torch.stack([value.float() for value in values.values()]).tolist()
    return dict(zip(values, numbers, strict=True))


def _activation_health(context: CaptureContext) -> dict[str, Tensor]:
    values: dict[str, Tensor] = {}
    for spec in context.design.layers:
        output = context.health_activations[spec.id]
        if not output.is_floating_point():
            continue
        mean = output.mean()
        values[f"layer/{spec.id}/mean"] = mean
        values[f"layer/{spec.id}/deviation"] = (_mean_square(output) - mean.square()).clamp_min(0).sqrt()
        if spec.parameters.rectifies:
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


def _weight_health(network: Network, before: Weights | None) -> dict[str, Tensor]:
    """Norms over all parameters of each layer: of the gradients that the last step has left behind, and of what it changed."""
    named = {name: weight for name, weight in network.layers.named_parameters() if weight.grad is not None}
    if not named:
        return {}
    owners = [owner(name, network.design.outputs) for name in named]
    gradients = _by_owner(owners, torch._foreach_norm([_gradient(weight) for weight in named.values()]))
    values = {f"layer/{id}/gradient_norm": norm for id, norm in gradients.items()}
    if before is None:
        return values
    old = [before[name] for name in named]
    moves = torch._foreach_sub([weight.detach() for weight in named.values()], old)
    updates, sizes = _by_owner(owners, torch._foreach_norm(moves)), _by_owner(owners, torch._foreach_norm(old))
    return values | {f"layer/{id}/update_ratio": updates[id] / sizes[id].clamp_min(1e-12) for id in updates}


def _gradient(weight: nn.Parameter) -> Tensor:
    assert weight.grad is not None
    return weight.grad


def _by_owner(owners: Sequence[str], norms: Sequence[Tensor]) -> dict[str, Tensor]:
    """For each layer the norm of the whole from the norms of its parts; ``owners`` names each part's layer."""
    parts: dict[str, list[Tensor]] = {}
    for id, norm in zip(owners, norms, strict=True):
        parts.setdefault(id, []).append(norm)
    return {id: torch.linalg.vector_norm(torch.stack(each)) for id, each in parts.items()}
