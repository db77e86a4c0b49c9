"""The room of runs: several live ones, what is seen of them, and the answers of their workers."""
