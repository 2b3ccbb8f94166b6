"""Publish events: staged with the facts, then numbered, signed and sent in order.

Called by use cases (`table.stage`) and by `services/*/app.py` (`relay.Relay`). Nobody else writes to a topic.
"""
