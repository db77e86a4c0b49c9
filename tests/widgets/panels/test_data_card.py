"""The data card on the engine's own cards: pictures of every sort of data, names of any length, both themes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QHelpEvent, QImage
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from engine.data.card import CardRow, DataCard, card
from widgets.panels import data_card
from widgets.panels.card_facts import CardFacts
from widgets.theme import Look


@dataclass(frozen=True)
class Facts:
    """A card with rows of our own."""

    rows: tuple[CardRow, ...]
    mean_image: NDArray[np.uint8] | None = None
    title: str = "Mine"
    help: str = "Made for a test."
    notes: tuple[str, ...] = ()

    def lines(self) -> tuple[str, ...]:
        return ("Some of them",)


def flat(value: int, width: int = 8, height: int = 8) -> NDArray[np.uint8]:
    return np.full((1, height, width), value, np.uint8)


def panel_of(qtbot: QtBot, facts: CardFacts, scale: float = 1.0, theme: str = "dark") -> data_card.DataCard:
    panel = data_card.DataCard(Look(theme, scale))
    qtbot.addWidget(panel)
    panel.resize(int(340 * scale), int(600 * scale))
    panel.show()
    panel.show_facts(facts)
    QApplication.processEvents()
    return panel


def drawn(panel: data_card.DataCard) -> NDArray[np.uint8]:
    """What the rows look like, (H, W, 3)."""
    image = panel._rows.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return pixels[:, : image.width(), 2::-1].copy()


def columns_of(pixels: NDArray[np.uint8], grey: int) -> list[int]:
    """The columns in which there is a pixel of this grey."""
    return [int(column) for column in (pixels == grey).all(-1).any(0).nonzero()[0]]


def colours_of(pixels: NDArray[np.uint8]) -> set[tuple[int, ...]]:
    return {tuple(colour) for colour in np.unique(pixels.reshape(-1, 3), axis=0).tolist()}


@pytest.fixture(scope="module")
def cards() -> dict[str, DataCard]:
    return {name: card(name) for name in ("strokes", "hills", "moods", "solids", "waves", "shapes")}


@pytest.mark.parametrize("scale", [1.0, 1.6])
@pytest.mark.parametrize("name", ["strokes", "hills", "moods", "solids", "waves", "shapes"])
def test_every_sort_of_data_is_pictured(qtbot: QtBot, cards: dict[str, DataCard], name: str, scale: float) -> None:
    facts = cards[name]
    panel = panel_of(qtbot, facts, scale)
    assert panel._title.text() == facts.title and panel._help.text() == facts.help
    assert panel._lines.text().splitlines() == list(facts.lines())
    assert panel._mean_row.isVisible() == (facts.mean_image is not None)
    words = panel._rows.accessibleDescription()
    assert all(f"{row.name}: {row.count:,}" in words for row in facts.rows)
    pixels, tops = drawn(panel), panel._rows._tops()
    for row, (top, end) in zip(facts.rows, pairwise(tops), strict=True):
        sample = np.broadcast_to(row.samples[0], (3, *row.samples[0].shape[1:])).transpose(1, 2, 0)
        assert colours_of(sample) <= colours_of(pixels[top:end]), row.name
    assert panel._rows.height() >= tops[-1]


def test_data_without_a_mean_image_follow_data_with_one(qtbot: QtBot, cards: dict[str, DataCard]) -> None:
    panel = panel_of(qtbot, cards["strokes"])
    assert panel._mean.pixmap().size().toTuple() == (84, 84)
    panel.show_facts(cards["hills"])
    assert not panel._mean_row.isVisible()


def test_the_sentence_stands_above_the_last_facts(qtbot: QtBot, cards: dict[str, DataCard]) -> None:
    panel = panel_of(qtbot, cards["hills"])
    panel.say("Reading moods…")
    assert panel._title.text() == "Reading moods…"
    assert "point: 3,600" in panel._rows.accessibleDescription()


def test_long_names_are_elided_and_told_by_pointing_at_them(qtbot: QtBot) -> None:
    long = "a class whose name is far longer than the card is wide"
    rows = (CardRow("b", 5, (flat(200),)), CardRow(long, 12345, (flat(200),)))
    panel = panel_of(qtbot, Facts(rows))
    start = columns_of(drawn(panel), 200)[0]
    assert start < 260, "names leave room for pictures"
    place = QPoint(4, panel._rows._tops()[1] + 4)
    QApplication.sendEvent(panel._rows, QHelpEvent(QHelpEvent.Type.ToolTip, place, panel._rows.mapToGlobal(place)))
    assert QToolTip.text() == f"{long}: 12,345 training examples"
    QToolTip.hideText()


def test_pictures_are_enlarged_alike_without_smoothing(qtbot: QtBot) -> None:
    checks = np.zeros((1, 8, 8), np.uint8)
    checks[:, ::2, ::2] = 200
    panel = panel_of(qtbot, Facts((CardRow("a", 1, (checks,)),)))
    columns = columns_of(drawn(panel), 200)
    assert len(columns) == 4 * 5, "8 pixels, 5 times larger, every second one bright"
    sizes = (flat(90, 100, 20), flat(91, 100, 40))
    panel.show_facts(Facts((CardRow("a", 1, sizes),)))
    QApplication.processEvents()
    image = drawn(panel)
    assert len(columns_of(image, 90)) == len(columns_of(image, 91)) == 100


def test_only_whole_pictures_are_drawn_and_always_one(qtbot: QtBot) -> None:
    wide = tuple(flat(50 + place, 130, 40) for place in range(4))
    panel = panel_of(qtbot, Facts((CardRow("a", 1, wide),)))
    assert [len(columns_of(drawn(panel), 50 + place)) for place in range(4)] == [130, 130, 0, 0]
    panel.show_facts(Facts((CardRow("a", 1, (flat(60, 900, 40),)),)))
    QApplication.processEvents()
    assert columns_of(drawn(panel), 60)


def test_what_was_done_to_the_data_stands_on_their_card_as_long_as_they_do(qtbot: QtBot) -> None:
    """That pictures were left out was a message, which the next one took away."""
    note = "2 images cannot be read and were left out: 'a/1.png' (damaged), 'b/2.png' (too large)."
    panel = panel_of(qtbot, Facts((CardRow("a", 1, ()),), notes=(f"Mine: {note}", "Brought to 8×8.")))
    assert panel._notes.isVisible() and panel._notes.text().splitlines() == [note, "Brought to 8×8."]
    panel.show_facts(Facts((CardRow("a", 1, ()),)))
    assert not panel._notes.isVisible()


def test_rows_without_examples_and_cards_without_rows(qtbot: QtBot) -> None:
    panel = panel_of(qtbot, Facts((CardRow("a", 0, ()), CardRow("b", 0, ()))))
    assert panel._rows.row_at(0) == 0 and panel._rows.row_at(10_000) == -1
    panel.show_facts(Facts(()))
    QApplication.processEvents()
    assert panel._rows.sizeHint().height() == 0


def test_the_light_theme_gives_pictures_an_edge(qtbot: QtBot) -> None:
    white = Facts((CardRow("a", 1, (flat(255),)),))
    edges = {}
    for theme in ("dark", "light"):
        panel = panel_of(qtbot, white, theme=theme)
        edges[theme] = panel._look.colour("line").getRgb()[:3] in colours_of(drawn(panel))
    assert edges == {"dark": False, "light": True}


def test_the_scale_enlarges_what_is_shown(qtbot: QtBot, cards: dict[str, DataCard]) -> None:
    panel = panel_of(qtbot, cards["strokes"])
    before = panel._rows.minimumHeight()
    panel._look.set_scale(1.6)
    assert panel._rows.minimumHeight() > 1.5 * before
    assert panel.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff


def test_the_engines_card_is_what_the_panel_takes(cards: dict[str, DataCard]) -> None:
    facts: CardFacts = replace(cards["hills"], title="Other")
    assert facts.title == "Other" and facts.mean_image is None
