"""Fills, what shows where a part of an image is covered, one file each or close family."""
