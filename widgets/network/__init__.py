"""The network panel: the list of layer cards with its lanes, and the palette."""

from widgets.network.palette import Palette
from widgets.network.panel import NetworkPanel

__all__ = ["NetworkPanel", "Palette"]
