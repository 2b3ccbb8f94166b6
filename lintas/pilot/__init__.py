"""The pilot: synthetic people on real places, as an officer's files and HTTP requests."""
