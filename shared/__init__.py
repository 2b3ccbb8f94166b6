"""What is the same for every ministry, in rooms. A room imports only rooms that come after it here.

Beside the rooms lie `clock`, `ids`, `errors`, `messages`, `regions` and `settings`, which every room
may import and which import no room. Nothing here names a ministry, except in `events`.
"""

ROOMS = (
    "service",
    "desk",
    "recovery",
    "application",
    "inbox",
    "http",
    "outbox",
    "security",
    "wire",
    "kafka",
    "sheets",
    "csv",
    "database",
    "observability",
    "events",
)
"""From the room that runs a service down to the contract; `tests/unit/test_imports.py` keeps the order."""
