"""Registries find their package's modules, name the nearest entry, and take extensions from files."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from engine.design.check import check
from engine.design.document import from_json, to_json
from engine.design.kinds import LAYER_KINDS, LayerKind
from engine.design.network import NetworkDesign, layer
from engine.errors import DesignError
from engine.registry import Registry, brief, nearest

EXTENSION = '''
from engine.design.kinds import LayerKind, layer_kind
from engine.design.parameters import parameter


@layer_kind
class Scale(LayerKind):
    """A throw-away kind."""

    kind, title, category, help = "scale_test", "Scale", "activation", "Multiplies everything by one number."
    factor: float = parameter(2.0, "What is multiplied by.", low=-10.0, high=10.0)
'''


def new_registry(package: str = "engine.layers") -> Registry[str]:
    return Registry("thing", package, DesignError)


def test_a_kind_from_a_file_is_used_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "scale.py"
    path.write_text(EXTENSION)
    before = len(LAYER_KINDS)
    LAYER_KINDS.load_file(path)
    try:
        assert len(LAYER_KINDS) == before + 1
        design = NetworkDesign("n", (3, 4, 4), (layer("s", "scale_test", factor=3.0),))
        assert from_json(to_json(design)) == design and check(design).output_shape == (3, 4, 4)
        assert design["s"].parameters.summary() == "factor 3.0"
    finally:
        LAYER_KINDS._entries.pop("scale_test")


def test_a_file_that_fails_enrols_nothing(tmp_path: Path) -> None:
    path = tmp_path / "broken_scale.py"
    path.write_text(EXTENSION + "\nraise RuntimeError('half way')\n")
    with pytest.raises(DesignError, match=r"broken_scale.py' cannot be loaded: RuntimeError: half way"):
        LAYER_KINDS.load_file(path)
    assert "scale_test" not in LAYER_KINDS
    with pytest.raises(DesignError, match="is not a Python file"):
        LAYER_KINDS.load_file(tmp_path / "notes.txt")


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(DesignError, match=r"There is no layer kind 'conv2'. Did you mean 'conv2d'"):
        LAYER_KINDS.get("conv2")


def test_entries_come_in_order_and_can_be_taken_out() -> None:
    registry = new_registry()
    take_out = registry.add("b", "first")
    registry.add("a", "second")
    assert list(registry) == ["b", "a"] and registry.entries() == ["first", "second"] and "b" in registry
    with pytest.raises(ValueError, match="two things are called 'a'"):
        registry.add("a", "third")
    take_out()
    assert list(registry) == ["a"]


def test_an_unknown_category_is_a_bug_of_the_kind() -> None:
    from engine.design.kinds import layer_kind

    class Odd(LayerKind):
        kind, category = "odd_test", "magic"

    with pytest.raises(ValueError, match="unknown category"):
        layer_kind(Odd)
    assert "odd_test" not in LAYER_KINDS


def test_a_package_that_fails_to_import_fails_again() -> None:
    registry = new_registry("engine.no_such_package")
    for _ in range(2):
        with pytest.raises(ModuleNotFoundError):
            list(registry)


def test_discovery_is_whole_for_every_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "slow_package_for_test"
    package.mkdir()
    (package / "__init__.py").write_text("from engine.registry import Registry\nT = Registry('thing', __name__, KeyError)\n")
    for name in "abc":
        (package / f"{name}.py").write_text(f"import time\ntime.sleep(0.02)\nfrom {package.name} import T\nT.add('{name}', 1)\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    import importlib

    table = importlib.import_module(package.name).T
    counts: list[int] = []
    threads = [threading.Thread(target=lambda: counts.append(len(table))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [3] * 4


def test_messages_stay_short() -> None:
    assert len(nearest("x" * 10_000, [f"name{n}" for n in range(1000)])) < 400
    assert len(brief("x" * 10_000)) < 100 and len(brief(10**4000)) < 100 and len(brief([[0] * 1000] * 1000)) < 1000
