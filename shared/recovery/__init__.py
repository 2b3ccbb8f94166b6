"""Take back from the bus what a restored, older database has forgotten.

Called by `service` for the command `recover`, and by `services/*/app.py` for the relay's look at its own topic.
"""
