"""Use cases of support: mentoring of cooperatives, and capital that they got."""

from collections.abc import Sequence

from services.cooperative import activity_store, store
from services.cooperative.activity_schemas import CapitalItem, MentoringItem
from services.cooperative.support import CAPITAL, MENTORING, Support, record_support
from services.cooperative.tables import support
from shared.application.batch import Facts, decide_batch, facts
from shared.application.context import Context
from shared.application.register import for_reading
from shared.database.locks import lock_table
from shared.http.batches import Outcome
from shared.ids import new_uuid7


def record_mentoring(context: Context, items: Sequence[MentoringItem]) -> list[Outcome]:
    """Record that the management of cooperatives was mentored."""
    return _record(context, items, MENTORING, "mentored_on")


def record_capital(context: Context, items: Sequence[CapitalItem]) -> list[Outcome]:
    """Record that cooperatives got capital, and in which form."""
    return _record(context, items, CAPITAL, "granted_on")


def _record(
    context: Context, items: Sequence[MentoringItem | CapitalItem], matter: str, field: str
) -> list[Outcome]:
    lock_table(context.connection, support)
    cooperatives = for_reading(context, store.COOPERATIVES, {i.cooperative_number for i in items})
    ids = [one.id for one in cooperatives.known.values()]
    known = activity_store.support_of(context.connection, ids)
    new: list[Support] = []

    def decide(item: MentoringItem | CapitalItem) -> Facts:
        one = cooperatives.require_own(item.cooperative_number, "cooperative_number")
        wanted = Support(
            new_uuid7(context.now), one.id, matter, item.kind.value, getattr(item, field)
        )
        recorded, payloads = record_support(one, known[one.id], wanted, field)
        if payloads:
            known[one.id].append(recorded)
            new.append(recorded)
        return facts(str(one.id), payloads)

    return decide_batch(
        context, decide, items, save=lambda: activity_store.save_support(context.connection, new)
    )
