"""Reporting: which office reports which list where, and which months it has closed.

    routers = (..., reporting.routes.reporting(routes, REPORTS, scope=READ))

The same for every source; each has its own lists (`shared.events.reporting.LISTS_OF`).
"""
