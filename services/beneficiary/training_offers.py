"""Training offered to families in the programme: the rule. Pure.

Nothing here reaches a rule about assistance: whoever declines loses nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from services.beneficiary.family import Family
from shared.errors import Refusal
from shared.events.beneficiary import TrainingAnswer, TrainingOffered


@dataclass(frozen=True)
class Offer:
    """One offer to a family."""

    family: str
    number: int
    """1, 2, 3 ... for each family."""
    day: date
    answer: TrainingAnswer


Decision = tuple[Offer | None, tuple[TrainingOffered, ...]]


def offer(family: Family, past: Sequence[Offer], day: date, answer: TrainingAnswer) -> Decision:
    """The next offer to a family; none when that of this day was recorded with the same answer."""
    same = next((one for one in past if one.day == day), None)
    if same is not None and same.answer is answer:
        return None, ()
    if same is not None:
        raise Refusal("CONFLICT", "answer")
    if family.left:
        raise Refusal("FAMILY_LEFT", "family_number")
    if day < family.enrolled_on:
        raise Refusal("DATE_ORDER", "offered_on")
    number = max((one.number for one in past), default=0) + 1
    new = Offer(family.subject, number, day, answer)
    return new, (TrainingOffered(offered_on=day, answer=answer),)


def correct_offer(
    one: Offer, past: Sequence[Offer], enrolled_on: date, new: TrainingOffered | None
) -> Offer | None:
    """An offer after its correction; none when it is taken back."""
    if new is None:
        return None
    others = [other.day for other in past if other.number != one.number]
    if new.offered_on in others:
        raise Refusal("CONFLICT", "replacement.offered_on")
    if new.offered_on < enrolled_on:
        raise Refusal("DATE_ORDER", "replacement.offered_on")
    return replace(one, day=new.offered_on, answer=new.answer)
