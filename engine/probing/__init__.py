"""What probes are made of: subjects, questions, units, patches, priors, answers and their files."""
