"""``export``: a network for other programs."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from engine.build import restore
from engine.design.document import from_json
from engine.files.run_folder import RunFolder
from engine.zoo import network
from tests.engine.cli.conftest import Command


def test_a_run_becomes_a_module_with_its_weights(run: Command, tmp_path: Path) -> None:
    folder_path, file = tmp_path / "run", tmp_path / "net.py"
    run("train", "resnet_s", "--data", "shapes", "--epochs", "1", "--set", "batch_size=512", "--out", str(folder_path))
    done = run("export", str(folder_path), "--to", "python", "--out", str(file), "--json")
    assert done.json["files"] == [str(file), str(file.with_suffix(".safetensors"))]
    module = runpy.run_path(str(file), run_name="exported")["SmallResNet"]().eval()
    module.load_state_dict(load_file(file.with_suffix(".safetensors")))
    folder, images = RunFolder.open(folder_path), torch.randn(4, 3, 32, 32)
    ours = restore(folder.design, folder.load_checkpoint().network)
    with torch.no_grad():
        torch.testing.assert_close(module(images), ours(images).main, rtol=1e-6, atol=1e-6)


def test_a_design_is_written_as_json(run: Command, tmp_path: Path) -> None:
    run("export", "resnet18", "--to", "json", "--out", str(tmp_path / "r.design.json"))
    assert from_json((tmp_path / "r.design.json").read_text(encoding="utf-8")) == network("resnet18")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("resnet19", "--to", "python", "--out", "x.py"), "Did you mean 'resnet18'"),
        (("lenet5", "--to", "latin", "--out", "x.py"), "latin"),
        (("lenet5@1,6,6", "--to", "python", "--out", "x.py"), "larger than its input"),
        (("lenet5", "--to", "python", "--out", "/proc/nowhere/x.py"), "/proc/nowhere"),
    ],
)
def test_what_cannot_be_exported_is_one_sentence(run: Command, arguments: tuple[str, ...], words: str) -> None:
    done = run("export", *arguments)
    assert done.code == 2 and words in done.err and "\n" not in done.err.strip()
