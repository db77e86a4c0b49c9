"""Recurrent layers with the channels first, as convolutions have them, that answer with the state at every step."""

from __future__ import annotations

import torch
from torch import Tensor, nn


def _start(module: nn.RNNBase, input: Tensor) -> Tensor:
    """The state before the first step: zeros, (directions, N, units)."""
    return input.new_zeros(2 if module.bidirectional else 1, len(input), module.hidden_size)


class ChannelsFirstLSTM(nn.LSTM):
    """(N, features, length) to (N, directions·units, length); one layer, made with ``batch_first``.

    Torch is always told that it trains, which changes nothing, as there is no dropout: so cuDNN keeps what gradients need,
    which are asked for in eval mode too.
    """

    def forward(self, input: Tensor) -> Tensor:  # type: ignore[override]
        start, weights = _start(self, input), self._flat_weights
        states = torch.lstm(input.movedim(1, 2), (start, start), weights, True, 1, 0.0, True, self.bidirectional, True)[0]  # type: ignore[arg-type]
        return states.movedim(2, 1)


class ChannelsFirstGRU(nn.GRU):
    """(N, features, length) to (N, directions·units, length), as ``ChannelsFirstLSTM``."""

    def forward(self, input: Tensor) -> Tensor:  # type: ignore[override]
        steps, weights = input.movedim(1, 2), self._flat_weights
        states = torch.gru(steps, _start(self, input), weights, True, 1, 0.0, True, self.bidirectional, True)[0]  # type: ignore[arg-type]
        return states.movedim(2, 1)
