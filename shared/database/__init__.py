"""Engine, transactions, bulk statements, migrations, leases, kinds of database errors.

Called by every `store.py` and by the rooms above.
"""
