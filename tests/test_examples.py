"""The example designs that come with the program: every one opens, fits together and suits its data."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.data.source import DATASETS
from engine.design.check import check, require_valid
from engine.design.document import from_json, to_json
from engine.files.companion_file import companion_path, load_companion
from engine.files.design_file import SUFFIX, load_design
from engine.fit import require_fit
from engine.task import TASKS

FOLDER = Path(__file__).parents[1] / "resources" / "designs"
EXAMPLES = sorted(FOLDER.glob(f"*{SUFFIX}"))


def test_there_are_examples_and_nothing_else() -> None:
    assert f"shapes_cnn{SUFFIX}" in [path.name for path in EXAMPLES]
    assert {*FOLDER.iterdir()} == {*EXAMPLES, *map(companion_path, EXAMPLES)}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_example_opens_and_fits_together(path: Path) -> None:
    design = load_design(path)
    report = require_valid(design)
    assert report.costs.params > 0
    assert design.name and design.notes, "an example says what it is for"


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_example_is_written_as_the_program_writes_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert to_json(from_json(text)) == text


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_every_example_brings_data_and_training_that_suit_it(path: Path) -> None:
    companion = load_companion(path)
    assert companion is not None and companion.data in DATASETS
    require_fit(companion.config.task, companion.data, load_design(path))


def test_shapes_cnn_reads_shapes_and_tells_its_classes_apart() -> None:
    design = load_design(FOLDER / f"shapes_cnn{SUFFIX}")
    slots = DATASETS.get("shapes").slots
    assert design.input_shape == slots["image"].network_shape
    assert check(design).output_shape == slots["label"].network_shape
    assert require_fit(None, "shapes", design) == TASKS.get("classify")()
