"""Built-in networks bring the data and the training that they are shown with; what a person has set stays."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app import dialogs
from app.builtin import OF_THE_USER, builtin_document
from app.changes import replace_config
from app.document import Document
from app.program import Program
from engine.design.values import own_values
from engine.errors import DesignError
from engine.families import Group
from engine.fit import require_fit
from engine.training.config import training_config
from engine.zoo import NETWORKS
from tests.app.conftest import TINY

BEFORE = Document(TINY, "digits", training_config(epochs=7, seed=3, device="cpu", learning_rate=0.2))


NEEDS_ITS_OWN = ("unet",)
"""It answers with masks that are smaller than its images: no built-in data are like that."""


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, kind in zip(NETWORKS, NETWORKS.entries(), strict=True)
        if kind.group is not Group.IMAGENET and name not in NEEDS_ITS_OWN
    ],
)
@pytest.mark.parametrize("before", [BEFORE, builtin_document("regression_mlp", BEFORE)], ids=["digits", "hills"])
def test_every_one_can_be_trained_at_once(name: str, before: Document) -> None:
    document = builtin_document(name, before)
    require_fit(document.config.task, document.data, document.design)
    own, had = own_values(document.config), own_values(before.config)
    assert {key: own[key] for key in OF_THE_USER} == {key: had[key] for key in OF_THE_USER}


@pytest.mark.parametrize("name", ["alexnet_two_tower", "vgg_d", "googlenet_aux", "resnet50"])
def test_one_of_a_thousand_classes_says_how_it_comes_to_learn_ten(name: str) -> None:
    """It is opened at its published size, and mended with one click."""
    document = builtin_document(name, BEFORE)
    with pytest.raises(DesignError, match="Set units of layer") as caught:
        require_fit(document.config.task, document.data, document.design)
    mended = caught.value.fix(document.design)
    if not mended.heads:
        require_fit(document.config.task, document.data, mended)


def test_one_that_names_no_data_keeps_what_it_can_learn_from() -> None:
    kept = builtin_document("lenet5", BEFORE)
    assert (kept.data, kept.config) == (BEFORE.data, BEFORE.config)
    folder = replace(BEFORE, data="/some/folder")
    assert builtin_document("lenet5", folder).data == "/some/folder"


def test_opening_one_asks_for_unsaved_changes_first_and_cannot_be_undone(shared: Program, monkeypatch) -> None:
    session = shared.parts.session
    session.change("Seed", lambda document: replace_config(document, {"seed": 5}))
    edited = session.document
    monkeypatch.setattr(dialogs, "ask_unsaved", lambda *_: "cancel")
    assert not shared.parts.opener.open_builtin("autoencoder") and session.document is edited
    monkeypatch.setattr(dialogs, "ask_unsaved", lambda *_: "discard")
    assert shared.parts.opener.open_builtin("autoencoder")
    assert session.document.data == "strokes" and session.document.config.task.kind == "reconstruct"
    assert session.document.config.seed == 5 and not session.modified
    assert not session.undo_stack.can_undo() and not session.undo_stack.can_redo()
