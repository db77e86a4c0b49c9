"""Where a sliding patch lies on an image, in which order to try its positions, and what they say of each pixel."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Steps:
    """The positions of a patch along one dimension: position i covers the pixels ``starts[i]`` .. ``ends[i]`` - 1."""

    size: int
    patch: int
    stride: int

    def __len__(self) -> int:
        """As many positions as it takes to reach the far border."""
        return -(-(self.size - self.patch) // self.stride) + 1

    @property
    def starts(self) -> NDArray[np.int64]:
        """(n,) the first covered pixel."""
        return np.arange(len(self), dtype=np.int64) * self.stride

    @property
    def ends(self) -> NDArray[np.int64]:
        """(n,) one past the last covered pixel; the last patch is cut off at the border."""
        return np.minimum(self.starts + self.patch, self.size)

    @property
    def covers(self) -> Floats:
        """(n, size) 1 where position i covers pixel j, else 0."""
        pixels = np.arange(self.size)
        covered: NDArray[np.bool_] = (pixels >= self.starts[:, None]) & (pixels < self.ends[:, None])
        return covered.astype(np.float64)


@dataclass(frozen=True)
class Patches:
    """All positions of a patch on an image: a grid of ``rows`` × ``columns``, numbered row by row."""

    rows: Steps
    columns: Steps

    @property
    def shape(self) -> tuple[int, int]:
        """How many positions there are down and across."""
        return len(self.rows), len(self.columns)

    @property
    def patch(self) -> tuple[int, int]:
        """Height and width of the patch."""
        return self.rows.patch, self.columns.patch

    @property
    def stride(self) -> tuple[int, int]:
        """How far it moves down and across."""
        return self.rows.stride, self.columns.stride

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    def coarse_to_fine(self) -> NDArray[np.int64]:
        """Every position once, those on the widest-meshed grid first, so that the whole image is seen early."""
        mesh = np.minimum(_mesh(self.shape[0])[:, None], _mesh(self.shape[1])[None, :])
        return np.argsort(-mesh.ravel(), kind="stable")

    def spread(self, values: Floats) -> Floats:
        """(H, W) for each pixel the mean of ``values`` (rows, columns) over the positions that cover it.

        Positions that are NaN count as not tried; a pixel that no tried position covers is NaN.
        """
        tried = ~np.isnan(values)
        down, across = self.rows.covers.T, self.columns.covers
        total = down @ np.where(tried, values, 0.0) @ across
        count = down @ tried.astype(np.float64) @ across
        return np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)


def _mesh(count: int) -> NDArray[np.int64]:
    """(count,) for each index the largest power of two that divides it, at most 8."""
    index = np.arange(count, dtype=np.int64)
    index[:1] = 8
    mesh: NDArray[np.int64] = np.minimum(index & -index, 8)
    return mesh
