"""Surprises, settings and the small clocks: the design is saved first, and nothing small can stop the window."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from app.document import Document
from app.errors import Surprises
from app.frame_clock import FrameClock
from app.loader import Loader
from app.pace import Pace
from app.program import Program
from app.settings import Settings, SettingsFile
from engine.files.design_file import load_design
from tests.app.conftest import TINY, close_program, make_program
from widgets.common.last_folder import last_folder_of


@pytest.fixture
def surprises(qapp, tmp_path: Path) -> Surprises:
    return Surprises(lambda: Document(TINY), tmp_path / "recovery")


def recovered(folder: Path) -> tuple[Path, str]:
    (design,) = folder.glob("*.design.json")
    (report,) = folder.glob("*.report.txt")
    return design, report.read_text()


def test_a_surprise_in_a_slot_saves_reports_and_tells(shared: Program, qtbot: QtBot, tmp_path: Path, monkeypatch) -> None:
    surprises, before = shared.surprises, sys.excepthook
    monkeypatch.setattr(surprises, "_folder", tmp_path / "recovery")
    shared.parts.session.apply("Wider", lambda design: design.with_parameters("c1", filters=9))
    with qtbot.captureExceptions() as caught:
        QTimer.singleShot(0, shared.parts.window, lambda: 1 // 0)
        qtbot.waitUntil(lambda: bool(caught))
    surprises.handle(*caught[0])
    design, report = recovered(tmp_path / "recovery")
    assert load_design(design) == shared.parts.session.document.design
    assert "ZeroDivisionError" in report and "test_surprises" in report
    text = shared.parts.window.banner.text
    assert "ZeroDivisionError" in text and str(design) in text and "\n" not in text
    assert sys.excepthook is before


def test_the_hooks_catch_threads_and_are_given_back(surprises: Surprises, qtbot: QtBot, tmp_path: Path) -> None:
    before = (sys.excepthook, threading.excepthook)
    surprises.install()
    try:
        with qtbot.waitSignal(surprises.reported) as told:
            thread = threading.Thread(target=lambda: [][1])
            thread.start()
            thread.join()
    finally:
        surprises.uninstall()
    assert (sys.excepthook, threading.excepthook) == before
    assert "IndexError" in told.args[0] and "IndexError" in recovered(tmp_path / "recovery")[1]


def test_the_same_surprise_is_told_once(surprises: Surprises, tmp_path: Path) -> None:
    told: list[str] = []
    surprises.reported.connect(told.append)
    for error in (ValueError("a"), ValueError("a"), ValueError("b")):
        surprises.handle(ValueError, error, None)
    assert len(told) == 2 and len(list((tmp_path / "recovery").glob("*.report.txt"))) == 2


def test_where_no_copy_can_be_written_that_is_said(qapp, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    surprises, told = Surprises(lambda: Document(TINY), tmp_path / "file"), []
    surprises.reported.connect(told.append)
    surprises.handle(ValueError, ValueError("x"), None)
    assert "could not be written" in told[0]


def test_layout_theme_and_folder_are_remembered(qtbot: QtBot, qapp, tmp_path: Path) -> None:
    first = make_program(qapp, tmp_path)
    last_folder_of(first.parts.window).use(tmp_path / "mine.design.json")
    first.commands.choose_workspace("watch")
    first.parts.window.workspaces.stages["watch"].docks["loss"].close()
    first.commands.appearance.switch_theme()
    close_program(first)
    second = make_program(qapp, tmp_path)
    assert not second.parts.window.workspaces.stages["watch"].docks["loss"].isVisible()
    assert second.parts.window.workspaces.stages["watch"].docks["headline"].isVisible()
    assert second.parts.look.theme.name == "light" and last_folder_of(second.parts.window).text == str(tmp_path)
    close_program(second)


def test_an_old_layout_gives_the_first_one(qapp, tmp_path: Path) -> None:
    old = Settings(theme="light", layout_version=1, layouts={"watch": "AAAA/wAAAAD9"})
    SettingsFile(tmp_path / "settings.json").write(old)
    program = make_program(qapp, tmp_path)
    stage = program.parts.window.workspaces.stages["watch"]
    assert all(stage.is_open(name) for name in ("loss", "headline", "feature_maps", "filters", "input_image", "predictions"))
    assert program.parts.look.theme.name == "light"
    close_program(program)


def test_a_view_opened_by_hand_is_there_again_beside_its_tab(qapp, tmp_path: Path) -> None:
    first = make_program(qapp, tmp_path)
    first.commands.choose_workspace("probe")
    first.commands.show_view("loss")
    first.commands.choose_workspace("watch")
    first.parts.window.resize(1280, 720)
    close_program(first)
    second = make_program(qapp, tmp_path)
    probe, watch = (second.parts.window.workspaces.stages[name] for name in ("probe", "watch"))
    assert probe.is_open("loss") and not probe.is_open("filters") and watch.is_open("filters")
    close_program(second)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"theme": 7}', '{"layouts": {"watch": 1}}', "\udcff"])
def test_damaged_settings_are_ignored(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(text.encode(errors="surrogateescape"))
    assert SettingsFile(path).read() == Settings()


def test_strange_layouts_do_not_stop_the_window(qtbot: QtBot, qapp, tmp_path: Path) -> None:
    strange = Settings(theme="pink", layouts={"watch": "AAAA", "gone": "x"}, window="not base64 ✗")
    SettingsFile(tmp_path / "settings.json").write(strange)
    program = make_program(qapp, tmp_path)
    assert program.parts.look.theme.name == "dark" and program.parts.window.isVisible()
    close_program(program)


def test_settings_that_cannot_be_written_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    SettingsFile(tmp_path / "file" / "settings.json").write(Settings())
    assert (tmp_path / "file").read_text() == "in the way"


def test_pace_keeps_its_share() -> None:
    now = [0.0]
    pace = Pace(0.1, slowest=0.5, clock=lambda: now[0], busy=lambda: now[0])
    assert pace.is_due()
    pace.draw(lambda: now.__setitem__(0, now[0] + 0.02))
    assert not pace.is_due() and pace.cost == pytest.approx(0.02)
    now[0] += 0.199
    assert not pace.is_due()
    now[0] += 0.002
    assert pace.is_due()
    pace.draw(lambda: now.__setitem__(0, now[0] + 10))
    now[0] += 0.501
    assert pace.is_due(), "never later than the slowest"


def test_pace_counts_work_and_not_waiting_and_is_never_quicker_than_the_quickest() -> None:
    now, busy = [0.0], [0.0]
    pace = Pace(0.1, quickest=0.12, clock=lambda: now[0], busy=lambda: busy[0])

    def work() -> None:
        now[0], busy[0] = now[0] + 0.05, busy[0] + 0.001  # most of it waiting for the training thread

    pace.draw(work)
    assert pace.cost == pytest.approx(0.001)
    now[0] = 0.119
    assert not pace.is_due() and pace.wait == pytest.approx(0.001)
    now[0] = 0.121
    assert pace.is_due()


def test_the_frame_clock_measures_gaps(qtbot: QtBot) -> None:
    clock = FrameClock()
    assert clock.summary()["frames"] == 0
    clock.start()
    qtbot.waitUntil(lambda: len(clock.gaps) >= 5)
    clock.stop()
    summary = clock.summary()
    assert summary["longest_ms"] >= summary["p99_ms"] >= summary["median_ms"] > 5


def test_the_loader_does_what_waited_in_order_though_one_fails(qtbot: QtBot) -> None:
    loader, done = Loader(), []
    loader.when_loaded(lambda: done.append(1))
    loader.when_loaded(lambda: 1 // 0)
    loader.when_loaded(lambda: done.append(3))
    with qtbot.captureExceptions() as caught:
        loader.start()
        qtbot.waitUntil(lambda: done == [1, 3])
    assert [kind for kind, *_ in caught] == [ZeroDivisionError]
    loader.when_loaded(lambda: done.append(4))
    assert done == [1, 3, 4]
