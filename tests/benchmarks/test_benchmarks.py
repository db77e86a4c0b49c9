"""The benchmark command: its list, its tables, its JSON and its arithmetic."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

import pytest

import benchmarks.occlusion
from benchmarks.__main__ import main, names
from benchmarks.base import Pairs, Row, in_turn, machine, seconds, torch_threads


def test_every_benchmark_is_listed_with_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(names()) >= 1
    for name, text in names().items():
        assert len(text) > 10, f"{name} says nothing of itself"
        assert any(line.startswith(name) and line.endswith(text) for line in lines)
    assert "occlusion" in names() and "base" not in names()


def test_an_unknown_name_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["oclusion"]) == 2
    assert capsys.readouterr().err == "There is no benchmark 'oclusion'. Did you mean 'occlusion'?\n"


def test_json_is_the_last_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [Row("a case", "time", 2.0, "ms", "another: 4.0 ms", 2.0), Row("no ratio", "rate", math.nan, "1/s")]
    monkeypatch.setattr(benchmarks.occlusion, "run", lambda quick: rows if quick else [])
    assert main(["occlusion", "--quick", "--json"]) == 0
    *text, last = capsys.readouterr().out.splitlines()
    assert "another: 4.0 ms" in text[1] and text[1].endswith("2.00")
    answer = json.loads(last)
    assert answer["benchmark"] == "occlusion" and answer["machine"]["cores"] >= 1
    assert list(answer["results"][0]) == ["case", "metric", "value", "unit", "baseline", "ratio"]
    assert answer["results"][0]["ratio"] == 2.0 and answer["results"][1]["value"] is None


def test_work_is_measured_in_turn() -> None:
    done: list[str] = []
    in_turn(lambda: done.append("a"), lambda: done.append("b"), rounds=3, warm_ups=1)
    assert "".join(done) == "ab" + "ab" + "ba" + "ab"


def test_the_ratio_is_the_median_of_the_pairs() -> None:
    pairs = Pairs(ours=(1.0, 1.0, 2.0), baseline=(2.0, 3.0, 20.0))
    assert (pairs.seconds, pairs.baseline_seconds, pairs.speed_up) == (1.0, 3.0, 3.0)


def test_slower_work_has_a_ratio_below_one(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(benchmarks.base.time, "perf_counter", lambda: now[0])

    def work(seconds: float) -> Callable[[], None]:
        return lambda: now.__setitem__(0, now[0] + seconds)

    assert seconds(work(0.5)) == 0.5
    assert in_turn(work(2.0), work(0.5), rounds=3).speed_up == 0.25


def test_thread_counts_are_put_back() -> None:
    import torch

    before = torch.get_num_threads()
    with torch_threads(1):
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before


def test_the_machine_is_described() -> None:
    described = machine()
    assert described["torch"] != "not installed" and described["processor"]
    json.dumps(described)


def test_the_occlusion_benchmark_checks_that_both_maps_are_equal() -> None:
    """One round on the smallest case: it would raise if ours and Captum's differed."""
    subject, image = benchmarks.occlusion._subjects()[0]
    case = benchmarks.occlusion.Case(subject, image, 8, 4)
    rows = benchmarks.occlusion._rows(case, rounds=1, trials=1)
    assert [row.ratio is not None and row.ratio > 0 for row in rows] == [True, True]
    assert "LeNet-5 1×28×28" in rows[0].case
