"""Data sets, from files and drawn, until they fit a network."""
