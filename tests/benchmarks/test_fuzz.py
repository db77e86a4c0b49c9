"""A short version of the fuzzing: spoiled files of every reader bring sentences, and a fault would be noticed."""

from __future__ import annotations

import gzip
import io
import random
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from benchmarks.fuzz import attack
from benchmarks.mutations import in_gzip, in_image, in_zip, mutated
from benchmarks.victims import Victim, victims
from engine.errors import FileError

SHORT = 30
MOST_MEMORY = 256 << 20


@pytest.mark.parametrize("victim", victims(), ids=lambda victim: victim.name)
def test_spoiled_files_bring_sentences_only(victim: Victim) -> None:
    outcome = attack(victim, SHORT, seed=1)
    assert outcome.faults == []
    assert outcome.mutations == SHORT
    assert outcome.peak < MOST_MEMORY
    assert victim.name in ("settings", "folder of PNG", "folder of JPEG") or 0 < outcome.refused <= SHORT


def test_the_same_seed_spoils_alike_and_another_differently() -> None:
    data = bytes(range(256)) * 4
    ones, again, others = ([mutated(data, random.Random(seed + place)) for place in range(50)] for seed in (0, 0, 1000))
    assert ones == again != others
    assert all(one != data for one in ones[:40]) or sum(one != data for one in ones) > 40
    for short in (b"", b"a"):
        for seed in range(200):
            mutated(short, random.Random(seed))


def test_damage_comes_past_the_packing() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a", b"1234" * 50)
    picture = io.BytesIO()
    Image.new("L", (9, 9)).save(picture, "PNG")
    opened = 0
    for seed in range(60):
        rng = random.Random(seed)
        try:
            opened += gzip.decompress(in_gzip(gzip.compress(b"1234" * 50), rng)) != b"1234" * 50
            opened += zipfile.ZipFile(io.BytesIO(in_zip(packed.getvalue(), rng))).read("a") != b"1234" * 50
        except Exception:
            continue
    assert opened > 30
    assert any(in_image(picture.getvalue(), random.Random(seed)) != picture.getvalue() for seed in range(5))


def test_what_should_not_come_out_is_found(tmp_path: Path) -> None:
    def raising(error: Exception) -> Victim:
        def read(folder: Path, path: Path) -> None:
            if path.read_bytes() != b"good":
                raise error

        return replace(victims()[0], make=good, read=read)

    def good(folder: Path) -> list[Path]:
        (folder / "file").write_bytes(b"good")
        return [folder / "file"]

    for error in (KeyError("x"), UserWarning("x"), FileError("two\nlines"), RecursionError("x")):
        assert len(attack(raising(error), 20).faults) > 10, error
    assert attack(raising(FileError("one line")), 20).faults == []


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_is_measured(tmp_path: Path) -> None:
    def good(folder: Path) -> list[Path]:
        (folder / "file").write_bytes(b"good")
        return [folder / "file"]

    def read(folder: Path, path: Path) -> None:
        bytearray(64 << 20)[::4096] = b"x" * (16 << 10)

    outcome = attack(replace(victims()[0], make=good, read=read), 3)
    assert 48 << 20 < outcome.peak < 128 << 20
    assert outcome.peak_of < 10_000
