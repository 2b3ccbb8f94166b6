"""Read lists as offices write them, and give refused rows back.

Called by `http.csv_upload`, by `services/*/schemas.py` (`fields`) and by the client `lintas import`.
"""
