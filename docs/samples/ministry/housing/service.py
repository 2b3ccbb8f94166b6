"""Use cases of the housing service: load, decide, save, stage. Nobody commits here."""

from collections.abc import Sequence
from uuid import UUID

from services.housing import domain, store
from services.housing.domain import House
from services.housing.schemas import InspectionItem, InspectionList, RepairItem
from shared.application.batch import Facts, decide_batch
from shared.application.context import Context
from shared.application.places import require_place
from shared.application.register import for_change
from shared.http.batches import Outcome
from shared.http.cursors import next_cursor
from shared.ids import new_uuid7


def repair_houses(context: Context, items: Sequence[RepairItem]) -> list[Outcome]:
    """Record repaired houses."""
    persons = [context.person(item.national_id) for item in items]
    houses = for_change(context, store.HOUSES, {item.house_number for item in items})

    def decide(item: RepairItem, person: str) -> Facts:
        require_place(context, item.region, "region")
        wanted = House(
            id=new_uuid7(context.now),
            number=item.house_number,
            person=person,
            region=item.region,
            repair=item.repair,
            repaired_on=item.repaired_on,
        )
        return houses.keep(*domain.repair(houses.get(wanted.number), wanted))

    return decide_batch(context, decide, items, persons, save=houses.save)


def list_inspections(
    context: Context, area: str, *, after: UUID | None, limit: int
) -> InspectionList:
    """One page of the repaired houses of an area, each with the day by which it is inspected."""
    found = store.houses_in(context.connection, area, after=after, limit=limit)
    items = [InspectionItem.model_validate(one) for one in found]
    return InspectionList(inspections=items, next=next_cursor([one.id for one in found], limit))
