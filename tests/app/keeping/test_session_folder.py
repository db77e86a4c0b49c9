"""Session folders: what is not saved lies there while its window lives, and only the next start after a killed one takes it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.changes import replace_config
from app.keeping.kept_runs import KeptRuns
from app.keeping.session_folder import SessionFolder, newest_leftover
from tests.app.keeping.test_kept_runs import begun, over
from tests.app.run.conftest import SHORT

EDITED = replace_config(SHORT, {"learning_rate": 0.007}).with_design(SHORT.design.with_parameters("c1", filters=7))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "sessions"


@pytest.fixture
def kept(tmp_path: Path) -> KeptRuns:
    return KeptRuns(tmp_path / "runs", "s", lambda name: None)


def test_a_document_comes_back_with_data_training_and_file(root: Path, kept: KeptRuns, tmp_path: Path) -> None:
    session = SessionFolder(root)
    session.write(EDITED, tmp_path / "mine.design.json")
    assert newest_leftover(root, kept) is None, "its window is open"
    session.close(keep=True)
    leftover = newest_leftover(root, kept)
    assert (leftover.document.design, leftover.document.data) == (EDITED.design, "digits")
    assert leftover.document.config.optimizer.learning_rate == 0.007 and leftover.path == tmp_path / "mine.design.json"
    assert "“tiny”" in leftover.sentence and "unsaved changes" in leftover.sentence and "run" not in leftover.sentence
    assert newest_leftover(root, kept) is None, "another window has it in hand"
    leftover.leave()
    again = newest_leftover(root, kept)
    again.discard()
    assert list(root.iterdir()) == []


def test_a_clean_end_leaves_nothing(root: Path, kept: KeptRuns) -> None:
    session = SessionFolder(root)
    session.write(EDITED, None)
    session.clear()
    session.close()
    assert list(root.iterdir()) == []
    SessionFolder(root).close()


def test_a_document_that_was_saved_is_not_offered(root: Path, kept: KeptRuns) -> None:
    session = SessionFolder(root)
    session.write(EDITED, None)
    session.clear()
    session.close(keep=True)
    assert newest_leftover(root, kept) is None and list(root.iterdir()) == []


def test_the_run_that_was_in_hand_is_offered(root: Path, kept: KeptRuns) -> None:
    session = SessionFolder(root)
    runs = [over(begun(kept)) for _ in range(2)]
    for run in runs:
        run.let_go()
    session.note_run(runs[0].kept.path.name)
    session.close(keep=True)
    leftover = newest_leftover(root, kept)
    assert leftover.document is None and leftover.run.path == runs[0].kept.path
    assert f"a run up to step {runs[0].over.step}" in leftover.sentence
    leftover.discard()
    assert {found.path for found in kept.newest_first()} == {run.kept.path for run in runs}, "discarding is no deleting of a run"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"path": 7}', b"\xff\xfe", b'{"path": "x"'])
def test_damaged_leftovers_are_swept_away(root: Path, kept: KeptRuns, content: bytes) -> None:
    session = SessionFolder(root)
    session.write(EDITED, None)
    session.close(keep=True)
    (folder,) = root.iterdir()
    (folder / "about.json").write_bytes(content)
    assert newest_leftover(root, kept) is None and list(root.iterdir()) == []


def test_of_several_the_newest_is_offered_first(root: Path, kept: KeptRuns) -> None:
    for number in range(2):
        session = SessionFolder(root)
        session._path = root / f"2026010{number}-000000-aaaaaa"
        session.write(EDITED.with_design(EDITED.design.renamed(f"n{number}")), None)
        session.close(keep=True)
    first = newest_leftover(root, kept)
    second = newest_leftover(root, kept)
    assert (first.document.design.name, second.document.design.name) == ("n1", "n0")
    first.discard()
    second.discard()


def test_what_is_kept_says_of_what_file_it_is(root: Path) -> None:
    session = SessionFolder(root)
    session.write(EDITED, Path("somewhere/x.design.json"))
    (folder,) = root.iterdir()
    assert json.loads((folder / "about.json").read_text())["path"] == str(Path("somewhere/x.design.json"))
    session.close()
