"""The one place of Kafka policy: clients, settings, admin, topics.

Called by `inbox`, `outbox`, `recovery` and `service`. No service imports a Kafka library.
"""
