"""What a Snapshot can hold: one file per capture, the same for live and past steps."""
