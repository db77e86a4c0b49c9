from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.errors import FileError
from engine.files import atomic
from engine.files.atomic import atomic_write, atomic_write_text, make_folder, read_bounded


def write(path: Path, data: bytes = b"new") -> None:
    with atomic_write(path) as file:
        file.write(data)


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def test_writes_the_whole_file_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "a.bin"
    write(path, b"one")
    write(path, b"two")
    assert path.read_bytes() == b"two"
    assert names(tmp_path) == ["a.bin"]


@pytest.mark.parametrize("error", [RuntimeError("ours"), KeyboardInterrupt()])
def test_an_error_in_the_middle_keeps_the_old_file(tmp_path, error):
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    with pytest.raises(type(error)), atomic_write(path) as file:
        file.write(b"half")
        raise error
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.bin"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "no space left"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "permission is denied"),
        (errno.EDQUOT, "quota"),
    ],
)
@pytest.mark.parametrize("place", ["fsync", "replace"])
def test_a_refusing_system_gives_a_sentence_and_keeps_the_old_file(tmp_path, monkeypatch, code, words, place):
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")

    def refuse(*_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(*((atomic.os, "fsync", refuse) if place == "fsync" else (Path, "replace", refuse)))
    with pytest.raises(FileError, match=words) as caught:
        write(path)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["a.bin"]


def test_a_folder_that_refuses_new_files_gives_a_sentence(tmp_path, monkeypatch):
    def refuse(self, mode="r", *rest, **named):
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(FileError, match="permission is denied"):
        write(tmp_path / "a.bin")


def test_a_really_full_disk_keeps_the_old_file(tmp_path):
    """A 64 KB file system that is really full; where mounting is not allowed the test is skipped."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if not sys.platform.startswith("linux") or shutil.which("mount") is None:
        pytest.skip("needs Linux and mount")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("may not mount a tmpfs here")
    try:
        write(disk / "a.bin", b"old")
        with pytest.raises(FileError, match="no space left"):
            write(disk / "a.bin", b"x" * 200_000)
        assert (disk / "a.bin").read_bytes() == b"old"
        assert names(disk) == ["a.bin"]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_full_device_gives_a_sentence():
    if not Path("/dev/full").exists():
        pytest.skip("needs /dev/full")
    with (
        pytest.raises(FileError, match="no space left"),
        atomic._told_plainly(Path("/dev/full")),
        Path("/dev/full").open("wb") as file,
    ):
        file.write(b"x")
        file.flush()


def test_impossible_targets_give_sentences(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    for path, words in (
        (tmp_path, "it is a folder"),
        (tmp_path / "none" / "a.bin", "does not exist"),
        (tmp_path / "file" / "a.bin", "does not exist"),
        (tmp_path / ("x" * 300), "too long"),
    ):
        with pytest.raises(FileError, match=words):
            write(path)


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_permissions_stay_as_they_were(tmp_path):
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write(path)
    assert path.stat().st_mode & 0o777 == 0o640


def test_text_is_utf8(tmp_path):
    atomic_write_text(tmp_path / "a", "ü × 日")
    assert (tmp_path / "a").read_bytes() == "ü × 日".encode()


def test_reading_is_bounded_and_only_of_regular_files(tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    assert read_bounded(path, 5, "a note") == b"12345"
    with pytest.raises(FileError, match="not a note: it is 5 bytes"):
        read_bounded(path, 4, "a note")
    with pytest.raises(FileError, match="folder"):
        read_bounded(tmp_path, 4, "a note")
    with pytest.raises(FileError, match="does not exist"):
        read_bounded(tmp_path / "none", 4, "a note")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileError, match="pipe"):
        read_bounded(tmp_path / "pipe", 4, "a note")


def test_a_folder_where_a_file_is_gives_a_sentence(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
    with pytest.raises(FileError, match="file of that name"):
        make_folder(tmp_path / "file")
