"""What the ministry reads back of its own lists."""

from services.beneficiary import referral_store, store, worklist_store
from services.beneficiary.answers import FamilyLine, FamilyList
from services.beneficiary.identities import household
from services.beneficiary.own import facilitator_of, readable
from shared.application.context import Context
from shared.application.submissions import EventList, events_about


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


def show_history(context: Context, number: str) -> EventList:
    """The events about a family and about its referrals."""
    subject = context.family(number)
    readable(context, store.families(context.connection, [subject]).get(subject))
    some = referral_store.referrals(context.connection, [subject]).get(subject, ())
    ids, persons = {referral.id for referral in some}, {referral.person for referral in some}
    # a person may have been referred with another family before: that is not this one's history
    return events_about(
        context,
        [subject, *sorted(persons)],
        lambda event: event.subject == subject or getattr(event.data, "referral", None) in ids,
    )
