"""What lies in the folder of a run."""

from __future__ import annotations

from engine.files.run_folder import RunFolder


def frame_steps(run: RunFolder) -> tuple[int, ...]:
    """The steps of which there are files in filmstrip/, in order."""
    return tuple(sorted(int(file.stem.removeprefix("step-")) for file in (run.path / "filmstrip").glob("step-*.safetensors")))
