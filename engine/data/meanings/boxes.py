"""Boxes: where the objects of an image are, and what they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from engine.data.meaning import MEANINGS, Array, Bytes, Meaning, as_float32
from engine.design.kinds import Shape
from engine.design.parameters import Words, parameter

if TYPE_CHECKING:
    from torch import Tensor

NUMBERS = 5  # of one box


@MEANINGS.declare
class Boxes(Meaning):
    """(N, most, 5) float32, padded: left, top, right, bottom in pixels of an image of height × width, and the class's index.

    Networks read and answer with the four edges as shares 0..1 of the image.
    """

    kind: ClassVar[str] = "boxes"
    title: ClassVar[str] = "Boxes"
    help: ClassVar[str] = "The objects of an image: for each the box around it and its class; their number differs."
    arrays: ClassVar[str] = "numbers (N, most, 5): left, top, right, bottom, class, with NAME.count"

    names: Words = parameter((), "The names of the classes, in the order of their indices.")
    height: int = parameter(1, "The height of the image.", low=1, unit="px")
    width: int = parameter(1, "The width of the image.", low=1, unit="px")

    @classmethod
    def recognised(cls, values: Array, names: tuple[str, ...], padded: bool) -> tuple[Meaning, Array] | None:
        if values.ndim != 3 or values.shape[2] != NUMBERS or values.dtype.kind not in "fiu" or not padded:
            return None
        stored = np.nan_to_num(as_float32(values))
        right, bottom = (max(1, int(np.ceil(stored[..., edge].max(initial=1)))) for edge in (2, 3))
        known = names or tuple(str(index) for index in range(int(stored[..., 4].max(initial=0)) + 1))
        return cls(names=known, height=bottom, width=right), as_float32(values)

    def beside(self, others: Sequence[Meaning], shapes: Sequence[Shape]) -> Meaning:
        """The boxes lie on the image, if there is one."""
        image = next((shape for other, shape in zip(others, shapes, strict=True) if other.dimensions == 2), None)
        return self if image is None else self.fitted((1, *image[-2:]))

    def fault(self, values: Array) -> str:
        if (values[..., 2:4] < values[..., :2]).any():
            return "has a box that ends before it begins; its numbers are left, top, right, bottom, class"
        wrong = values[..., 4][(values[..., 4] < 0) | (values[..., 4] >= len(self.names))]
        return (
            f"has the class {wrong[0]:g}, but there are only {len(self.names)} classes" if len(wrong) else super().fault(values)
        )

    def as_trained(self, recorded: Meaning) -> Meaning:
        """Names and size say what the data hold, not how a network reads them."""
        return self

    def encode(self, values: Tensor) -> Tensor:
        return values / self._scale(values)

    def decode(self, encoded: Tensor) -> Tensor:
        return encoded * self._scale(encoded)

    def _scale(self, like: Tensor) -> Tensor:
        from engine.data.constants import constant

        return constant((self.width, self.height, self.width, self.height, 1), (NUMBERS,), like.device)

    def fit(self, values: Tensor, shape: Sequence[int]) -> Tensor:
        """What is left of the boxes once the image is cropped and resized as images are."""
        from engine.data.fit import cropped_size

        if len(shape) != 3:
            return values
        _, height, width = shape
        tall, wide = cropped_size(self.height, self.width, height, width)
        left, top = (self.width - wide) // 2, (self.height - tall) // 2
        across = (values[..., 0:4:2] - left).clamp(0, wide) * (width / wide)
        down = (values[..., 1:4:2] - top).clamp(0, tall) * (height / tall)
        return self._of_edges(across, down, values)

    def fitted(self, shape: Sequence[int]) -> Meaning:
        return self if len(shape) != 3 else self.model_copy(update={"height": shape[1], "width": shape[2]})

    def mirrored(self, values: Tensor) -> Tensor:
        return self._of_edges(self.width - values[..., 0:4:2].flip(-1), values[..., 1:4:2], values)

    def moved(self, values: Tensor, down: Tensor, across: Tensor) -> Tensor:
        right = (values[..., 0:4:2] + across[:, None, None]).clamp(0, self.width)
        below = (values[..., 1:4:2] + down[:, None, None]).clamp(0, self.height)
        return self._of_edges(right, below, values)

    def _of_edges(self, across: Tensor, down: Tensor, values: Tensor) -> Tensor:
        """Boxes with the edges ``across`` (left, right) and ``down`` (top, bottom), and the classes of ``values``."""
        import torch

        edges = torch.stack([across, down], dim=-1).flatten(-2)
        return torch.cat([edges, values[..., 4:]], dim=-1)

    def picture(self, value: Array) -> Bytes:
        """The boxes' outlines on black, (1, height, width); boxes without extent are not drawn."""
        picture = np.zeros((1, self.height, self.width), np.uint8)
        for box in value:
            left, top, right, bottom = (int(edge) for edge in np.rint(np.nan_to_num(box[:4])))
            inside = picture[0, max(0, top) : max(0, bottom), max(0, left) : max(0, right)]
            if inside.size:
                inside[[0, -1], :] = 255
                inside[:, [0, -1]] = 255
        return picture

    def words(self, value: Array) -> str:
        there = [box for box in value if box[2] > box[0] and box[3] > box[1]]
        return ", ".join(f"{self.names[int(box[4])]} at {box[0]:.0f},{box[1]:.0f}" for box in there[:3])

    def facts(self, shape: Shape) -> str:
        boxes = "a box" if shape[0] == 1 else f"up to {shape[0]} boxes"
        return f"{boxes} of {len(self.names)} class{'es' * (len(self.names) != 1)} in every image"
