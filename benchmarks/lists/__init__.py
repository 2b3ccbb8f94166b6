"""Intake by the services' front doors, lists and HTTP batches, beside the same at another commit."""
