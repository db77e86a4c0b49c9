"""A throw-away layer, probe, view and capture, each from one temporary file, used in the real window."""
