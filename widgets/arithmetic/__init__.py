"""What the arithmetic view is made of: the window over its input, the matrix, the receptive field, and the player."""
