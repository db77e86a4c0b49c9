"""What a design file and the settings beside it say of a document, and documents written to them. Any thread, no widgets."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.builtin import EXAMPLES
from app.changes import on_machine_of
from app.document import Document
from engine.design.network import NetworkDesign
from engine.errors import FileError, LayerscopeError

if TYPE_CHECKING:
    from engine.files.companion_file import Companion

SUFFIX = ".design.json"
UNNAMED = ("", "untitled")


@dataclass(frozen=True)
class OpenedDesign:
    """What lies in the file ``path``: the network and, where they were saved with it, data and training. ``trouble`` says in a
    sentence why these could not be read; else ""."""

    path: Path
    design: NetworkDesign
    companion: Companion | None
    trouble: str
    is_example: bool

    def put_into(self, document: Document) -> Document:
        """``document`` with all that the file says; what it does not say stays, and so does what belongs to the machine."""
        document, found = document.with_design(self.design), self.companion
        if found is None:
            return document
        return on_machine_of(replace(document, config=found.config, data=found.data or document.data), document)


def read_design(path: Path) -> OpenedDesign:
    """Read the file ``path`` and what lies beside it; FileError or DesignError where it holds no design. It takes as long as the
    disk does."""
    from engine.files.companion_file import load_companion
    from engine.files.design_file import load_design

    design, companion, trouble = load_design(path), None, ""
    try:
        companion = load_companion(path)
    except LayerscopeError as error:
        trouble = f"{error.plainly()} Data and training stay as they are."
    return OpenedDesign(path, design, companion, trouble, is_example(path))


def write_design(path: Path, document: Document) -> None:
    """Write the design to ``path``, its data and training beside it; FileError where that cannot or must not be. It takes as long
    as the disk does."""
    from engine.files.companion_file import Companion, save_companion
    from engine.files.design_file import save_design

    if is_example(path):
        raise FileError(f"{path.name} is an example of the program's own", "Choose another folder.")
    save_design(path, document.design)
    save_companion(path, Companion(document.data, document.config))


def is_example(path: Path) -> bool:
    """Whether a file is one of the examples that come with the program, wherever links lead. It asks the disk."""
    return path.resolve().parent == EXAMPLES.resolve()


def run_of(path: Path) -> Path | None:
    """The folder of the run that ``path`` is, or is a file of; None where it is none. It loads no torch, and asks the disk."""
    folders = [path] if path.is_dir() else [] if path.name.endswith(SUFFIX) else [path.parent, path.parent.parent]
    return next((each for each in folders if (each / "design.json").is_file() and (each / "config.json").is_file()), None)


def named_after(path: Path, document: Document, *, anew: bool) -> Document:
    """A design without a name of its own is called after its file, and so is one that is saved under another name (``anew``)."""
    from engine.files.companion_file import stem_of
    from engine.files.inside import safe_name

    name, stem = document.design.name, stem_of(path)
    is_another = name.strip() in UNNAMED or (anew and safe_name(name) != stem)
    return document.with_design(document.design.renamed(stem)) if is_another else document
