"""What use cases of every ministry repeat: batch decisions, corrections, refusals.

Called by `services/*/service.py` and the use cases beside it. Functions only: a service inherits nothing.
"""
