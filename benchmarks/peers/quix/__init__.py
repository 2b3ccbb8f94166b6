"""The job on Quix Streams."""
