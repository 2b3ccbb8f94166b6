"""The desk of the housing service: its list, and the houses that are to be inspected."""

from services.housing import service
from services.housing.lists import LISTS
from shared.application.context import Context
from shared.desk.desk import Desk
from shared.desk.pages import Asked, DeskPage, Row, Rows
from shared.http.cursors import id_before

COLUMNS = ("housing.desk.village", "housing.desk.repaired_on", "housing.desk.due_on")


def inspections(context: Context, asked: Asked) -> Rows:
    """Repaired houses of an area, by the day until which each is inspected."""
    page = service.list_inspections(
        context, asked.area, after=id_before(asked.after), limit=asked.limit
    )
    rows = [
        Row(str(one.id), (context.regions.name(one.region), one.repaired_on, one.due_on))
        for one in page.inspections
    ]
    return Rows(rows, page.next)


INSPECTIONS = DeskPage(
    "inspections", "housing.desk.inspections", COLUMNS, inspections, "housing:read"
)
DESK = Desk((INSPECTIONS,), LISTS)
