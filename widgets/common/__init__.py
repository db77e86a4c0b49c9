"""Small widgets and drawing helpers that several panels share."""
