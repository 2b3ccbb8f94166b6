"""What a record must prove: signatures, and the checks of a record before it is an event.

Called by `outbox` (sign), `inbox` (verify) and `recovery`.
"""
