"""What only a GPU can prove: ``python -m tests.gpu``."""
