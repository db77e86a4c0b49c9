"""Appearance: the theme, and how large text and pictures are: chosen in steps, kept, and larger while presenting."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from widgets.theme import Look

SCALES = (0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.25, 2.5)
PRESENTED = 1.6
"""So much larger is everything while presenting, up to the largest of SCALES."""


class Appearance(QObject):
    """GUI thread only. ``told`` carries a sentence whenever the size was asked to change."""

    told = Signal(str)

    def __init__(self, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._usual: float | None = None  # the scale to come back to after presenting

    @property
    def scale(self) -> float:
        """The chosen scale, which is kept between starts; presenting does not change it."""
        return self._look.scale if self._usual is None else self._usual

    @property
    def is_light(self) -> bool:
        """Whether the light theme is on."""
        return self._look.theme.name == "light"

    def switch_theme(self) -> None:
        """Light instead of dark, or the other way round."""
        self._look.set_theme("dark" if self.is_light else "light")

    def larger(self) -> None:
        """The next larger scale, if there is one."""
        self._choose(min((scale for scale in SCALES if scale > self._look.scale), default=SCALES[-1]))

    def smaller(self) -> None:
        """The next smaller scale, if there is one."""
        self._choose(max((scale for scale in SCALES if scale < self._look.scale), default=SCALES[0]))

    def usual(self) -> None:
        """Back to 100 %; while presenting, to the size that presenting began with."""
        self._choose(1.0 if self._usual is None else presented(self._usual))

    def _choose(self, scale: float) -> None:
        if scale != self._look.scale:
            self._look.set_scale(scale, high_contrast=self._look.high_contrast)
        end = {SCALES[0]: ", the smallest there is", SCALES[-1]: ", the largest there is"}.get(scale, "")
        self.told.emit(f"Text and pictures are at {scale:.0%}{end}.".replace("%", " %"))

    def present(self, presenting: bool) -> None:
        """Larger and in high contrast, or back as before."""
        if presenting == (self._usual is not None):
            return
        if presenting:
            self._usual = self._look.scale
            self._look.set_scale(presented(self._usual), high_contrast=True)
        else:
            usual, self._usual = self.scale, None
            self._look.set_scale(usual)


def presented(scale: float) -> float:
    """The scale that ``scale`` becomes for the last row."""
    return min(SCALES[-1], scale * PRESENTED)


def known_scale(scale: float) -> float:
    """``scale`` as the settings say it, within what there is."""
    return min(SCALES, key=lambda known: abs(known - scale))
