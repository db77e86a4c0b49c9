"""The transport bar by mouse and keyboard: run, pause, step, stop, back in time and to live again."""

from __future__ import annotations

import itertools

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QAccessible, QPainter
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from widgets.theme import Look
from widgets.transport import Transport
from widgets.transport.bar import STATES, duration
from widgets.transport.steps import Steps

FRAMES = (0, 1, 2, 5, 10, 20, 50, 100, 200, 400)


@pytest.fixture
def look() -> Look:
    return Look()


@pytest.fixture
def bar(qtbot: QtBot, look: Look) -> Transport:
    bar = Transport(look)
    qtbot.addWidget(bar)
    bar.resize(1400, 92)
    bar.set_frames(FRAMES)
    bar.set_progress(500, 1000, 0.5, 1, 14820.4, 0.0113, 18.2)
    bar.show()
    QApplication.processEvents()
    return bar


def told(signal) -> list[int]:  # type: ignore[no-untyped-def]
    """What ``signal`` carried, from now on."""
    seen: list[int] = []
    signal.connect(lambda *values: seen.append(values[0] if values and not isinstance(values[0], bool) else -1))
    return seen


def click_at(qtbot: QtBot, bar: Transport, step: float) -> None:
    at = QPoint(round(bar.timeline.x_of(step)), bar.timeline.height() // 2)
    qtbot.mouseClick(bar.timeline, Qt.MouseButton.LeftButton, pos=at)


@pytest.mark.parametrize(
    ("state", "name", "step", "stop"),
    [
        ("ready", "Run", True, False),
        ("reading", "Pause before the first step", False, True),
        ("running", "Pause", False, True),
        ("paused", "Resume", True, True),
        ("stopped", "Run", True, False),
        ("finished", "Run again", True, False),
        ("failed", "Run", False, False),
    ],
)
def test_each_state_offers_what_makes_sense(bar: Transport, state: str, name: str, step: bool, stop: bool) -> None:
    bar.set_state(state)
    assert bar.run_button.accessibleName() == name and bar.run_button.isEnabled()
    assert bar.step_button.isEnabled() == step and bar.stop_button.isEnabled() == stop


def test_there_are_no_other_states(bar: Transport) -> None:
    assert set(STATES) == {"ready", "reading", "running", "paused", "stopped", "finished", "failed"}
    with pytest.raises(ValueError, match="dancing"):
        bar.set_state("dancing")


def test_one_button_runs_and_pauses(qtbot: QtBot, bar: Transport) -> None:
    runs, pauses = told(bar.run_clicked), told(bar.pause_clicked)
    qtbot.mouseClick(bar.run_button, Qt.MouseButton.LeftButton)
    assert (len(runs), len(pauses)) == (1, 0)
    bar.set_state("running")
    qtbot.mouseClick(bar.run_button, Qt.MouseButton.LeftButton)
    assert (len(runs), len(pauses)) == (1, 1)


def test_the_other_buttons_say_what_was_clicked(qtbot: QtBot, bar: Transport) -> None:
    bar.set_state("paused")
    pairs = [(bar.step_button, bar.step_clicked), (bar.stop_button, bar.stop_clicked), (bar.back_button, bar.back_clicked)]
    for button, signal in pairs:
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_every_button_has_a_name_a_tooltip_and_is_reached_by_tab(bar: Transport) -> None:
    for button in (bar.back_button, bar.run_button, bar.step_button, bar.stop_button):
        assert button.accessibleName() and button.accessibleName() in button.toolTip()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert "(Space)" in bar.run_button.toolTip() and "(.)" in bar.step_button.toolTip()


def test_figures_have_units(bar: Transport) -> None:
    assert bar.figures.texts == ("14,820 images/s", "capture 1.1 % of time", "epoch 0.50 / 1", "left 0:18")


def test_durations() -> None:
    assert [duration(value) for value in (0, 18.4, 725, 3725, None, float("nan"), -1)] == [
        "0:00",
        "0:18",
        "12:05",
        "1:02:05",
        "–",
        "–",
        "–",
    ]


def test_a_click_chooses_the_nearest_kept_frame(qtbot: QtBot, bar: Transport) -> None:
    scrubbed, live = told(bar.scrubbed), told(bar.live_clicked)
    click_at(qtbot, bar, 95)
    click_at(qtbot, bar, 1)
    assert scrubbed == [100, 1] and live == []


def test_a_click_near_the_newest_step_or_after_it_is_live(qtbot: QtBot, bar: Transport) -> None:
    scrubbed, live = told(bar.scrubbed), told(bar.live_clicked)
    bar.set_cursor(100)
    click_at(qtbot, bar, 495)
    click_at(qtbot, bar, 900)
    assert scrubbed == [] and len(live) == 2


def test_dragging_scrubs_through_the_frames_once_each(qtbot: QtBot, bar: Transport) -> None:
    scrubbed = told(bar.scrubbed)
    bar.scrubbed.connect(bar.set_cursor)
    middle = bar.timeline.height() // 2
    places = [QPoint(round(bar.timeline.x_of(step)), middle) for step in (400, 399, 201, 200, 99, 50)]
    qtbot.mousePress(bar.timeline, Qt.MouseButton.LeftButton, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(bar.timeline, place)
    qtbot.mouseRelease(bar.timeline, Qt.MouseButton.LeftButton, pos=places[-1])
    assert scrubbed == [400, 200, 100, 50]


def test_early_steps_lie_apart(bar: Transport) -> None:
    places = [bar.timeline.x_of(step) for step in (0, 1, 2, 5)]
    assert min(later - before for before, later in itertools.pairwise(places)) > 5
    for step in (0, 1, 37, 500, 1000):
        steps = bar.timeline.steps
        assert steps.at(steps.share_of(step)) == pytest.approx(step, abs=1e-6)


def test_keys_move_by_frame(qtbot: QtBot, bar: Transport) -> None:
    scrubbed, live = told(bar.scrubbed), told(bar.live_clicked)
    bar.scrubbed.connect(bar.set_cursor)
    bar.live_clicked.connect(lambda: bar.set_cursor(None))
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_Left):
        qtbot.keyClick(bar.timeline, key)
    assert scrubbed == [400, 200, 400, 0] and len(live) == 1
    qtbot.keyClick(bar.timeline, Qt.Key.Key_End)
    assert len(live) == 2 and bar.timeline.steps.past is None


def test_right_does_nothing_while_live(qtbot: QtBot, bar: Transport) -> None:
    scrubbed, live = told(bar.scrubbed), told(bar.live_clicked)
    qtbot.keyClick(bar.timeline, Qt.Key.Key_Right)
    assert scrubbed == [] and live == []


def test_without_frames_nothing_can_be_chosen_but_live(qtbot: QtBot, bar: Transport) -> None:
    bar.set_frames(())
    scrubbed = told(bar.scrubbed)
    for key in (Qt.Key.Key_Home, Qt.Key.Key_Left):
        qtbot.keyClick(bar.timeline, key)
    click_at(qtbot, bar, 10)
    assert scrubbed == [] and not bar.back_button.isEnabled()


def test_the_badge_says_which_step_and_returns_to_live(qtbot: QtBot, bar: Transport) -> None:
    assert not bar.badge.isVisible()
    bar.set_cursor(40)
    assert bar.badge.isVisible() and bar.badge.text().startswith("step 40, not live")
    assert bar.rect().contains(bar.badge.geometry())
    with qtbot.waitSignal(bar.live_clicked):
        qtbot.mouseClick(bar.badge, Qt.MouseButton.LeftButton)
    bar.set_cursor(None)
    assert not bar.badge.isVisible()


def test_told_values_are_not_choices(bar: Transport) -> None:
    scrubbed, live = told(bar.scrubbed), told(bar.live_clicked)
    for step in (600, 700, 20):
        bar.set_progress(step, 1000, 0.6, 1, 1.0, 0.0, None)
    bar.set_cursor(10)
    bar.set_cursor(None)
    assert scrubbed == [] and live == []
    assert bar.timeline.value() == 20, "a shorter new run takes the place of the old one"


def test_while_the_past_is_shown_the_run_goes_on_behind_it(bar: Transport) -> None:
    bar.set_cursor(100)
    bar.set_progress(800, 1000, 0.8, 1, 1.0, 0.0, None)
    assert bar.timeline.value() == 100 and bar.timeline.maximum() == 800


def test_a_screen_reader_sees_a_slider_and_can_move_it(bar: Transport) -> None:
    interface = QAccessible.queryAccessibleInterface(bar.timeline)
    assert interface is not None and interface.role() == QAccessible.Role.Slider
    assert interface.text(QAccessible.Text.Name) == "Timeline of training steps"
    scrubbed = told(bar.scrubbed)
    bar.timeline.setValue(52)
    assert scrubbed == [50]


def test_the_mouse_is_told_what_a_click_would_show(bar: Transport) -> None:
    tips = [bar.timeline.tip_at(bar.timeline.x_of(step)).split("\n") for step in (51, 999)]
    assert [tip[0] for tip in tips] == ["step 50 (kept)", "step 500, live"]
    assert all("square root" in tip[1] for tip in tips), "the scale is not linear, and says so"


@pytest.mark.parametrize(
    ("total", "marks"), [(0, ()), (20, ()), (100, (5, 20)), (565, (50, 100)), (9380, (500, 2000)), (1_000_000, (50_000, 200_000))]
)
def test_round_steps_stand_on_the_scale(total: int, marks: tuple[int, ...]) -> None:
    assert Steps(total=total).marks == marks
    shares = [Steps(total=total).share_of(step) for step in marks]
    assert shares == [] or (0.15 < shares[0] < 0.36 and 0.36 < shares[1] < 0.75)


def test_round_steps_are_written_where_other_words_leave_room(bar: Transport, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[tuple[str, float]] = []
    face = bar.timeline._face
    bar.resize(1200, bar.height())
    bar.set_progress(565, 565, 5.0, 5, 1000.0, 0.01, 3.0)
    draw = QPainter.drawText

    def note(painter: QPainter, place: QRectF, flags: object, words: str) -> None:
        written.append((words, place.center().x()))
        draw(painter, place, flags, words)

    monkeypatch.setattr("widgets.transport.timeline_face.QPainter.drawText", note)
    face.record_now()
    places = dict(written)
    assert places["50"] == pytest.approx(face.x_of(50), abs=1) and places["100"] == pytest.approx(face.x_of(100), abs=1)
    written.clear()
    bar.set_cursor(50)
    face.record_now()
    assert "50" not in dict(written) and "100" in dict(written), "the words of the step that is shown have precedence"


def test_themes_scales_and_sizes(qtbot: QtBot, bar: Transport, look: Look) -> None:
    bar.set_cursor(50)
    QApplication.processEvents()
    dark = bar.grab().toImage()
    look.set_theme("light")
    QApplication.processEvents()
    assert bar.grab().toImage() != dark
    look.set_scale(1.6)
    assert bar.height() == round(92 * 1.6)
    for width in (300, 3000):
        bar.resize(width, bar.height())
        QApplication.processEvents()
        bar.grab()


def test_ticks_follow_frames_steps_and_size(bar: Transport) -> None:
    """They are kept while nothing changes, and laid out anew when anything does."""
    timeline = bar.timeline

    def places() -> list[float]:
        timeline._face.record_now()
        return [line.x1() for line in timeline._face._ticks]

    bar.set_progress(500, 800, 2.5, 4, 1000.0, 0.01, 3.0)
    bar.set_frames((0, 10, 200))
    first = places()
    assert first == [round(timeline.x_of(step)) + 0.5 for step in (0, 10, 200)]
    bar.set_frames((0, 10, 200, 500))
    assert len(places()) == 4
    bar.set_progress(500, 1600, 2.5, 8, 1000.0, 0.01, 3.0)
    assert places()[2] == round(timeline.x_of(200)) + 0.5 != first[2]
    bar.resize(bar.width() + 200, bar.height())
    assert places()[2] == round(timeline.x_of(200)) + 0.5
