"""Training: the loop, the thread that runs it, and what it reports."""
