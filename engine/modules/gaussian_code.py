"""The sampling of a variational autoencoder."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine.modules.random_module import RandomModule
from engine.modules.with_terms import WithTerms


class GaussianCode(RandomModule, nn.ModuleDict):
    """z = μ + σε while training, μ otherwise; built from the linear maps "mean" (μ) and "log_variance" (log σ²).

    (N, features) to (N, width) and the term "kl", ½ Σ(σ² + μ² − 1 − log σ²), its mean over the batch. Kingma & Welling 2014.
    """

    def forward(self, input: Tensor) -> WithTerms:
        mean, log_variance = self["mean"](input), self["log_variance"](input)
        kl = 0.5 * (log_variance.exp() + mean.square() - 1 - log_variance).sum(dim=1).mean()
        return WithTerms(self._sample(mean, log_variance) if self.training else mean, {"kl": kl})

    def _sample(self, mean: Tensor, log_variance: Tensor) -> Tensor:
        noise = torch.empty_like(mean).normal_(generator=self.generator)
        return mean + noise * (0.5 * log_variance).exp()
