"""The drawing of what probes answer."""

from widgets.probe_panel.canvas import ResultCanvas

__all__ = ["ResultCanvas"]
