"""Panels of the stage that do not draw snapshots: the palette, the data card, help and the probes."""
