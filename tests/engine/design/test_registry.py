"""Registries find their package's modules, name the nearest entry, and say what is known."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from engine.design.kinds import LAYER_KINDS, LayerKind
from engine.errors import DesignError
from engine.registry import Registry, brief, nearest


def new_registry(package: str = "engine.layers") -> Registry[str]:
    return Registry("thing", package, DesignError)


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
