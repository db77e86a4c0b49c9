"""The inspector: parameters, arithmetic, health and help of whatever is selected."""

from widgets.inspector.help_panel import HelpPanel
from widgets.inspector.inspector import Inspector

__all__ = ["HelpPanel", "Inspector"]
