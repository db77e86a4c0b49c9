"""The data sets, one file each: what is declared with ``@dataset`` here can be named after --data."""
