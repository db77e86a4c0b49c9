"""Meanings of data, one file each: images, classes, masks, vectors, tokens, signals, volumes."""
