"""``export RUN|DESIGN --to python|json|svg|pdf|png``: a network for other programs, for a slide or a paper."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from engine.cli.commands import DONE
from engine.cli.designs import is_built_in, resolve_design
from engine.cli.output import note, print_json
from engine.design.check import require_valid
from engine.design.document import to_json
from engine.design.network import NetworkDesign
from engine.errors import FileError
from engine.files.atomic import atomic_write, atomic_write_text
from engine.files.run_place import is_run

DRAWINGS = ("svg", "pdf", "png")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``export``."""
    parser.add_argument("design", metavar="RUN|DESIGN", help="a run folder, a design file or a built-in network")
    ways = (*WRITERS, *DRAWINGS)
    parser.add_argument("--to", required=True, choices=ways, help="python: a PyTorch module; json: a design file; or a drawing")
    parser.add_argument("--out", required=True, type=Path, metavar="FILE", help="where it is written")
    parser.add_argument("--as", dest="way", choices=("volumes", "graph"), default="volumes", help="how it is drawn")
    parser.add_argument("--theme", choices=("light", "dark"), default="light", help="of a drawing: light, on white, by default")
    parser.add_argument("--json", action="store_true", help="end with one JSON object")


def run(options: argparse.Namespace) -> int:
    """Write the file, and beside code the weights where there are some. ``options.painter`` is the window's own function: the
    engine does not know the window."""
    design, path = resolve_design(options.design), options.out
    if options.to in DRAWINGS:
        drawing: bytes = options.painter(design, options.way, options.to, options.theme)
        with atomic_write(path) as file:
            file.write(drawing)
        written = [path]
    else:
        written = WRITERS[options.to](design, _run_of(options.design), path)
    if options.json:
        print_json({"design": design.name, "to": options.to, "files": [str(each) for each in written]})
    else:
        print("\n".join(map(str, written)))
    return DONE


def _run_of(text: str) -> Path | None:
    """The run folder that ``text`` names; None where it names a design alone."""
    path = Path(text)
    return path if not is_built_in(text) and is_run(path) else None


def _python(design: NetworkDesign, run: Path | None, path: Path) -> list[Path]:
    """The module, and for a run its weights under the module's own names: ``NETWORK.load_state_dict(load_file(...))``."""
    from engine.source import source_of

    source = source_of(design)
    if run is None:
        atomic_write_text(path, source.text)
        return [path]
    from engine.files.newest import find_newest
    from engine.files.run_folder import RunFolder
    from engine.files.tensor_file import write_tensors

    state = find_newest(RunFolder.open(run)).state
    if state is None:
        note(f"'{run}' has no weights yet: only the module is written.")
        atomic_write_text(path, source.text)
        return [path]
    weights = path.with_suffix(".safetensors")
    if weights == path:
        raise FileError(f"'{path}' would be module and weights at once", "Name a file that ends in .py.")
    write_tensors(
        weights,
        "layerscope-weights/1",
        {source.weight_name(name): tensor for name, tensor in state.network.items()},
        {"design": design.name},
    )
    atomic_write_text(path, source.text)
    return [path, weights]


def _json(design: NetworkDesign, run: Path | None, path: Path) -> list[Path]:
    require_valid(design)
    atomic_write_text(path, to_json(design))
    return [path]


WRITERS: dict[str, Callable[[NetworkDesign, Path | None, Path], list[Path]]] = {"python": _python, "json": _json}
"""What a network can be written as in text, and the function that does it: it answers with the files."""
