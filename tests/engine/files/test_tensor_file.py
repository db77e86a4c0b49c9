"""Our writer of safetensors files against the library's own reader."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import safetensors.torch
import torch

from engine.files.tensor_file import read_header, read_tensors, write_tensors

TYPES = (
    *(torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64),
    *(torch.int32, torch.int16, torch.int8, torch.uint8, torch.bool),
)


def tensors() -> dict[str, torch.Tensor]:
    numbers = torch.arange(24).reshape(2, 3, 4)
    shared = torch.randn(3, 5, 6, 7)
    return {
        **{f"type/{type}": (numbers % 2 if type is torch.bool else numbers).to(type) for type in TYPES},
        "scalar": torch.tensor(7.5),
        "empty": torch.zeros(0, 3),
        "odd": torch.arange(13, dtype=torch.uint8),
        "last": shared.to(memory_format=torch.channels_last),
        "turned": shared[0, 0].T,
        "shared": shared,
        "once more": shared,
        "with a gradient": torch.ones(2, requires_grad=True),
        'ü "quoted"\n': torch.ones(1),
    }


def test_the_librarys_reader_gives_back_what_was_written(tmp_path: Path) -> None:
    given = tensors()
    write_tensors(tmp_path / "a", "layerscope-test/1", given, {"answer": 42, "text": "ü × 日"})
    for found in (safetensors.torch.load_file(tmp_path / "a"), read_tensors(tmp_path / "a", "layerscope-test/1", "a test")[0]):
        assert found.keys() == given.keys()
        for name, tensor in found.items():
            assert tensor.dtype == given[name].dtype and tensor.shape == given[name].shape, name
            assert torch.equal(tensor, given[name].detach()), name
    assert read_header(tmp_path / "a", "layerscope-test/1", "a test") == {"answer": 42, "text": "ü × 日"}


def test_every_tensor_lies_where_its_type_may(tmp_path: Path) -> None:
    write_tensors(tmp_path / "a", "layerscope-test/1", tensors(), {})
    data = (tmp_path / "a").read_bytes()
    length = int.from_bytes(data[:8], "little")
    table = json.loads(data[8 : 8 + length])
    del table["__metadata__"]
    assert (8 + length) % 8 == 0
    sizes = {"F64": 8, "I64": 8, "F32": 4, "I32": 4, "F16": 2, "BF16": 2, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}
    assert all(entry["data_offsets"][0] % sizes[entry["dtype"]] == 0 for entry in table.values())


def test_a_type_that_no_file_holds_is_a_bug_of_ours(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        write_tensors(tmp_path / "a", "layerscope-test/1", {"x": torch.zeros(2, dtype=torch.complex64)}, {})
    assert not list(tmp_path.iterdir())
