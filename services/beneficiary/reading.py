"""What the ministry reads back of its own lists."""

from services.beneficiary import worklist_store
from services.beneficiary.answers import FamilyLine, FamilyList
from services.beneficiary.identities import household
from services.beneficiary.own import facilitator_of
from shared.application.context import Context


def list_families(context: Context, area: str, *, after: str | None, limit: int) -> FamilyList:
    """Every family of an area, in the programme or not; a facilitator gets the own ones."""
    families = worklist_store.about_families(area, facilitator_of(context), context.today)
    rows = worklist_store.listed(context.connection, families, after=after, limit=limit)
    found = [
        FamilyLine(
            **household(context, row),
            programme=row.programme,
            graduated_on=row.approved_on,
            exited_on=row.exited_on,
            exit_reason=row.exit_reason,
        )
        for row in rows
    ]
    return FamilyList(families=found, next=found[-1].pseudonym if len(found) == limit else None)
