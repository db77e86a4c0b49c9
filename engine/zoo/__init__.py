"""The built-in networks, as functions that return designs: ``network("lenet5@1,32,32:classes=6")``. No torch."""

from __future__ import annotations

from engine.families import NETWORKS, family, listing, network

__all__ = ["NETWORKS", "family", "listing", "network"]
