"""Designs as plain data: layers, networks, checks and files. No torch."""
