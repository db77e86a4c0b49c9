"""The network, drawn: as volumes to scale or as a graph, to be looked at, edited and exported."""
