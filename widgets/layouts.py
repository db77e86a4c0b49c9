"""Layout: what a stage remembers of its docks, and the text in which the settings keep it."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from widgets.places import MINIMUM, Plan

LAYOUT_VERSION = 2
_LEGIBLE = 0.8  # of a card's least sizes


class Layout(BaseModel):
    """``state`` is Qt's saved state in base64. Sizes are (width, height) in pixels, ``scale`` that of text and pictures.

    ``first`` says that nobody has moved anything: such a layout is made anew for the stage's size instead of being scaled.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = LAYOUT_VERSION
    first: bool
    open: tuple[str, ...]
    state: str
    size: tuple[int, int]
    places: dict[str, tuple[int, int]]
    """By the name of the view that is in front: the size of each place, tabs included."""
    scale: float = 1.0

    def has_room(self, width: int, height: int, scale: float) -> bool:
        """Whether each card would stay legible, or about as small as it was left, on a stage of ``width`` × ``height`` pixels."""
        return all(
            now / scale >= _LEGIBLE * min(least, left / self.scale)
            for name, sizes in self.scaled_places(width, height).items()
            for now, left, least in zip(sizes, self.places[name], MINIMUM, strict=True)
        )

    def scaled_places(self, width: int, height: int) -> dict[str, tuple[int, int]]:
        """The places' sizes on a stage of ``width`` × ``height`` pixels, in the same proportions."""
        across, down = width / max(1, self.size[0]), height / max(1, self.size[1])
        return {name: (round(w * across), round(h * down)) for name, (w, h) in self.places.items()}


@dataclass(frozen=True)
class Aside:
    """What stood on a stage before it presented: ``front`` names the views before other tabs, ``alone`` the one that had all."""

    layout: Layout
    places: Plan
    front: tuple[str, ...]
    alone: str


def layout_from(text: str) -> Layout | None:
    """The layout that ``text`` tells of; None where it is of another version, or none at all."""
    try:
        layout = Layout.model_validate_json(text)
    except ValueError:
        return None
    return layout if layout.version == LAYOUT_VERSION else None
