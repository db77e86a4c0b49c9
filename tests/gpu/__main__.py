"""``python -m tests.gpu``: every check of this folder on CUDA, then the live and loop figures; elsewhere one sentence."""

from __future__ import annotations

import os
import subprocess
import sys

import torch

from tests.gpu.conftest import REHEARSAL


def main() -> int:
    """Run the checks; 0 where there is nothing to run them on."""
    if not torch.cuda.is_available() and not os.environ.get(REHEARSAL):
        print("There is no CUDA device here, so nothing was checked; run this where torch.cuda.is_available() says True.")
        return 0
    if torch.cuda.is_available():
        print(f"{torch.cuda.get_device_name()}, torch {torch.__version__}, CUDA {torch.version.cuda}", flush=True)
    return subprocess.run([sys.executable, "-m", "pytest", "-q", "-s", "tests/gpu"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
