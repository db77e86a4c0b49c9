"""Our own torch modules: what layer kinds need that torch has not, or has not quite so."""
