"""Whose families a caller may see and act for: a facilitator only the own ones."""

from uuid import UUID

from services.beneficiary.family import Family
from shared.application.context import Context
from shared.errors import Refusal

NOBODY = UUID(int=0)


def facilitator_of(context: Context) -> UUID | None:
    """The facilitator who asks; none: the office's staff, who see every family of their area."""
    subject = context.grant.subject
    if not subject:
        return None
    try:
        return UUID(subject)
    except ValueError:
        return NOBODY


def require_assigned(context: Context, one: Family, field: str) -> None:
    """Refuse a family of another facilitator like one that nobody ever recorded (NOT_FOUND)."""
    if not _is_own(context, one):
        raise Refusal("NOT_FOUND", field)


def readable(context: Context, one: Family | None) -> Family:
    """A family that the caller may read; refused alike when it is nobody's, elsewhere or another's."""
    if one is None or not context.may_act_in(one.current.region) or not _is_own(context, one):
        raise Refusal("NOT_FOUND.family", "family_number")
    return one


def _is_own(context: Context, one: Family) -> bool:
    """Whether it is the family of the facilitator who asks; the office has every family."""
    mine = facilitator_of(context)
    given = [who for day, who in one.assignments if day <= context.today]
    return mine is None or given[-1:] == [mine]
