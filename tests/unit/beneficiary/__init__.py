"""Tests of the beneficiary service."""
