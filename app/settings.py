"""Settings: what the program remembers between two starts, in one small JSON file."""

from __future__ import annotations

from pathlib import Path

import platformdirs
from pydantic import BaseModel, ConfigDict

from engine.errors import FileError
from widgets.sides import SideState


class Settings(BaseModel):
    """``layouts`` holds for each workspace what its stage's ``layout_text`` said; ``layout_version`` guards against old ones.
    ``steps_per_second`` is how fast runs may be, 0 for full speed and None where nobody has chosen. ``scale`` is the size of
    text and pictures, ``sides`` the panels, ``recent`` files and run folders, the newest first."""

    model_config = ConfigDict(extra="ignore")

    theme: str = "dark"
    scale: float = 1.0
    sides: dict[str, SideState] = {}
    recent: tuple[str, ...] = ()
    layout_version: int = 1
    layouts: dict[str, str] = {}
    window: str = ""
    folder: str = ""
    steps_per_second: float | None = None


class SettingsFile:
    """Reads and writes the settings; a damaged or missing file gives the defaults, a failing write is passed over."""

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or Path(platformdirs.user_config_dir("layerscope", appauthor=False)) / "settings.json"

    def read(self) -> Settings:
        """The settings as they were last written."""
        try:
            return Settings.model_validate_json(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return Settings()

    def write(self, settings: Settings) -> None:
        """Replace the file. Settings are a convenience: where they cannot be kept, nothing else suffers."""
        from engine.files.atomic import atomic_write

        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with atomic_write(self.path) as file:
                file.write(settings.model_dump_json(indent=1).encode())
        except (FileError, OSError):
            return
