"""What is true without a screen: designs, layers, data, training, probes and files. No Qt."""
