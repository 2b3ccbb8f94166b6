"""The log in columns: every event that monitoring has applied, one table for each type of event."""
