"""Metrics, logs, health and worker threads.

Called by every room above; a metric is declared in `metrics` and nowhere else.
"""
