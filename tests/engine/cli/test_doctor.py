from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from engine.cli import doctor
from engine.cli.system_libraries import apt_line, not_found
from tests.conftest import ROOT

LDD = """
\tlinux-vdso.so.1 (0x00007ffd)
\tlibxcb-cursor.so.0 => not found
\tlibxcb-icccm.so.4 => /lib/x86_64-linux-gnu/libxcb-icccm.so.4 (0x0000)
\tlibEGL.so.1 => not found
"""


def test_missing_libraries_are_read_off_ldd():
    assert not_found(LDD) == ("libxcb-cursor.so.0", "libEGL.so.1")
    assert apt_line(not_found(LDD)) == "sudo apt-get install libegl1 libxcb-cursor0"
    assert apt_line(()) == ""


def test_a_complete_machine_is_fine(run, monkeypatch):
    monkeypatch.setattr(doctor, "missing_libraries", lambda _: ())
    answer = run("doctor")
    assert answer.code == 0, answer.out
    assert platform.python_version() in answer.out
    assert all(name in answer.out for name in ("torch", "PySide6", "device", "data folder", "cpu"))
    assert answer.err == ""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux leaves libraries to the user")
def test_missing_libraries_are_named_with_the_line_to_type(run, monkeypatch):
    monkeypatch.setattr(doctor, "missing_libraries", lambda _: ("libxcb-cursor.so.0", "libEGL.so.1"))
    answer = run("doctor")
    assert answer.code == 2
    assert "libxcb-cursor.so.0" in answer.out
    assert "sudo apt-get install libegl1 libxcb-cursor0" in answer.out
    report = run("doctor", "--json").json
    assert report["fine"] is False
    assert [each["what"] for each in report["findings"] if not each["fine"]] == ["system libraries"]


def test_a_package_that_is_not_installed_is_missing(run, monkeypatch):
    monkeypatch.setattr(doctor, "installed_version", lambda name: "" if name == "tqdm" else "1.0")
    answer = run("doctor")
    assert answer.code == 2
    assert "pip install" in answer.out


def test_qt_that_aborts_on_this_python_is_named(run, monkeypatch):
    monkeypatch.setattr(doctor, "installed_version", lambda name: "6.12.0" if name.startswith("PySide6") else "1.0")
    monkeypatch.setattr(doctor.sys, "version_info", (3, 11, 7))
    assert "<6.12" in run("doctor").out


def test_on_a_bare_python_it_still_says_what_to_type():
    """A fresh interpreter in which nothing of ours is installed: the doctor is the command for just that."""
    names = "torch numpy PySide6 tqdm pydantic safetensors sklearn platformdirs PIL"
    code = f"import sys; sys.modules.update(dict.fromkeys({names.split()!r})); import main; sys.exit(main.main(sys.argv[1:]))"

    def call(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, cwd=ROOT, check=False)

    examined = call("doctor")
    assert (examined.returncode, examined.stderr) == (2, "")
    assert "pip install" in examined.stdout
    for words in (["info", "lenet5"], ["train", "lenet5", "--data", "digits"]):
        answer = call(*words)
        assert (answer.returncode, len(answer.stderr.strip().splitlines())) == (2, 1), answer.stderr
        assert "is not installed" in answer.stderr
