"""Paired measurements; python -m benchmarks --list names them."""
