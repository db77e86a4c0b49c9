"""What captures are made of: the context that they look at, the darkroom, quantising."""
