from __future__ import annotations

import json
import os
import pickle
import struct
from pathlib import Path

import pytest
import safetensors.torch
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.build import Network
from engine.design.network import NetworkDesign, layer
from engine.errors import FileError
from engine.files.checkpoint import FORMAT, load_checkpoint, require_fit, save_checkpoint
from engine.training.state import TrainingState

DESIGN = NetworkDesign(
    "Tiny",
    (1, 6, 6),
    (
        layer("c1", "conv2d", filters=2),
        layer("bn", "batch_norm"),
        layer("flat", "flatten"),
        layer("out", "linear", units=3),
    ),
)


def make_state(design: NetworkDesign = DESIGN) -> TrainingState:
    torch.manual_seed(3)
    weights = Network(design).layers.state_dict()
    return TrainingState(
        step=1234,
        epoch=2,
        batch=34,
        seconds=5.5,
        network=weights,
        optimizer={
            f"{name}/momentum_buffer": torch.randn_like(weight)
            for name, weight in weights.items()
            if "running" not in name and "num_batches" not in name
        },
        optimizer_kind="sgd",
        rng={"cpu": torch.get_rng_state()},
        live={"learning_rate": 0.1},
    )


def same(first: TrainingState, second: TrainingState) -> bool:
    one, two = first.tensors(), second.tensors()
    return first.info() == second.info() and one.keys() == two.keys() and all(torch.equal(one[name], two[name]) for name in one)


def test_gives_back_exactly_what_was_saved(tmp_path):
    path = tmp_path / "step-00001234.safetensors"
    save_checkpoint(path, make_state(), {"design": "Tiny", "versions": {"torch": "x"}})
    state, header = load_checkpoint(path)
    assert same(state, make_state())
    assert header == {"design": "Tiny", "versions": {"torch": "x"}}
    require_fit(state, DESIGN, path)


def test_the_file_is_plain_safetensors_with_weights_named_by_layer(tmp_path):
    path = tmp_path / "a.safetensors"
    save_checkpoint(path, make_state(), {})
    with safetensors.safe_open(path, framework="numpy") as file:
        assert "network/c1.weight" in file.keys()  # noqa: SIM118
        assert file.metadata()["format"] == FORMAT
        assert json.loads(file.metadata()["header"])["state"]["step"] == 1234


def test_odd_tensors_are_saved(tmp_path):
    """Views of one memory, transposed, channels-last and empty tensors all come back with their values."""
    base = torch.arange(24.0).reshape(2, 3, 2, 2)
    network = {
        "a.weight": base,
        "b.weight": base,
        "c.weight": base[0],
        "d.weight": base.permute(3, 2, 1, 0),
        "e.weight": base.to(memory_format=torch.channels_last),
        "f.weight": torch.empty(0, 3),
        "g.weight": torch.tensor(3.5, dtype=torch.bfloat16),
    }
    save_checkpoint(tmp_path / "a", TrainingState(network=network), {})
    state, _ = load_checkpoint(tmp_path / "a")
    assert all(torch.equal(state.network[name], tensor) for name, tensor in network.items())


def test_a_loaded_state_does_not_depend_on_its_file(tmp_path):
    path = tmp_path / "a.safetensors"
    save_checkpoint(path, make_state(), {})
    state, _ = load_checkpoint(path)
    with path.open("r+b") as file:
        file.truncate(100)
    assert same(state, make_state())


class Bomb:
    """Unpickling this leaves a mark."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self):
        return (os.mkdir, (str(self.mark),))


def test_a_pickle_in_disguise_is_refused_and_not_run(tmp_path):
    mark, path = tmp_path / "mark", tmp_path / "evil.safetensors"
    path.write_bytes(pickle.dumps(Bomb(mark)))
    with pytest.raises(FileError, match="not a checkpoint"):
        load_checkpoint(path)
    torch.save({"weights": Bomb(mark)}, path)
    with pytest.raises(FileError, match="not a checkpoint"):
        load_checkpoint(path)
    assert not mark.exists()
    pickle.loads(pickle.dumps(Bomb(mark)))  # the bomb itself works
    assert mark.exists()


def test_a_pickle_in_the_metadata_is_only_text(tmp_path):
    mark, path = tmp_path / "mark", tmp_path / "evil.safetensors"
    text = pickle.dumps(Bomb(mark), protocol=0).decode()
    safetensors.torch.save_file({"network/a": torch.zeros(1)}, path, {"format": FORMAT, "header": text})
    with pytest.raises(FileError):
        load_checkpoint(path)
    assert not mark.exists()


def raw(header: dict | bytes, body: bytes = b"", length: int | None = None) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + body


META = {"__metadata__": {"format": FORMAT, "header": json.dumps({"state": TrainingState().info()})}}
TENSOR = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"1234567",
        b"\x00" * 8,
        raw(META, length=2**63),
        raw(META, length=2**40),
        raw(META, length=3),
        raw(b"[]"),
        raw(b"\xff\xff"),
        raw({"a": TENSOR}, b"12345678"),
        raw({"__metadata__": {"format": "pt"}, "a": TENSOR}, b"12345678"),
        raw(META | {"network/a": TENSOR}, b"1234"),
        raw(META | {"network/a": TENSOR}, b"123456789"),
        raw(META | {"network/a": TENSOR | {"data_offsets": [8, 0]}}, b"12345678"),
        raw(META | {"network/a": TENSOR | {"shape": [2**62, 4]}}, b"12345678"),
        raw(META | {"network/a": TENSOR | {"shape": [-2]}}, b"12345678"),
        raw(META | {"network/a": TENSOR | {"dtype": "PICKLE"}}, b"12345678"),
        raw(META | {"elsewhere/a": TENSOR}, b"12345678"),
        raw({"__metadata__": {"format": FORMAT, "header": "[1]"}, "network/a": TENSOR}, b"12345678"),
        raw({"__metadata__": {"format": FORMAT, "header": "{}"}, "network/a": TENSOR}, b"12345678"),
        raw({"__metadata__": {"format": FORMAT, "header": "not json"}, "network/a": TENSOR}, b"12345678"),
        raw({"__metadata__": {"format": FORMAT}, "network/a": TENSOR}, b"12345678"),
        raw({"__metadata__": {"format": FORMAT, "header": '{"state": {"step": Infinity}}'}, "network/a": TENSOR}, b"12345678"),
    ],
)
def test_hostile_files_give_a_sentence(tmp_path, data):
    path = tmp_path / "x.safetensors"
    path.write_bytes(data)
    with pytest.raises(FileError) as caught:
        load_checkpoint(path)
    assert "x.safetensors" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("key", "value"), [("step", -1), ("seconds", float("nan")), ("live", 3), ("epoch", None)])
def test_impossible_counts_give_a_sentence(tmp_path, key, value):
    header = json.dumps({"state": TrainingState().info() | {key: value}})
    safetensors.torch.save_file({"network/a": torch.zeros(1)}, tmp_path / "a", {"format": FORMAT, "header": header})
    with pytest.raises(FileError, match="damaged checkpoint"):
        load_checkpoint(tmp_path / "a")


def test_a_newer_format_says_update(tmp_path):
    safetensors.torch.save_file({"a": torch.zeros(1)}, tmp_path / "a", {"format": "layerscope-checkpoint/2", "header": "{}"})
    with pytest.raises(FileError, match="newer Layerscope"):
        load_checkpoint(tmp_path / "a")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=80)
@given(data=st.data())
def test_damage_is_a_sentence_or_leaves_a_loadable_file(tmp_path, data):
    path, original = tmp_path / "x.safetensors", tmp_path / "whole.safetensors"
    if not original.exists():
        save_checkpoint(original, make_state(), {})
    whole = bytearray(original.read_bytes())
    if data.draw(st.booleans()):
        damaged = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    else:
        for _ in range(data.draw(st.integers(1, 4))):
            whole[data.draw(st.integers(0, min(len(whole), 1500) - 1))] = data.draw(st.integers(0, 255))
        damaged = bytes(whole)
    path.write_bytes(damaged)
    try:
        state, _ = load_checkpoint(path)
        require_fit(state, DESIGN, path)
    except FileError as error:
        assert "x.safetensors" in str(error)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
@given(data=st.binary(max_size=200))
def test_random_bytes_are_a_sentence(tmp_path, data):
    path = tmp_path / "x.safetensors"
    path.write_bytes(data)
    with pytest.raises(FileError):
        load_checkpoint(path)


def changed(network: dict[str, torch.Tensor], **rest) -> TrainingState:
    state = make_state()
    return TrainingState(network=network, optimizer=rest.get("optimizer", {}), rng=rest.get("rng", state.rng))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (changed({**make_state().network, "c1.weight": torch.zeros(3, 1, 3, 3)}), "layer 'c1'.*shape"),
        (changed({**make_state().network, "c9.weight": torch.zeros(1)}), "layer 'c9'.*has no"),
        (changed({k: v for k, v in make_state().network.items() if k != "out.bias"}), "layer 'out'.*missing"),
        (changed({**make_state().network, "out.bias": torch.zeros(3, dtype=torch.int64)}), "layer 'out'.*int64"),
        (changed(make_state().network, optimizer={"c1.weight/momentum_buffer": torch.zeros(5)}), "layer 'c1'.*optimiser"),
        (changed(make_state().network, optimizer={"zz.weight/exp_avg": torch.zeros(5)}), "layer 'zz'.*optimiser"),
        (changed(make_state().network, rng={"cpu": torch.zeros(3, dtype=torch.uint8)}), "random numbers"),
        (changed(make_state().network, rng={"cpu": torch.zeros(5056)}), "random numbers"),
    ],
)
def test_weights_of_another_design_name_the_layer(tmp_path, state, words):
    save_checkpoint(tmp_path / "a", state, {})
    loaded, _ = load_checkpoint(tmp_path / "a")
    with pytest.raises(FileError, match=words):
        require_fit(loaded, DESIGN, tmp_path / "a")
