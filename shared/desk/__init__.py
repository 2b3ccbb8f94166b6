"""The desk: pages on which an office's own people do their work, the same for every ministry.

    build_parts(..., desk=Desk(pages=(INSPECTIONS,)))

A service declares pages; it writes none. `DeskPage` (`shared/desk/pages.py`) is a title, columns, a
function that gives rows, and acts, each of which calls one use case with the row's key (`act_of`):

    INSPECTIONS = DeskPage(
        "inspections", "housing.inspections", ("housing.house", "housing.due"), rows, "housing:read",
        acts=(Act("inspected", "housing.inspected", inspect, "housing:write"),),
    )  # fmt: skip

Titles, columns and labels are names of phrases. A page is at `/desk/<name>`; who lacks its scope
neither sees nor opens it. Called by `shared/service/build.py` (`desk.mount`) and `lintas users`.
"""
