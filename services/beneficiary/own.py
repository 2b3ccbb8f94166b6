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
    mine = facilitator_of(context)
    given = [who for day, who in one.assignments if day <= context.today]
    if mine is not None and (not given or given[-1] != mine):
        raise Refusal("NOT_FOUND", field)
