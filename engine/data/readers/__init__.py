"""Readers of a user's own data, one file each: IDX files, image folders, numpy archives, tables."""
