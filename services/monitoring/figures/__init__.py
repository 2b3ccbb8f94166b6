"""Figures from SQL files: what each is defined by, and its cells as of a cut."""
