"""What a broker with rights refuses. A package, so that its broker ends with it."""
