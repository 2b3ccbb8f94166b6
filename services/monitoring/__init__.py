"""Card of the monitoring service: BP Taskin's evaluation figures over the events of all ministries.

It listens to beneficiary, cooperative and training, folds their events into facts and cells, and
emits one event for each release of suppressed figures on the topic `lintas.indicators.v1`.
"""

SERVICE = "monitoring"
"""Name of the folder, of the settings and of the scopes."""

SOURCE = "urn:lintas:monitoring"
"""Who says it, in every event."""
