"""Tensors and a JSON header in one safetensors file: the only container of weights, since reading it runs nothing."""

from __future__ import annotations

import json
import struct
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from engine.errors import FileError, NewerFileError
from engine.files.atomic import atomic_write, require_file

_FORMAT, _HEADER = "format", "header"  # keys of the metadata, which maps texts to texts
_ALIGNED = 8  # bytes


def write_tensors(
    path: Path, format: str, tensors: Mapping[str, Tensor], header: Mapping[str, Any], *, durable: bool = True
) -> None:
    """Write one file of ``format`` ("layerscope-checkpoint/1") in one step; ``header`` is JSON-ready."""
    ordered = sorted(tensors.items(), key=lambda item: (-item[1].element_size(), item[0]))  # then each lies where its type may
    with atomic_write(path, durable=durable) as file:
        file.write(_table(ordered, {_FORMAT: format, _HEADER: json.dumps(header)}))
        for _, tensor in ordered:
            file.write(_bytes_of(tensor))


_NAMES = {
    torch.float64: "F64",
    torch.float32: "F32",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.int64: "I64",
    torch.int32: "I32",
    torch.int16: "I16",
    torch.int8: "I8",
    torch.uint8: "U8",
    torch.bool: "BOOL",
}
"""What safetensors calls the types."""


def _table(ordered: Sequence[tuple[str, Tensor]], metadata: Mapping[str, str]) -> bytes:
    """The beginning of a safetensors file: which tensor lies where. The library's own writer copies everything three times while
    no other thread can run."""
    table: dict[str, Any] = {"__metadata__": metadata}
    start = 0
    for name, tensor in ordered:
        end = start + tensor.numel() * tensor.element_size()
        table[name] = {"dtype": _NAMES[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [start, end]}
        start = end
    text = json.dumps(table).encode()
    text += b" " * (-len(text) % _ALIGNED)
    return struct.pack("<Q", len(text)) + text


def _bytes_of(tensor: Tensor) -> memoryview:
    """What ``tensor`` holds, in the order of its elements."""
    return tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().data


def read_header(path: Path, format: str, noun: str) -> dict[str, Any]:
    """The header alone, without the tensors; see ``read_tensors``."""
    return _read(path, format, noun, with_tensors=False)[1]


def read_tensors(path: Path, format: str, noun: str) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """(tensors on the CPU, header) of a file of ``format``. FileError where it is damaged, foreign or of a newer format;
    ``noun`` ("a checkpoint") is what it should be."""
    return _read(path, format, noun, with_tensors=True)


def _read(path: Path, format: str, noun: str, *, with_tensors: bool) -> tuple[dict[str, Tensor], dict[str, Any]]:
    require_file(path, noun)
    try:
        with _named_in_unicode(path) as readable, safe_open(readable, framework="pt") as file:
            header = _checked_header(path, file.metadata() or {}, format, noun)
            # cloned, because the tensors of an open file are views of it and would change or crash with it
            names = file.keys() if with_tensors else ()
            return {name: file.get_tensor(name).clone() for name in names}, header
    except (SafetensorError, OSError, ValueError, TypeError, KeyError, AttributeError, RuntimeError) as error:
        reason = " ".join(str(error).split())[:120]
        raise FileError(f"'{path}' is not {noun}, or it is damaged ({reason})", "It was not opened.") from None


@contextmanager
def _named_in_unicode(path: Path) -> Iterator[Path]:
    """A name of the file that safetensors can open: it knows no names that are not Unicode."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        with tempfile.TemporaryDirectory() as folder:
            link = Path(folder) / "tensors"
            link.symlink_to(path.absolute())
            yield link
    else:
        yield path


def _checked_header(path: Path, metadata: Mapping[str, str], format: str, noun: str) -> dict[str, Any]:
    found = metadata.get(_FORMAT, "")
    family, _, number = format.partition("/")
    if found != format:
        newer = found.partition("/")
        if newer[0] == family and newer[2].isdecimal() and int(newer[2]) > int(number):
            raise NewerFileError(f"'{path}' was written by a newer Layerscope ({found})", "Update Layerscope to open it.")
        raise FileError(f"'{path}' is not {noun} of Layerscope", "It holds tensors of another program or purpose.")
    header = json.loads(metadata.get(_HEADER, ""))
    if not isinstance(header, dict):
        raise ValueError("its header is not an object")
    return header
