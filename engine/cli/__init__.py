"""The headless commands, one module each; ``commands`` knows their names and runs them."""
