"""Facts, timelines, indicators and doors of monitoring."""
