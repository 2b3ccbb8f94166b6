"""Reproducible measurements of the road; each prints what it ran on. `python -m benchmarks --help`."""
