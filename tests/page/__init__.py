"""Tests of the public page: what it says, and how it looks in a real browser."""
