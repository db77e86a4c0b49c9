"""The network panel: the list of layer cards with its lanes, and the palette."""
