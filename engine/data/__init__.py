"""Data sets: built in, from files, and the splits and normalisation that go with them."""
