"""From the rows of a release to what the page shows: pure, in two languages, no figure of its own.

`book` finds rows, `words` says them, the other modules make one section each, `page` gathers them.
"""
