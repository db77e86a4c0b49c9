"""The one test command, ``python -m tests.all``: style, types, contracts, engine tests, window tests, each in a process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
WINDOW_TESTS = ("tests/widgets", "tests/app", "tests/extensions")


def commands() -> list[tuple[str, list[str]]]:
    """(what it checks, the command). Window tests run by themselves: there is one QApplication per process."""
    python = [sys.executable, "-m"]
    engine = [f"--ignore={folder}" for folder in WINDOW_TESTS]
    windows = [folder for folder in WINDOW_TESTS if (ROOT / folder).is_dir()]
    return [
        ("style", [*python, "ruff", "check", "."]),
        ("format", [*python, "ruff", "format", "--check", "."]),
        ("types", [*python, "mypy"]),
        ("who imports whom", [str(Path(sys.executable).parent / "lint-imports")]),
        ("engine", [*python, "pytest", "-q", "tests", *engine, *sys.argv[1:]]),
        ("window", [*python, "pytest", "-q", *windows, *sys.argv[1:]]),
    ]


def main() -> int:
    """Run every check even after one failed; 1 if any did. A crash after "passed" shows in the exit status and counts."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONFAULTHANDLER": "1"}
    results = []
    for name, command in commands():
        print(f"--- {name}: {' '.join(command[1:])}", flush=True)
        start = time.monotonic()
        status = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        results.append((name, status, time.monotonic() - start))
    print("---")
    for name, status, seconds in results:
        print(f"{name:18} {'passed' if status == 0 else f'FAILED (exit {status})'}  {seconds:.0f} s")
    return int(any(status for _, status, _ in results))


if __name__ == "__main__":
    sys.exit(main())
