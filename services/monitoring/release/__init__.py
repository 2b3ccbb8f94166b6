"""From exact cells to published figures: compose, suppress, hold back, write, sign, keep.

`compose` makes figures in systems out of cells; `suppression` and `change` decide what is hidden
inside a system; `disclosure_state` decides across releases; `figures` and `manifest` make the bytes;
`publish` is the use case. Everything but `store`, `queries` and `publish` is pure.
"""

K = 11
"""Counts of people from 1 to K-1 are never shown, nor changes of that size."""
