"""Keys, identities, encrypted columns, tokens, masking.

Called by `services/*/app.py`, which hands keys and ciphers on; use cases get them as arguments.
"""
