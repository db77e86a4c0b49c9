"""A throw-away registry of cakes, whose kinds have choices of their own, and a form of it whose owner takes what it emits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.design.parameters import Kind, Kinds, ParameterModel, Reals, Words, form_fields, many_of, one_of, parameter
from engine.design.values import own_values, with_values
from engine.errors import DesignError
from widgets.form import ParameterForm
from widgets.theme import Look

ICINGS: Kinds[Icing] = Kinds("icing", "tests.widgets.form", DesignError)
CAKES: Kinds[Cake] = Kinds("cake", "tests.widgets.form", DesignError)


class Icing(Kind):
    """What a cake is covered with."""


class Cake(Kind):
    """A cake."""


class Lemon(Icing):
    """Of lemons."""

    kind: ClassVar[str] = "lemon"
    title: ClassVar[str] = "Lemon icing"
    help: ClassVar[str] = "Sugar and the juice of lemons."
    juice: float = parameter(0.5, "How much juice.", low=0.0, high=1.0, live=True)


class Plain(Icing):
    """Without anything."""

    kind: ClassVar[str] = "plain"
    title: ClassVar[str] = "Plain icing"
    help: ClassVar[str] = "Sugar only."


class Sponge(Cake):
    """Light."""

    kind: ClassVar[str] = "sponge"
    title: ClassVar[str] = "Sponge"
    help: ClassVar[str] = "Eggs, sugar, flour."
    eggs: int = parameter(4, "How many eggs.", low=1, high=12, live=True)
    icing: Icing | None = one_of(ICINGS, None, "What is on top.", none_text="bare")


class Tart(Cake):
    """Heavy."""

    kind: ClassVar[str] = "tart"
    title: ClassVar[str] = "Tart"
    help: ClassVar[str] = "Butter, sugar, flour."
    butter: float = parameter(0.25, "How much butter.", low=0.0, high=2.0, unit="kg")
    icing: Icing | None = one_of(ICINGS, "lemon", "What is on top.", none_text="bare")


class Party(ParameterModel):
    """What is to be had."""

    guests: int = parameter(8, "How many come.", low=1, high=100)
    cake: Cake = one_of(CAKES, "sponge", "The main cake.")
    others: tuple[Cake, ...] = many_of(CAKES, "What else there is.", label="Other cakes")
    names: Words = parameter(("Ada",), "Who comes.")
    shares: Reals = parameter((0.5, 0.5), "Who gets how much.")


class Host:
    """Owns the values, as an app does: what the form emits is applied, and shown again."""

    def __init__(self, qtbot: QtBot, look: Look) -> None:
        self.look, self.party = look, Party()
        self.emitted: list[tuple[str, Any, bool]] = []
        self.form = ParameterForm(look)
        qtbot.addWidget(self.form)
        self.form.changed.connect(self._accept)
        self.show()
        self.form.resize(look.px(376), look.px(600))
        self.form.show()
        self.form.activateWindow()
        QApplication.processEvents()

    def show(self, errors: dict[str, str] | None = None) -> None:
        self.form.set_fields(form_fields(Party), own_values(self.party), errors)
        QApplication.processEvents()

    def set(self, **changes: Any) -> None:
        self.party = with_values(self.party, {key.replace("__", "."): value for key, value in changes.items()}, "Party")
        self.show()

    def _accept(self, path: str, value: object, continuing: bool) -> None:
        self.emitted.append((path, value, continuing))
        errors = {}
        try:
            self.party = with_values(self.party, {path: value}, "Party")
        except DesignError as error:
            errors = {path: error.problem}
        self.form.set_fields(form_fields(Party), own_values(self.party), errors)


@pytest.fixture
def look() -> Look:
    return Look()


@pytest.fixture
def cakes() -> Iterator[None]:
    """The kinds enrolled, and in the end taken out again."""
    for registry, kinds in ((ICINGS, (Lemon, Plain)), (CAKES, (Sponge, Tart))):
        for kind in kinds:
            registry.declare(kind)
    yield
    for registry in (ICINGS, CAKES):
        for name in registry:
            registry.remove(name)


@pytest.fixture
def host(qtbot: QtBot, look: Look, cakes: None) -> Host:
    return Host(qtbot, look)
