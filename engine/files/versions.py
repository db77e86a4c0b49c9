"""Which versions are at work: recorded in run folders, shown by ``doctor`` and ``--version``."""

from __future__ import annotations

import platform
import tomllib
from importlib import metadata
from pathlib import Path

_PROJECT = Path(__file__).parents[2] / "pyproject.toml"
_RECORDED = ("torch", "numpy", "safetensors")


def layerscope_version() -> str:
    """The version of this program; a checkout's own number goes before that of an installed copy."""
    if _PROJECT.is_file():
        project = tomllib.loads(_PROJECT.read_text(encoding="utf-8")).get("project", {})
        if project.get("name") == "layerscope":
            return str(project["version"])
    return installed_version("layerscope") or "unknown"


def installed_version(distribution: str) -> str:
    """The version of an installed package, "" where it is not there; nothing is imported."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


def recorded_versions() -> dict[str, str]:
    """What must be equal for a run to repeat itself exactly."""
    versions = {"layerscope": layerscope_version(), "python": platform.python_version()}
    return versions | {name: installed_version(name) for name in _RECORDED}
