"""Training of families in the programme: whom to visit with an offer, and what they said."""

from collections.abc import Sequence

from services.beneficiary import store, training_offers, training_store, worklist_store
from services.beneficiary.answers import UntrainedFamily, UntrainedList
from services.beneficiary.identities import household
from services.beneficiary.own import facilitator_of, require_assigned
from services.beneficiary.schemas import TrainingOfferItem
from services.beneficiary.training_offers import Offer
from shared.application.batch import Facts, decide_batch, facts
from shared.application.context import Context
from shared.application.register import for_change
from shared.http.batches import Outcome


def offer_training(context: Context, items: Sequence[TrainingOfferItem]) -> list[Outcome]:
    """Record that training was offered to families; what they say has no consequence for assistance."""
    subjects = [context.family(item.family_number) for item in items]
    families = for_change(context, store.FAMILIES, set(subjects))
    past = training_store.offers(context.connection, set(subjects))
    new: list[Offer] = []

    def decide(item: TrainingOfferItem, subject: str) -> Facts:
        family = families.require_own(subject, "family_number")
        require_assigned(context, family, "family_number")
        day, answer = item.offered_on, item.answer
        one, payloads = training_offers.offer(family, past[subject], day, answer)
        if one is not None:
            past[subject].append(one)
            new.append(one)
        return facts(subject, payloads)

    return decide_batch(
        context, decide, items, subjects,
        save=lambda: training_store.save_offers(context.connection, new),
    )  # fmt: skip


def list_untrained(context: Context, area: str, *, after: str | None, limit: int) -> UntrainedList:
    """Families of deciles 1 and 2 with an adult of productive age of whom nobody was trained.

    Who declined is not on the list; training that a ministry records finishes an entry.
    """
    families = worklist_store.about_families(area, facilitator_of(context), context.today)
    rows = training_store.untrained(context.connection, families, after=after, limit=limit)
    found = [
        UntrainedFamily(**household(context, row), last_answer=row.answer, last_offered_on=row.day)
        for row in rows
    ]
    return UntrainedList(families=found, next=found[-1].pseudonym if len(found) == limit else None)
