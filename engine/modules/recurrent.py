"""Recurrent layers with the channels first, as convolutions have them, that answer with the state at every step."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class ChannelsFirstLSTM(nn.LSTM):
    """(N, features, length) to (N, directions·units, length).

    Steps are laid out one behind the other, as torch wants them: otherwise it rounds otherwise where weights want no gradient.
    It is always told that it trains, which changes nothing, as there is no dropout: so cuDNN keeps what gradients need, which
    are asked for in eval mode too.
    """

    def forward(self, input: Tensor) -> Tensor:  # type: ignore[override]
        start, weights = _start(self, input), self._flat_weights
        states = torch.lstm(_steps(input), (start, start), weights, True, 1, 0.0, True, self.bidirectional, False)[0]  # type: ignore[arg-type]
        return states.movedim(0, 2)


class ChannelsFirstGRU(nn.GRU):
    """(N, features, length) to (N, directions·units, length), as ``ChannelsFirstLSTM``."""

    def forward(self, input: Tensor) -> Tensor:  # type: ignore[override]
        weights = self._flat_weights
        states = torch.gru(_steps(input), _start(self, input), weights, True, 1, 0.0, True, self.bidirectional, False)[0]  # type: ignore[arg-type]
        return states.movedim(0, 2)


def _steps(input: Tensor) -> Tensor:
    """(length, N, features)."""
    return input.movedim(2, 0).contiguous()


def _start(module: nn.RNNBase, input: Tensor) -> Tensor:
    """The state before the first step: zeros, (directions, N, units)."""
    return input.new_zeros(2 if module.bidirectional else 1, len(input), module.hidden_size)
