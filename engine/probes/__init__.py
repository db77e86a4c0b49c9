"""Probes: one file per question asked of a trained network."""
