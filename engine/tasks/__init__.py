"""Tasks, one file each: what is to be learned from which slots of the data."""
