"""The HTTP edge: application, middleware, tokens, batches, CSV upload, problems, `/docs`.

Called by `services/*/api.py` (`endpoints`, `csv_upload`, `auth`) and `services/*/app.py` (`app`).
"""
