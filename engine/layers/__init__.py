"""The layer kinds: one file per kind or close family."""
