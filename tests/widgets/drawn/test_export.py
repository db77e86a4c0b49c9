"""Exported drawings: whole, self-contained, with their words and their scale."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tests.widgets.drawn.bench import Bench, small


@pytest.fixture(params=["graph", "volumes"])
def bench(qtbot: QtBot, request: pytest.FixtureRequest) -> Bench:
    return Bench(qtbot, small(), request.param)


def words_of(svg: bytes) -> str:
    root = ElementTree.fromstring(svg)
    return " ".join(text for element in root.iter() for text in element.itertext())


def test_svg_is_vectors_with_the_words_and_nothing_from_elsewhere(bench: Bench) -> None:
    made = bench.view.exported().svg()
    words = words_of(made)
    assert all(text in words for text in ("Convolution", "Residual block", "×3", "8×16×16", "1 of 3 drawn"))
    assert b"<image" not in made and made.count(b"<path") + made.count(b"<polyline") > 10
    if bench.drawing.way == "volumes":
        assert "px per pixel of H and W" in words


def test_the_whole_is_exported_whatever_is_seen(bench: Bench) -> None:
    before = bench.view.exported().svg()
    bench.canvas.zoom(4.0)
    bench.session.select(["out"])
    assert bench.view.exported().svg() == before


def test_png_on_white_or_on_the_theme(bench: Bench) -> None:
    corners = []
    for light in (True, False):
        bench.view.light.setChecked(light)
        image = QImage.fromData(bench.view.exported().png())
        assert image.width() >= 2 * (bench.drawing.scene().box.right - bench.drawing.scene().box.left) - 4
        corners.append(image.pixelColor(0, 0).lightness())
    assert corners[0] == 255 and corners[1] < 60


def test_pdf_is_one_page_of_vectors(bench: Bench) -> None:
    made = bench.view.exported().pdf()
    assert made.startswith(b"%PDF") and made.count(b"/Type /Page\n") == 1
    assert b"/Subtype /Image" not in made


def test_the_menu_asks_where_and_says_what_was_done(bench: Bench, tmp_path: Path) -> None:
    done: list[str] = []
    told: list[str] = []
    bench.view.done.connect(done.append)
    bench.view.told.connect(told.append)
    asked: list[str] = []

    def ask(parent: object, title: str, proposal: str, filters: str, suffix: str) -> Path | None:
        asked.append(proposal)
        return tmp_path / proposal

    bench.view.ask_save = ask
    menu = bench.view.export_button.menu()
    for action in menu.actions()[:3]:
        action.trigger()
    assert {Path(name).suffix for name in asked} == {".svg", ".pdf", ".png"}
    assert all((tmp_path / name).stat().st_size > 1000 for name in asked) and len(done) == 3
    bench.view.ask_save = lambda *_: tmp_path / "no" / "folder.svg"
    menu.actions()[0].trigger()
    assert len(told) == 1 and "could not be written" in told[0]
    bench.view.ask_save = lambda *_: None
    menu.actions()[0].trigger()
    assert len(told) == 1 and len(done) == 3
