"""The one test command: parts run beside each other, are read one after another, and none of their failures is missed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests import all as command
from tests.all import WINDOW_TESTS, Part, at_once, parts, run_all
from tests.conftest import ROOT


def says(name: str, code: str) -> Part:
    return Part(name, [sys.executable, "-c", code])


def test_what_parts_say_stands_in_their_order_whatever_ends_first(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The first waits for what the second does: they run at the same time."""
    sign = tmp_path / "sign"
    waits = f"import pathlib, time\nprint('one')\nwhile not pathlib.Path({str(sign)!r}).exists(): time.sleep(0.01)\nprint('end')"
    both = [says("first", waits), says("second", f"open({str(sign)!r}, 'w').close(); print('two')")]
    assert [outcome.status for outcome in run_all(both, 2)] == [0, 0]
    said = capfd.readouterr().out
    assert [said.index(word) for word in ("first", "one", "end", "second", "two")] == sorted(
        said.index(word) for word in ("first", "one", "end", "second", "two")
    )


def test_one_at_a_time_is_enough(tmp_path: Path) -> None:
    name = str(tmp_path / "alone")
    code = f"import os\nos.mkdir({name!r})\nos.rmdir({name!r})"
    assert [outcome.status for outcome in run_all([says("a part", code)] * 3, 1)] == [0, 0, 0]


@pytest.mark.skipif(sys.platform == "win32", reason="ends by a signal")
def test_a_crash_and_a_failure_count_and_can_be_read(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    crash = says("crash", "import os; print('all passed', flush=True); os.abort()")
    bad = says("bad", "import sys; print('why', file=sys.stderr); sys.exit(3)")
    monkeypatch.setattr(command, "parts", lambda: [crash, bad, says("good", "print('fine')")])
    assert command.main() == 1
    said = capfd.readouterr().out
    assert "why" in said and "fine" in said
    *_, first, second, third = said.splitlines()
    assert "crash" in first and "FAILED (exit -6)" in first
    assert "bad" in second and "FAILED (exit 3)" in second
    assert "good" in third and "passed" in third
    monkeypatch.setattr(command, "parts", lambda: [says("good", "print('fine')")])
    assert command.main() == 0


def test_every_test_is_in_one_part() -> None:
    assert at_once() >= 1
    commands = {part.name: part.command for part in parts()}
    for name, folders in WINDOW_TESTS.items():
        for folder in folders:
            assert (ROOT / folder).is_dir() and folder in commands[name] and f"--ignore={folder}" in commands["engine"]
    assert "tests" in commands["engine"]
