"""What use cases of every ministry repeat: context, endpoints, registers, batches, corrections.

Called by the use cases and the `api.py` of `services/*`, and by the room that builds a service.
Functions and data only: a service inherits nothing.
"""
