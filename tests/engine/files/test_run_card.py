"""config.json: what format 1 wrote is read for ever, and whatever is damaged is one sentence."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.build import Network
from engine.data.meanings.classes import Classes
from engine.data.meanings.grids import Image
from engine.errors import FileError
from engine.files.run_card import load_card, save_card
from engine.files.run_folder import RunFolder
from engine.files.run_writer import RunWriter
from engine.training.kinds import OPTIMISERS
from tests.helpers.tiny_data import tiny_cnn, tiny_config, trained
from tests.helpers.tiny_tasks import everything


def format_1(**training: Any) -> dict[str, Any]:
    """As Layerscope 0.1.0 wrote it."""
    return {
        "format": "layerscope-run/1",
        "training": {
            "epochs": 2,
            "batch_size": 64,
            "optimizer": "sgd",
            "learning_rate": 0.05,
            "momentum": 0.9,
            "weight_decay": 0.0005,
            "schedule": "cosine",
            "loss": "cross_entropy",
            "seed": 3,
            "validation_share": 0.1,
            "device": "cpu",
            "capture_budget": 0.02,
        }
        | training,
        "data": {"name": "digits", "fingerprint": "0123456789abcdef", "classes": ["0", "1"], "mean": [0.3], "deviation": [0.4]},
        "seed": 3,
        "device": "cpu",
        "versions": {"layerscope": "0.1.0", "torch": "2.13.0"},
    }


def loaded(tmp_path: Path, document: Any) -> Any:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return load_card(path)


def test_format_1_becomes_kinds_with_the_same_values(tmp_path: Path) -> None:
    card = loaded(tmp_path, format_1())
    config = card.config
    assert (config.optimizer.kind, config.optimizer.learning_rate) == ("sgd", 0.05)
    assert (config.optimizer.momentum, config.optimizer.weight_decay) == (0.9, 0.0005)
    assert (config.schedule.kind, config.loss.kind, config.task.kind, config.init.kind) == (
        *("cosine", "cross_entropy", "classify", "torch"),
    )
    assert (config.epochs, config.seed, card.data.name, card.data.fingerprint) == (2, 3, "digits", "")
    assert card.data.slots["image"].meaning == Image(mean=(0.3,), deviation=(0.4,))
    assert card.data.slots["label"].meaning == Classes(names=("0", "1"))


def test_momentum_that_adam_never_had_is_left_out(tmp_path: Path) -> None:
    config = loaded(tmp_path, format_1(optimizer="adam", learning_rate=0.001)).config
    assert config.optimizer == OPTIMISERS.get("adam")(learning_rate=0.001, weight_decay=0.0005)


def test_a_run_that_had_not_loaded_its_data(tmp_path: Path) -> None:
    document = format_1()
    document["data"] = {"name": "digits", "fingerprint": "", "classes": [], "mean": [], "deviation": []}
    assert loaded(tmp_path, document).data.slots == {}


def test_a_migrated_card_is_written_in_todays_format_and_says_the_same(tmp_path: Path) -> None:
    card = loaded(tmp_path, format_1())
    save_card(tmp_path / "new.json", card)
    assert json.loads((tmp_path / "new.json").read_text())["format"] == "layerscope-run/2"
    assert load_card(tmp_path / "new.json") == card


# -- damage --


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The config.json of a run with as many choices as can be."""
    config = tiny_config(
        optimizer="adam", penalty=["l1", {"kind": "activity_l1", "layer": "c"}], augment=["shift"], schedule="steps", loss="mae"
    )
    path = tmp_path_factory.mktemp("whole") / "run"
    RunWriter.create(path, tiny_cnn(), config, "digits", everything(), "cpu")
    return json.loads((path / "config.json").read_text())


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("training", "optimizer"), "adamm", "There is no optimiser 'adamm'"),
        (("training", "optimizer"), "mse", "no optimiser 'mse'"),
        (("training", "optimizer"), None, "None is not one of"),
        (("training", "optimizer"), ["sgd"], "is not one of"),
        (("training", "optimizer"), {"kind": "sgd", "momentum": "much"}, "'optimizer.momentum': 'much' is not a number"),
        (("training", "optimizer"), {"kind": "sgd", "momentum": 7}, "'optimizer.momentum': 7.0 is out of range"),
        (("training", "optimizer"), {"kind": "sgd", "beta1": 0.5}, "'optimizer.beta1'"),
        (("training", "optimizer"), {"momentum": 0.5}, "is not one of"),
        (("training", "penalty"), ["l1", "l1"], "'l1' is chosen twice"),
        (("training", "penalty"), [{"kind": "l1", "strength": {}}], "'penalty.strength'"),
        (("training", "augment"), {"kind": "shift", "pixels": 1.5}, "'augment.pixels'"),
        (("training", "epochs"), "5", "'epochs'"),
        (("training", "epoch"), 5, "Did you mean 'epochs'"),
        (("training",), [], "config.json"),
        (("data",), "digits", "config.json"),
        (("data", "name"), ..., "config.json"),
        (("data", "slots"), [1], "config.json"),
        (("data", "slots"), 5, "config.json"),
        (("data", "slots", "image"), [], "config.json"),
        (("data", "slots", "image", "meaning"), "image", "config.json"),
        (("data", "slots", "image", "meaning", "kind"), "imag", "Did you mean 'image'"),
        (("data", "slots", "image", "meaning", "kind"), "sgd", "no meaning of data 'sgd'"),
        (("data", "slots", "image", "meaning", "mean"), "bright", "'mean'"),
        (("data", "slots", "image", "meaning", "mean"), [None], "'mean'"),
        (("data", "slots", "image", "shape"), [1, "x"], "config.json"),
        (("data", "slots", "image", "shape"), None, "config.json"),
        (("versions",), 3, "config.json"),
        (("format",), "layerscope-run/3", "newer Layerscope"),
        (("format",), "layerscope-run/0", "config.json"),
        (("format",), 2, "config.json"),
        (("format",), ..., "config.json"),
    ],
)
def test_what_is_damaged_is_named(whole: dict[str, Any], tmp_path: Path, path: tuple[str, ...], value: Any, words: str) -> None:
    document = copy.deepcopy(whole)
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    if value is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    with pytest.raises(FileError) as caught:
        loaded(tmp_path, document)
    text = str(caught.value)
    assert words in text and "config.json" in text
    assert "\n" not in text and len(text) < 500


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inner for place in places(each, (*path, key)))]


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["sgd", "mse", "image", "flip", "classify", "layerscope-run/1", "kind"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["kind", "mean", "shape", "meaning"]) | st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data(), old=st.booleans())
def test_a_document_changed_anywhere_is_a_card_or_a_sentence(
    whole: dict[str, Any], tmp_path: Path, data: st.DataObject, old: bool
) -> None:
    document: Any = copy.deepcopy(format_1() if old else whole)
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(places(document)))
        if not path:
            document = data.draw(JUNK)
            continue
        inner = document
        for key in path[:-1]:
            inner = inner[key]
        if data.draw(st.booleans()):
            inner[path[-1]] = data.draw(JUNK)
        else:
            del inner[path[-1]]
    try:
        card = loaded(tmp_path, document)
        save_card(tmp_path / "again.json", card)
        assert load_card(tmp_path / "again.json") == card
    except FileError as error:
        assert "config.json" in str(error) and "\n" not in str(error)


# -- the rest of a run of format 1 --


def test_the_weights_and_curves_of_a_run_of_format_1_are_read(tmp_path: Path) -> None:
    """Its checkpoints know live values flat, and its table has the seven columns."""
    state = trained(config=tiny_config(epochs=1, schedule="constant")).runner.final_state
    folder = RunWriter.create(tmp_path / "run", tiny_cnn(), tiny_config(), "stripes")
    folder.checkpoint(state)
    (folder.path / "config.json").write_text(json.dumps(format_1()), encoding="utf-8")
    table = "step,epoch,seconds,split,loss,accuracy,learning_rate\n1,0.1,0.5,train,0.7,0.5,0.05\n13,1.0,2.0,validation,0.6,0.9,\n"
    (folder.path / "metrics.csv").write_text(table, encoding="utf-8")
    run = RunFolder.open(folder.path)
    assert run.history()["validation/accuracy"].values.tolist() == [0.9]
    assert run.best_checkpoint() == run.checkpoint_path(13)
    network = Network(run.design)
    network.layers.load_state_dict(run.load_checkpoint().network)
    assert torch.equal(network.layers["c"].weight, state.network["c.weight"])
