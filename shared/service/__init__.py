"""Run a service: its process, commands, health page and table metrics.

Called by `services/*/app.py` and `services/*/__main__.py`. A service's parts are put together there and run here:
HTTP in the main thread, relay and consumer in threads of their own.
"""
