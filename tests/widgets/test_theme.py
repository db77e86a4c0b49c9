"""The table of named colours: every text can be read on everything that lies below it."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from tests.helpers.contrast import contrast
from widgets.theme import Look, load_theme

GROUNDS = ("window", "bar", "panel", "card", "selected", "field", "hover")
TEXTS = ("text", "muted", "strong", "outline", "good", "bad", "warning")
"""What words are written in: "outline" colours the numbers of formulas."""
SIGNS = (
    *("shape", "convolution", "activation", "pooling", "normalisation", "linear", "joining"),
    *("training", "validation", "cursor"),
)
"""What is drawn and not read: stripes, dots, curves."""

THEMES = [(name, high) for name in ("dark", "light") for high in (False, True)]


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast(QColor("white"), QColor("black")) == pytest.approx(21)
    assert contrast(QColor("#777777"), QColor("white")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("name", "high_contrast"), THEMES)
def test_every_text_can_be_read(name: str, high_contrast: bool) -> None:
    theme = load_theme(name, high_contrast=high_contrast)
    least = 6.0 if high_contrast else 4.5
    low = {(text, on): contrast(theme[text], theme[on]) for text in TEXTS for on in GROUNDS}
    assert {pair: round(value, 2) for pair, value in low.items() if value < least} == {}
    assert contrast(theme["accent_text"], theme["accent"]) >= 4.5
    assert contrast(theme["accent"], theme["text"]) > 1.5, "the ring of a focused button"


@pytest.mark.parametrize(("name", "high_contrast"), THEMES)
def test_every_sign_can_be_told_from_its_ground(name: str, high_contrast: bool) -> None:
    theme = load_theme(name, high_contrast=high_contrast)
    low = {(sign, on): contrast(theme[sign], theme[on]) for sign in SIGNS for on in GROUNDS if on != "selected"}
    assert {pair: round(value, 2) for pair, value in low.items() if value < 3.0} == {}


def test_high_contrast_changes_colours_and_no_names() -> None:
    for name in ("dark", "light"):
        usual, high = load_theme(name), load_theme(name, high_contrast=True)
        assert usual.colours.keys() == high.colours.keys() and high.name == name
        for text in ("muted", "good", "bad", "warning"):
            assert contrast(high[text], high["card"]) > contrast(usual[text], usual["card"])


def test_another_theme_keeps_the_contrast() -> None:
    look = Look()
    look.set_scale(1.6, high_contrast=True)
    look.set_theme("light")
    assert look.theme == load_theme("light", high_contrast=True) and look.scale == 1.6
    look.set_scale(1.0)
    assert look.theme == load_theme("light")
