"""Lintas as a whole, seen from outside. A package, so that its run ends with it: other runs use the same broker."""
