"""Damaging a file's bytes at random, plainly or below its packing, so that the damage comes past the first checksum."""

from __future__ import annotations

import gzip
import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable

Mutate = Callable[[bytes, random.Random], bytes]

ODD_TEXTS = (
    "9" * 400, "9" * 5000, "-1", "0", "1e308", "1e999", "-1e300", "nan", "NaN", "Infinity", "null", "true", "[]", "{}", '""',
    "[" * 300, '{"a":' * 100, "\x00", "\ufeff", "\\ud800", "../../x", "1_0", "٣", "é", ",", ";", "\n", '"', "2147483648",
)  # fmt: skip
ODD_BYTES = (0, 1, 2, 3, 4, 7, 8, 16, 32, 64, 127, 128, 254, 255)
ODD_NUMBERS = (0, 1, 2, 255, 256, 65535, 65536, 2**31 - 1, 2**31, 2**32 - 1)
_NUMBER = re.compile(rb"-?\d+(\.\d+)?([eE][-+]?\d+)?")


def mutated(data: bytes, rng: random.Random) -> bytes:
    """``data`` with one to four things wrong."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 4))):
        data = rng.choice(_WAYS)(data, rng)
    return data


def _bit(data: bytes, rng: random.Random) -> bytes:
    place = _place(data, rng)
    return data[:place] + bytes((data[place] ^ 1 << rng.randrange(8),)) + data[place + 1 :] if data else data


def _byte(data: bytes, rng: random.Random) -> bytes:
    place = _place(data, rng)
    return data[:place] + bytes((rng.choice(ODD_BYTES),)) + data[place + 1 :]


def _number(data: bytes, rng: random.Random) -> bytes:
    place, form = _place(data, rng), rng.choice("<>") + rng.choice("BHIQ")
    size = struct.calcsize(form)
    return data[:place] + struct.pack(form, rng.choice(ODD_NUMBERS) % (1 << 8 * size)) + data[place + size :]


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: _place(data, rng)]


def _without(data: bytes, rng: random.Random) -> bytes:
    place = _place(data, rng)
    return data[:place] + data[place + rng.randrange(1, 64) :]


def _twice(data: bytes, rng: random.Random) -> bytes:
    place, length = _place(data, rng), rng.randrange(1, 256)
    return data[: place + length] + data[place : place + length] * rng.choice((1, 1, 2, 50)) + data[place + length :]


def _more(data: bytes, rng: random.Random) -> bytes:
    place = _place(data, rng)
    return data[:place] + rng.randbytes(rng.randrange(1, 64)) + data[place:]


def _text(data: bytes, rng: random.Random) -> bytes:
    place = _place(data, rng)
    return data[:place] + rng.choice(ODD_TEXTS).encode() + data[place:]


def _digits(data: bytes, rng: random.Random) -> bytes:
    """Another number in place of one that stands there in digits."""
    found = list(_NUMBER.finditer(data, 0, 1 << 14))
    if not found:
        return _text(data, rng)
    chosen = rng.choice(found)
    return data[: chosen.start()] + rng.choice(ODD_TEXTS).encode() + data[chosen.end() :]


def _place(data: bytes, rng: random.Random) -> int:
    """Anywhere, but as often near the beginning, where headers are."""
    return rng.randrange(max(1, len(data) if rng.random() < 0.5 else min(len(data), 256)))


_WAYS = (_bit, _byte, _number, _cut, _without, _twice, _more, _text, _digits)


def in_gzip(data: bytes, rng: random.Random) -> bytes:
    """Below the packing, or the packed bytes."""
    return gzip.compress(mutated(gzip.decompress(data), rng), 1) if rng.random() < 0.7 else mutated(data, rng)


def in_zip(data: bytes, rng: random.Random) -> bytes:
    """One file of an archive, or the archive."""
    if rng.random() < 0.3:
        return mutated(data, rng)
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", rng.choice((0, 8))) as new:
        names = old.namelist()
        victim = rng.choice(names)
        for name in names:
            content = old.read(name)
            new.writestr(name, mutated(content, rng) if name == victim else content)
    return made.getvalue()


def in_safetensors(data: bytes, rng: random.Random) -> bytes:
    """The header with its length put right, or anything."""
    (length,) = struct.unpack("<Q", data[:8])
    if rng.random() < 0.4:
        return mutated(data, rng)
    header = mutated(data[8 : 8 + length], rng)
    return struct.pack("<Q", len(header)) + header + data[8 + length :]


def in_image(data: bytes, rng: random.Random) -> bytes:
    """Any bytes; of a PNG the checksums are put right most times."""
    spoiled = mutated(data, rng)
    return _with_checksums(spoiled) if spoiled.startswith(b"\x89PNG") and rng.random() < 0.7 else spoiled


def _with_checksums(png: bytes) -> bytes:
    parts, place = [png[:8]], 8
    while place + 12 <= len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        end = place + 8 + length
        if end + 4 > len(png):
            break
        parts.append(png[place:end] + struct.pack(">I", zlib.crc32(png[place + 4 : end])))
        place = end + 4
    return b"".join(parts) + png[place:]
