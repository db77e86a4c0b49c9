"""``python -m benchmarks NAME [--quick] [--json]``: one file of this package is one benchmark, found by its ``run`` function."""

from __future__ import annotations

import argparse
import ast
import importlib
import json
import math
import pkgutil
import sys
from collections.abc import Sequence
from pathlib import Path

import benchmarks
from benchmarks.base import Row, machine, table
from engine.errors import LayerscopeError
from engine.registry import nearest

MISTAKE = 2


def names() -> dict[str, str]:
    """Every benchmark's name and its one-line description; nothing is imported for it."""
    found = {}
    for info in sorted(pkgutil.iter_modules(benchmarks.__path__), key=lambda module: module.name):
        tree = ast.parse(Path(benchmarks.__path__[0], f"{info.name}.py").read_text(encoding="utf-8"))
        if any(isinstance(node, ast.FunctionDef) and node.name == "run" for node in tree.body):
            found[info.name] = (ast.get_docstring(tree) or "").partition("\n")[0]
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one benchmark, or list them; returns the exit status, 2 for a name that does not exist."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Paired measurements against named baselines.")
    parser.add_argument("name", nargs="?", help="which benchmark; --list names them")
    parser.add_argument("--list", action="store_true", help="the benchmarks there are")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and cases: two minutes at most on two cores")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    options = parser.parse_args(arguments)
    known = names()
    if options.list or not options.name:
        width = max(len(name) for name in known)
        print("\n".join(f"{name.ljust(width)}  {text}" for name, text in known.items()))
        return 0
    if options.name not in known:
        print(f"There is no benchmark '{options.name}'. {nearest(options.name, list(known))}", file=sys.stderr)
        return MISTAKE
    return _measure(options.name, options.quick, options.json)


def _measure(name: str, quick: bool, as_json: bool) -> int:
    module = importlib.import_module(f"benchmarks.{name}")
    try:
        rows: list[Row] = module.run(quick)
    except LayerscopeError as error:
        print(error, file=sys.stderr)
        return MISTAKE
    print(table(rows))
    if as_json:
        results = [{key: _finite(value) for key, value in row.as_json().items()} for row in rows]
        print(json.dumps({"benchmark": name, "machine": machine(), "results": results}, ensure_ascii=False, allow_nan=False))
    return 0


def _finite(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        sys.exit(130)
