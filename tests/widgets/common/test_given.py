"""Properties by name: set as Qt's constructors set them, and a misspelt one is noticed."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from widgets.common.given import given


def test_properties_are_set(qtbot: QtBot) -> None:
    button = given(QToolButton(), text="log", checkable=True, objectName="a", visible=False)
    qtbot.addWidget(button)
    assert (button.text(), button.isCheckable(), button.objectName(), button.isHidden()) == ("log", True, "a", True)


def test_an_unknown_property_is_a_bug(qtbot: QtBot) -> None:
    button = QToolButton()
    qtbot.addWidget(button)
    with pytest.raises(AttributeError, match="QToolButton has no property 'txet'"):
        given(button, txet="log")
