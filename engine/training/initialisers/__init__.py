"""Initialisers, one file each."""
