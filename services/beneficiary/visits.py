"""The use case of visits after graduations: over HTTP, as the list `visits`, and from the desk."""

from collections.abc import Sequence
from uuid import UUID

from services.beneficiary import store, visit_store
from services.beneficiary.domain import Facilitator
from services.beneficiary.facilitators import require_nameable
from services.beneficiary.family import Family
from services.beneficiary.follow_up import Visits, record, visit_of
from services.beneficiary.own import facilitator_of, require_assigned
from services.beneficiary.schemas import VisitItem
from shared.application.batch import Facts, decide_batch, facts
from shared.application.context import Context
from shared.application.register import Loaded, for_change, for_reading
from shared.http.batches import Outcome


def visit_families(context: Context, items: Sequence[VisitItem]) -> list[Outcome]:
    """Record visits to families after their graduation."""
    subjects = [context.family(item.family_number) for item in items]
    families = for_change(context, store.FAMILIES, set(subjects))
    named = {item.facilitator_number for item in items if item.facilitator_number}
    facilitators = for_reading(context, store.FACILITATORS, named)
    known = visit_store.visits(context.connection, set(subjects))
    touched: dict[str, Visits] = {}

    def decide(item: VisitItem, subject: str) -> Facts:
        family = families.require_own(subject, "family_number")
        require_assigned(context, family, "family_number")
        visitor = _visitor(context, facilitators, item, family)
        visit = visit_of(
            item.visited_on, item.outcome, item.self_reliance, item.business, item.decile, visitor
        )
        after, payloads = record(family, known.get(subject, Visits(subject)), visit)
        if payloads:
            known[subject] = touched[subject] = after
        return facts(subject, payloads)

    def save() -> None:
        visit_store.save_visits(context.connection, touched.values())

    return decide_batch(context, decide, items, subjects, save=save)


def _visitor(
    context: Context, facilitators: Loaded[Facilitator], item: VisitItem, family: Family
) -> UUID | None:
    """Who made the visit: whom the item names, else the facilitator who asks; none: the office."""
    if item.facilitator_number is None:
        return facilitator_of(context)
    one, region = facilitators.get(item.facilitator_number), family.current.region
    return require_nameable(context, one, region, "facilitator_number").id
