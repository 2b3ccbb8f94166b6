"""Tests of releases: what is hidden, what is held, and the bytes."""
