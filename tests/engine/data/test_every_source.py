"""Every data set that is enrolled keeps its promises, and the promises find out the wrong ones."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from engine.data.meaning import slots
from engine.data.meanings.classes import Classes
from engine.data.meanings.vector import Vector
from engine.data.pieces import Abandoned
from engine.data.source import DATASETS, RawSet, RawSplit, Source
from engine.data.sources import digits
from engine.errors import DataError
from tests.helpers.source_promises import check_source

NOWHERE = Path("no such folder")
HERE = [source.name for source in DATASETS.entries() if source.availability(NOWHERE).ready]
ELSEWHERE = [name for name in DATASETS if name not in HERE]


@pytest.mark.parametrize("name", HERE)
def test_promises(name: str) -> None:
    check_source(DATASETS.get(name))


@pytest.mark.parametrize("name", ELSEWHERE)
def test_what_is_not_there_says_where_it_belongs(name: str) -> None:
    source = DATASETS.get(name)
    assert str(NOWHERE) in source.availability(NOWHERE).reason
    with pytest.raises(DataError, match=str(NOWHERE)):
        source.load(0, NOWHERE)


def made(seed: int, stream: int, count: int = 60) -> dict[str, np.ndarray]:
    rng = np.random.default_rng([seed, stream])
    return {"point": rng.standard_normal((count, 2)).astype(np.float32), "label": np.arange(count) % 3}


def right(seed: int) -> RawSet:
    return RawSet(RawSplit(made(seed, 0)), RawSplit(made(seed, 1)), Right.slots)


class Right(Source):
    name = "throw_away"
    title = "Throw-away"
    help = "For a test."
    slots = slots(point=(Vector(names=("x", "y")), (2,)), label=(Classes(names=("a", "b", "c")), ()))

    def load(self, seed: int, root: Path | None = None) -> RawSet:
        return right(seed)


def changed(**values: Callable[[np.ndarray], np.ndarray]) -> Callable[[int], RawSet]:
    """A set of which some training values are changed."""

    def make(seed: int) -> RawSet:
        raw = right(seed)
        train = {name: values.get(name, lambda stored: stored)(stored) for name, stored in raw.train.values.items()}
        return RawSet(RawSplit(train), raw.test, raw.slots)

    return make


def without_labels(seed: int) -> RawSet:
    raw = right(seed)
    return RawSet(RawSplit({"point": raw.train["point"]}), raw.test, raw.slots)


def renamed(seed: int) -> RawSet:
    raw = right(seed)
    label = raw.slots["label"].with_meaning(Classes(names=("c", "b", "a")))
    return RawSet(raw.train, raw.test, {**raw.slots, "label": label})


WRONG: dict[str, Callable[[int], RawSet]] = {
    "another every time": lambda seed: RawSet(RawSplit(made(np.random.randint(9**9), 0)), right(seed).test, Right.slots),
    "deaf to the seed": lambda seed: right(0),
    "tested on what it trains on": lambda seed: RawSet(right(seed).train, right(seed).train, Right.slots),
    "doubles": changed(point=lambda values: values.astype(np.float64)),
    "another shape": changed(point=lambda values: values[:, :1]),
    "not finite": changed(point=lambda values: values * np.inf),
    "too few labels": changed(label=lambda values: values[:-1]),
    "a class too many": changed(label=lambda values: values + 1),
    "a class that never occurs": changed(label=lambda values: values % 2),
    "no labels": without_labels,
    "no training examples": changed(point=lambda values: values[:0], label=lambda values: values[:0]),
    "other names than promised": renamed,
}


@pytest.fixture
def enrolled() -> Iterator[Callable[[Source], Source]]:
    yield lambda source: DATASETS.add(source.name, source) and source
    DATASETS.remove(Right.name)


def test_the_right_one_passes(enrolled: Callable[[Source], Source]) -> None:
    check_source(enrolled(Right()))


@pytest.mark.parametrize("words", list(WRONG))
@pytest.mark.filterwarnings("ignore:invalid value")
def test_a_wrong_one_is_found_out(words: str, enrolled: Callable[[Source], Source]) -> None:
    source = enrolled(Right())
    source.load = lambda seed, root=None: WRONG[words](seed)  # type: ignore[method-assign]
    with pytest.raises((AssertionError, DataError)):
        check_source(source)


@pytest.mark.parametrize("name", ["digits", "moods", "solids"])
def test_what_takes_long_is_made_in_pieces_that_stop(name: str) -> None:
    """digits and moods were made as a whole: nobody could stop them, and nothing said how far they were."""
    told: list[float | None] = []

    def between(done: float | None = None, /) -> None:
        told.append(done)
        if len(told) == 8:
            raise Abandoned

    with pytest.raises(Abandoned):
        DATASETS.get(name).load_between(0, None, between)
    assert told == sorted(told) and len(set(told)) > 4


def test_the_digits_are_those_of_scikit_learn_which_is_not_imported() -> None:
    """Importing it took two seconds and 100 MiB."""
    from sklearn.datasets import load_digits

    raw, stored = DATASETS.get("digits").load(0), load_digits()
    images = np.concatenate([raw.train["image"], raw.test["image"]])
    labels = np.concatenate([raw.train["label"], raw.test["label"]])
    ours = sorted(zip((images.reshape(len(images), -1) / 255 * 16).round().tolist(), labels.tolist(), strict=True))
    assert ours == sorted(zip(stored.data.tolist(), stored.target.tolist(), strict=True))
    code = "import sys; from engine.data.load import load; load('digits', None, 0, 0.1); print('sklearn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


@pytest.mark.parametrize("content", [None, b"", b"no gzip", gzip.compress(b"1,2,x\n"), gzip.compress(b"1,2\n")[:-9]])
def test_digits_that_are_damaged_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None) -> None:
    folder = tmp_path / "datasets" / "data"
    folder.mkdir(parents=True)
    if content is not None:
        (folder / "digits.csv.gz").write_bytes(content)
    monkeypatch.setattr(digits, "find_spec", lambda name: SimpleNamespace(origin=str(tmp_path / "__init__.py")))
    with pytest.raises(DataError, match=r"missing or damaged\. Install scikit-learn again"):
        DATASETS.get("digits").load(0)
    monkeypatch.setattr(digits, "find_spec", lambda name: None)
    with pytest.raises(DataError, match="not installed"):
        DATASETS.get("digits").load(0)
