"""Tests of reporting, the same at every ministry."""
