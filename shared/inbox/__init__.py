"""Consume topics: each event is applied once, with its position, in one transaction.

Called by `services/*/app.py` (`consumer`), `services/*/consumer.py` (`Subscription`) and `service`.
"""
