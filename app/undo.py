"""UndoStack: the documents before and after every step, as plain data.

Qt's own stack owns commands written in Python; with PySide6 6.11 collecting such a stack as cyclic garbage crashes the process.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from app.document import Document

NEVER = -1


@dataclass(frozen=True)
class ReplaceDocument:
    """The only undo step there is: one document in place of another. Neighbours with one ``key`` become one step."""

    before: Document
    after: Document
    title: str
    key: str = ""


class UndoStack:
    """Steps done and undone. ``show`` is called with the document to be shown; ``changed`` after anything changed here."""

    def __init__(self, show: Callable[[Document], None], changed: Callable[[], None]) -> None:
        self._show, self._changed = show, changed
        self._steps: list[ReplaceDocument] = []
        self._done = 0  # how many of the steps are done
        self._clean = 0  # how many were when the document was last saved; NEVER if that point is lost

    def push(self, step: ReplaceDocument) -> None:
        """Do ``step``. What was undone is forgotten; a step with the last one's key is joined to it, unless that was saved."""
        if self._clean > self._done:
            self._clean = NEVER
        del self._steps[self._done :]
        last = self._steps[-1] if self._steps else None
        if last is not None and step.key and last.key == step.key and self._clean != self._done:
            self._steps[-1] = replace(last, after=step.after, title=step.title)
            if last.before == step.after:  # the gesture has come back to where it began
                self._steps.pop()
        else:
            self._steps.append(step)
        self._done = len(self._steps)
        self._show(step.after)
        self._changed()

    def undo(self) -> None:
        """Take the last step back, if there is one."""
        if self.can_undo():
            self._done -= 1
            self._show(self._steps[self._done].before)
            self._changed()

    def redo(self) -> None:
        """Do again what was taken back, if anything was."""
        if self.can_redo():
            self._done += 1
            self._show(self._steps[self._done - 1].after)
            self._changed()

    def clear(self) -> None:
        """Forget every step; the document as it is counts as saved."""
        self._steps.clear()
        self._done = self._clean = 0
        self._changed()

    def amend(self, change: Callable[[Document], Document]) -> None:
        """Change every document that is kept alike, as no step: what then is another was so from the beginning."""
        self._steps = [replace(step, before=change(step.before), after=change(step.after)) for step in self._steps]

    def set_clean(self) -> None:
        """The document as it is has been saved."""
        self._clean = self._done
        self._changed()

    def set_unclean(self) -> None:
        """No file holds the document, whatever is undone."""
        self._clean = NEVER
        self._changed()

    def is_clean(self) -> bool:
        """Whether the document is as it was saved."""
        return self._clean == self._done

    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return self._done > 0

    def can_redo(self) -> bool:
        """Whether there is a step to do again."""
        return self._done < len(self._steps)

    def count(self) -> int:
        """How many steps are kept, done or undone."""
        return len(self._steps)

    def undo_text(self) -> str:
        """The title of the step that undo takes back; "" where there is none."""
        return self._steps[self._done - 1].title if self.can_undo() else ""

    def redo_text(self) -> str:
        """The title of the step that redo does again; "" where there is none."""
        return self._steps[self._done].title if self.can_redo() else ""
