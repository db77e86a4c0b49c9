"""Whatever a layer may be called, it can be built, trained, saved, loaded and asked: also what torch calls its own methods."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from engine.build import Network, restore
from engine.design.document import from_json, to_json
from engine.design.network import NetworkDesign, layer
from engine.files.run_folder import RunFolder
from engine.files.whole_run import save_run
from engine.probing.parse import make_probe
from engine.probing.subject import make_subject
from engine.snapshot import Want
from tests.helpers.tiny_data import Watcher, tiny_config, tiny_problem, tiny_set, trained


def is_an_id(name: str) -> bool:
    return not name.startswith("_")


TORCHS_OWN = sorted(filter(is_an_id, {*dir(nn.ModuleDict()), *dir(nn.Linear(1, 1)), "weight", "bias", "class", "for", "None"}))
"""What attributes of modules are called, and some of Python's keywords."""


def chain_of(ids: list[str]) -> NetworkDesign:
    """A linear layer of two units for each id, behind a flatten."""
    return NetworkDesign("names", (1, 8, 8), (layer("f", "flatten"), *(layer(id, "linear", units=2) for id in ids)))


DESIGN = chain_of(TORCHS_OWN)


@pytest.fixture(scope="module")
def run() -> Watcher:
    """One epoch of a network with a layer of every such name, all of them looked at."""
    watch = frozenset(Want("filters", id) for id in TORCHS_OWN)
    return trained(DESIGN, tiny_config(epochs=1, capture_budget=1.0), watch=watch)


def test_there_are_names_to_be_tried() -> None:
    assert {"values", "keys", "type", "to", "train", "forward", "items", "pop"} <= set(TORCHS_OWN)


@pytest.mark.parametrize("id", TORCHS_OWN)
def test_each_is_built_and_its_weights_carry_its_name(id: str) -> None:
    network = Network(chain_of([id]))
    assert list(network.layers.state_dict()) == [f"{id}.weight", f"{id}.bias"]
    assert network(torch.zeros(1, 1, 8, 8)).main.shape == (1, 2)


def test_all_of_them_are_trained_and_looked_at(run: Watcher) -> None:
    assert run.ended is not None and run.ended.state == "finished", run.ended
    assert {want.layer for want in run.snapshots[-1].captured} == set(TORCHS_OWN)
    assert all(len(run.history[f"layer/{id}/gradient_norm"]) for id in TORCHS_OWN)


def test_all_of_them_are_saved_and_loaded(run: Watcher, tmp_path: Path) -> None:
    state = run.runner.final_state
    assert state is not None and f"{TORCHS_OWN[0]}.weight" in state.network
    save_run(tmp_path / "run", DESIGN, tiny_config(), "stripes", tiny_set(), run.history, state)
    opened = RunFolder.open(tmp_path / "run")
    again = restore(opened.design, opened.load_checkpoint().network)
    inputs = torch.randn(3, 1, 8, 8)
    assert torch.equal(again(inputs).main, restore(DESIGN, state.network)(inputs).main)
    assert from_json(to_json(DESIGN)) == DESIGN


@pytest.mark.parametrize("id", ["values", "forward", "type"])
def test_each_can_be_asked(run: Watcher, id: str) -> None:
    state = run.runner.final_state
    assert state is not None
    subject = make_subject(DESIGN, state.network, tiny_problem())
    probe = make_probe("activation_max", {"layer": id, "unit": "1", "steps": "4"})
    *_, result = probe.run(subject, None)
    assert result.facts["layer"] == id
