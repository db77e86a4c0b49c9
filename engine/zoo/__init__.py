"""The built-in networks, as functions that return designs."""
