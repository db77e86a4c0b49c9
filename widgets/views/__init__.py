"""The views of the stage: one file each."""
