"""The errors a user can mend: each is one plain sentence that says what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Fix = Callable[[Any], Any]
"""An edit, from a NetworkDesign to one in which the mistake is mended."""


class LayerscopeError(Exception):
    """A mistake in something the user gave us; its text is shown as it is, never with a traceback.

    ``problem`` says what is wrong and where; ``suggestion`` (may be empty) says what to do about it; ``fix`` does it to the
    design, where it is as simple as that.
    """

    def __init__(self, problem: str, suggestion: str = "", *, fix: Fix | None = None) -> None:
        self.problem = problem
        self.suggestion = suggestion
        self.fix = fix
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """The whole message on one line."""
        end = "" if self.problem.endswith("?") else "."
        return f"{self.problem.rstrip('.')}{end} {self.suggestion}" if self.suggestion else self.problem

    def plainly(self) -> str:
        """The same for somebody who sees a form: in the words that stand there."""
        return self.sentence()

    def __str__(self) -> str:
        return self.sentence()


class DesignError(LayerscopeError):
    """A design that cannot be: names the ``layer`` (its id) and the ``field`` at fault where they are known."""

    def __init__(self, problem: str, suggestion: str = "", *, layer: str = "", field: str = "", fix: Fix | None = None) -> None:
        self.layer = layer
        self.field = field
        super().__init__(problem, suggestion, fix=fix)

    def at(self, layer: str, field: str = "") -> DesignError:
        """The same error, located at ``layer`` unless it already names one."""
        return DesignError(self.problem, self.suggestion, layer=self.layer or layer, field=self.field or field, fix=self.fix)

    def sentence(self) -> str:
        """For files and command lines: the field by its own name."""
        return self._told(f"'{_cut(self.field)}'", self.field)

    def plainly(self) -> str:
        return self._told(_in_words(_cut(self.field)), self.field.rpartition(".")[2])

    def _told(self, field: str, named: str) -> str:
        """The sentence, located, but for the field where the problem says itself, by ``named``, what it is about."""
        layer = f"layer '{_cut(self.layer)}'" if self.layer else ""
        where = ", ".join(filter(None, [layer, field if self.field and not self._names(named) else ""]))
        text = super().sentence()
        return f"{where[0].upper()}{where[1:]}: {text}" if where else text

    def _names(self, field: str) -> bool:
        """Whether the problem is a whole sentence that says itself what it is about."""
        return self.problem[:1].isupper() or f"'{field}'" in self.problem


def _in_words(field: str) -> str:
    """A parameter as a person calls it: "padding mode", "learning rate of optimizer"."""
    *owners, name = field.replace("_", " ").split(".")
    return f"{name} of {owners[-1]}" if owners else name


def _cut(name: str) -> str:
    """A name from a file, no longer than fits into a sentence."""
    return name if len(name) <= 60 else f"{name[:59]}…"


def plainly(error: Exception) -> str:
    """``error`` for somebody who sees the window: a mistake of the user's in the words that stand there."""
    return error.plainly() if isinstance(error, LayerscopeError) else str(error)


class DataError(LayerscopeError):
    """Data that is missing, damaged or of the wrong shape."""


class TrainingError(LayerscopeError):
    """A training run that cannot start or go on."""


class ProbeError(LayerscopeError):
    """A probe whose question does not fit the network, the image or its own parameters."""


class FileError(LayerscopeError):
    """A file that cannot be read or written, or is not one of ours."""


class NewerFileError(FileError):
    """A file of a newer version: whole, but not for us."""
