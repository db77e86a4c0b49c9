"""``export``: drawings without a window or a display, or one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

import main
from tests.conftest import ROOT


def test_without_a_display_a_network_is_drawn(tmp_path: Path) -> None:
    out = tmp_path / "net.svg"
    environment = {
        name: value for name, value in os.environ.items() if name not in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    }
    command = [sys.executable, str(ROOT / "main.py"), "export", "lenet5", "--to", "svg", "--out", str(out)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, str(out), "")
    words = " ".join(text for element in ElementTree.parse(out).iter() for text in element.itertext())
    assert "6×28×28" in words and "Linear" in words


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothere", "--to", "svg"], "no built-in network 'nothere'"),
        (["lenet5", "--to", "gif"], "gif"),
        (["lenet5", "--to", "svg", "--theme", "pink"], "pink"),
    ],
)
def test_mistakes_are_one_sentence(words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.main(["export", *words, "--out", str(tmp_path / "x.svg")]) == 2
    printed = capsys.readouterr().err.strip()
    assert said in printed and len(printed.splitlines()) == 1
    assert not list(tmp_path.iterdir())
