from __future__ import annotations

import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

import main
from engine.cli.commands import COMMANDS
from tests.conftest import ROOT


@pytest.fixture
def window(monkeypatch):
    """Stands in for the window; remembers how it was opened."""
    opened: list[tuple[str | None, bool]] = []

    def run_window(file: str | None, demo: bool) -> int:
        opened.append((file, demo))
        return 7

    monkeypatch.setitem(sys.modules, "app.start", SimpleNamespace(run_window=run_window))
    return opened


def test_the_window_opens_with_nothing_a_file_or_the_demo(window, tmp_path):
    file = tmp_path / "x.design.json"
    file.write_text("{}")
    assert [main.main([]), main.main([str(file)]), main.main(["--demo"]), main.main([str(file), "--demo"])] == [7] * 4
    assert window == [(None, False), (str(file), False), (None, True), (str(file), True)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["inof"], "Did you mean 'info'?"),
        (["--dmeo"], "Did you mean '--demo'?"),
        (["nowhere/lenet.design.json"], "'nowhere/lenet.design.json'"),
        (["x" * 5000], "There is no command or file"),
        ([str(ROOT / "main.py"), str(ROOT / "LICENSE")], "one file, not 2"),
    ],
)
def test_what_cannot_be_opened_is_one_sentence(window, capsys, words, expected):
    assert main.main(words) == 2
    printed = capsys.readouterr()
    assert (window, printed.out) == ([], "")
    assert expected in printed.err
    assert len(printed.err.strip().splitlines()) == 1


def test_version_and_help(capsys):
    assert main.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("layerscope 0.")
    assert main.main(["--help"]) == 0
    out = capsys.readouterr().out
    assert all(name in out for name in [*COMMANDS, "--demo", "--version"])


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name, capsys):
    assert main.main([name, "--help"]) == 0
    assert f"main.py {name}" in capsys.readouterr().out


@pytest.mark.parametrize(("name", "expected"), [("train", "learning_rate"), ("probe", "occlusion")])
def test_help_lists_the_settings(name, expected, capsys):
    main.main([name, "--help"])
    assert expected in capsys.readouterr().out


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_screenshots_end_when_they_are_told_to(tmp_path: Path, number: signal.Signals, code: int) -> None:
    """In a slot of Qt's an exception gets nowhere: the pictures went on, or the process crashed."""
    command = [sys.executable, str(ROOT / "main.py"), "screenshots", "--out", str(tmp_path / "shots")]
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)  # whoever is begun where Ctrl+C is ignored ignores it too
    pipes = {"stderr": subprocess.PIPE, "stdout": subprocess.DEVNULL}
    with subprocess.Popen(command, **pipes, text=True, preexec_fn=heard) as process:
        end = time.monotonic() + 120
        while not any((tmp_path / "shots").glob("*.png")) and process.poll() is None and time.monotonic() < end:
            time.sleep(0.05)
        process.send_signal(number)
        _, said = process.communicate(timeout=120)
    assert process.returncode == code and "Traceback" not in said
    assert said.startswith("1: 00-making-data-dark.png\n"), "each is told as soon as it lies there"


def test_screenshots_are_painted_by_the_window(monkeypatch, capsys, tmp_path):
    painted = []

    def write_screenshots(folder: Path, theme: str | None) -> list[Path]:
        painted.append((folder, theme))
        return [folder / "design-dark.png"]

    monkeypatch.setitem(sys.modules, "app.screenshots", SimpleNamespace(write_screenshots=write_screenshots))
    assert main.main(["screenshots", "--out", str(tmp_path / "shots"), "--theme", "dark"]) == 0
    assert painted == [(tmp_path / "shots", "dark")]
    assert (tmp_path / "shots").is_dir()
    assert capsys.readouterr().out.strip() == str(tmp_path / "shots" / "design-dark.png")
    assert main.main(["screenshots", "--out", str(tmp_path), "--theme", "pink"]) == 2


def test_an_interrupted_command_says_130(monkeypatch, capsys):
    def interrupt(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("engine.cli.info.run", interrupt)
    assert main.main(["info", "lenet5"]) == 130


def test_on_windows_torch_comes_before_qt(window, monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setitem(sys.modules, "torch", None)  # an import of it now fails, which shows that it was tried
    with pytest.raises(ImportError):
        main.main([])
    assert window == []


def test_as_a_program_it_exits_with_the_code_and_needs_no_working_folder(tmp_path):
    def call(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "main.py"), *words]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)

    assert call("info", "softmax").returncode == 0
    wrong = call("info", "sofmax")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "Did you mean 'softmax'?" in wrong.stderr
    assert call("--version").stdout.startswith("layerscope")


@pytest.mark.skipif(sys.platform == "win32", reason="pipes")
def test_a_reader_that_leaves_early_is_no_error():
    command = f"'{sys.executable}' '{ROOT / 'main.py'}' info lenet5 | true"
    answer = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=False)
    assert answer.stderr == ""
