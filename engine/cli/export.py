"""``export RUN|DESIGN --to python|json``: a network for other programs."""

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
from engine.files.atomic import atomic_write_text
from engine.files.run_place import is_run


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``export``."""
    parser.add_argument("design", metavar="RUN|DESIGN", help="a run folder, a design file or a built-in network")
    parser.add_argument("--to", required=True, choices=tuple(WAYS), help="python: a PyTorch module; json: the design's file")
    parser.add_argument("--out", required=True, type=Path, metavar="FILE", help="where it is written")
    parser.add_argument("--json", action="store_true", help="end with one JSON object")


def run(options: argparse.Namespace) -> int:
    """Write the file, and beside it the weights where there are some."""
    design, path = resolve_design(options.design), options.out
    written = WAYS[options.to](design, _run_of(options.design), path)
    if options.json:
        print_json({"design": design.name, "to": options.to, "files": [str(each) for each in written]})
    else:
        print("\n".join(f"wrote {each}" for each in written))
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


WAYS: dict[str, Callable[[NetworkDesign, Path | None, Path], list[Path]]] = {"python": _python, "json": _json}
"""What a network can be written as, and the function that does it: it answers with the files."""
