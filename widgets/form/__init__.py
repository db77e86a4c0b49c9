"""The generated parameter form: one row per described parameter, for layers, probes and training alike."""
