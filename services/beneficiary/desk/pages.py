"""The pages of Social Affairs: worklists, and its own lists read back."""

from collections.abc import Sequence
from datetime import date

from services.beneficiary import service
from services.beneficiary.answers import (
    FamilyLine,
    Household,
    Pace,
    UnseenGraduate,
    UntrainedFamily,
    WaitingFamily,
)
from services.beneficiary.correct import CORRECTIONS
from services.beneficiary.desk import acts
from services.beneficiary.desk.acts import ADDRESS, NAME, NIK, PHONE
from services.beneficiary.outcomes import NEXT, ReferralOutcome
from shared.application.context import Context
from shared.application.looks import MASK
from shared.application.worklists import MAX_PAGE
from shared.csv.choices import name_of
from shared.desk.pages import Asked, Cell, DeskPage, Row, Rows, everybody
from shared.desk.sent import sent_pages
from shared.http.cursors import id_before
from shared.messages import Words
from shared.security.tokens import Grant

READ = "beneficiary:read"
_WHO = (
    "beneficiary.desk.family",
    NAME,
    PHONE,
    ADDRESS,
    "beneficiary.desk.village",
    "beneficiary.desk.facilitator",
)
_ACT_OF = {
    ReferralOutcome.CONTACTED: acts.CONTACTED.name,
    ReferralOutcome.INTERESTED: acts.INTERESTED.name,
    ReferralOutcome.DECLINED: acts.DECLINED.name,
}


def _who(one: Household) -> Sequence[Cell]:
    return (one.family_number, one.name, one.phone, MASK, one.village, one.facilitator_number)


def _contacts(context: Context, asked: Asked) -> Rows:
    found = service.list_contacts(
        context, asked.area, after=id_before(asked.after), limit=asked.limit
    )
    rows = [
        Row(one.family_number, (*_who(one), one.referred_on, _step(one), _code(one)), _next(one))
        for one in found.families
    ]
    return Rows(rows, found.next)


def _step(one: WaitingFamily) -> Words:
    if one.last_step is None:
        return Words("beneficiary.desk.not_reached")
    return Words(f"beneficiary.desk.step.{one.last_step.value}", {"day": one.last_step_on})


def _code(one: WaitingFamily) -> str:
    """The end of the referral's id: what a cooperative reads out on the telephone."""
    return one.referral.hex[-8:]


def _next(one: WaitingFamily) -> tuple[str, ...]:
    return tuple(_ACT_OF[step] for step in ReferralOutcome if step in NEXT[one.last_step])


def _untrained(context: Context, asked: Asked) -> Rows:
    found = service.list_untrained(context, asked.area, after=asked.after, limit=asked.limit)
    rows = [
        Row(one.family_number, (*_who(one), _offer(one)), (acts.OFFERED.name,))
        for one in found.families
    ]
    return Rows(rows, found.next)


def _offer(one: UntrainedFamily) -> Words:
    if one.last_answer is None:
        return Words("beneficiary.desk.not_offered")
    said = Words(name_of(one.last_answer))
    return Words("beneficiary.desk.answered", {"answer": said, "day": one.last_offered_on})


def _readiness(context: Context, asked: Asked) -> Rows:
    found = service.list_readiness(context, asked.area, after=asked.after, limit=asked.limit)
    rows = [
        Row(
            one.family_number,
            (*_who(one), _met(one.member_since), _met(one.trained_on)),
            (acts.PROPOSE.name,),
        )
        for one in found.families
    ]
    return Rows(rows, found.next)


def _met(day: date | None) -> Words:
    """A criterion: met on a day, or missing."""
    return Words("beneficiary.desk.met", {"day": day}) if day else Words("beneficiary.desk.missing")


def _cases(context: Context, asked: Asked) -> Rows:
    found = service.list_cases(context, asked.area, after=asked.after, limit=asked.limit)
    rows = [
        Row(
            one.family_number,
            (*_who(one), one.proposed_on, one.verified_on),
            (acts.APPROVE.name if one.verified_on else acts.VERIFY.name,),
        )
        for one in found.families
    ]
    return Rows(rows, found.next)


def _unseen(context: Context, asked: Asked) -> Rows:
    found = service.list_unseen(context, asked.area, after=asked.after, limit=asked.limit)
    rows = [
        Row(
            one.family_number,
            (*_who(one), one.graduated_on, _due(one), _last_visit(one), one.silent_days),
            (acts.VISITED.name,),
        )
        for one in found.families
    ]
    return Rows(rows, found.next)


def _due(one: UnseenGraduate) -> Words:
    return Words("beneficiary.desk.visit_due", {"months": one.due_months, "day": one.due_on})


def _last_visit(one: UnseenGraduate) -> Words:
    if one.last_outcome is None:
        return Words("beneficiary.desk.not_visited")
    outcome = Words(name_of(one.last_outcome))
    return Words("beneficiary.desk.last_visit", {"outcome": outcome, "day": one.last_visit_on})


def _pace(context: Context, asked: Asked) -> Rows:
    found = service.list_pace(context, asked.area, after=id_before(asked.after), limit=MAX_PAGE)
    rows = [
        Row(one.facilitator_number, _pace_cells(one)) for one in found.facilitators if one.behind
    ]
    return Rows(rows, found.next)


def _facilitators(context: Context, asked: Asked) -> Rows:
    found = service.list_pace(context, asked.area, after=id_before(asked.after), limit=asked.limit)
    rows = [
        Row(one.facilitator_number, (*_pace_cells(one), str(one.id))) for one in found.facilitators
    ]
    return Rows(rows, found.next)


def _pace_cells(one: Pace) -> Sequence[Cell]:
    numbers = (one.families, one.target, one.expected, one.graduated)
    return (one.facilitator_number, one.name, one.phone, *numbers)


def _families(context: Context, asked: Asked) -> Rows:
    found = service.list_families(context, asked.area, after=asked.after, limit=asked.limit)
    rows = [
        Row(
            one.family_number,
            (*_who(one), MASK, Words(name_of(one.programme)), _left(one)),
            link=f"history?find={one.family_number}",
        )
        for one in found.families
    ]
    return Rows(rows, found.next)


def _left(one: FamilyLine) -> Words:
    if one.graduated_on:
        return Words("beneficiary.desk.graduated", {"day": one.graduated_on})
    if one.exit_reason:
        return Words(
            "beneficiary.desk.left",
            {"reason": Words(name_of(one.exit_reason)), "day": one.exited_on},
        )
    return Words("beneficiary.desk.in_programme")


def _mine(context: Context, asked: Asked) -> Rows:
    """A facilitator's own families, with the year's target above them."""
    found = _families(context, asked)
    pace = service.list_pace(context, asked.area, after=None, limit=1).facilitators
    if not pace:
        return found
    one = pace[0]
    values = {"target": one.target, "done": one.graduated, "due": one.expected}
    return Rows(found.rows, found.next, (Words("beneficiary.desk.my_target", values),))


def _facilitator(grant: Grant) -> bool:
    return bool(grant.subject)


_FAMILY = (*_WHO, NIK, "beneficiary.desk.programme", "beneficiary.desk.state")
_PACE = (
    "beneficiary.desk.facilitator",
    NAME,
    PHONE,
    "beneficiary.desk.families",
    "beneficiary.desk.target",
    "beneficiary.desk.expected",
    "beneficiary.desk.done",
)
PAGES = (
    DeskPage(
        "my-families", "beneficiary.desk.mine.title", _FAMILY, _mine, READ,
        reveal=acts.FAMILIES, offered=_facilitator,
    ),
    DeskPage(
        "contacts", "beneficiary.desk.contacts.title",
        (*_WHO, "beneficiary.desk.referred_on", "beneficiary.desk.last_step", "beneficiary.desk.code"),
        _contacts, READ, (acts.CONTACTED, acts.INTERESTED, acts.DECLINED),
        acts.FAMILIES, help="beneficiary.desk.contacts.help", offered=everybody,
    ),
    DeskPage(
        "untrained", "beneficiary.desk.untrained.title", (*_WHO, "beneficiary.desk.offer"),
        _untrained, READ, (acts.OFFERED,), acts.FAMILIES, help="beneficiary.desk.untrained.help",
        offered=everybody,
    ),
    DeskPage(
        "readiness", "beneficiary.desk.readiness.title",
        (*_WHO, "beneficiary.desk.member", "beneficiary.desk.trained"),
        _readiness, READ, (acts.PROPOSE,), acts.FAMILIES, help="beneficiary.desk.readiness.help",
        offered=everybody,
    ),
    DeskPage(
        "graduations", "beneficiary.desk.cases.title",
        (*_WHO, "beneficiary.desk.proposed_on", "beneficiary.desk.verified_on"),
        _cases, READ, (acts.VERIFY, acts.APPROVE), acts.FAMILIES, offered=everybody,
    ),
    DeskPage(
        "unseen", "beneficiary.desk.unseen.title",
        (*_WHO, "beneficiary.desk.graduated_on", "beneficiary.desk.next_visit",
         "beneficiary.desk.visit_before", "beneficiary.desk.silent_days"),
        _unseen, READ, (acts.VISITED,), acts.FAMILIES, help="beneficiary.desk.unseen.help",
        offered=everybody,
    ),
    DeskPage(
        "behind", "beneficiary.desk.behind.title", _PACE, _pace, READ,
        help="beneficiary.desk.behind.help",
    ),
    DeskPage(
        "families", "beneficiary.desk.families.title", _FAMILY, _families, READ,
        reveal=acts.FAMILIES,
    ),
    DeskPage(
        "facilitators", "beneficiary.desk.facilitators.title",
        (*_PACE, "beneficiary.desk.account_id"), _facilitators, READ,

    ),
    *sent_pages(
        "beneficiary", CORRECTIONS, service.show_history, "beneficiary.desk.family",
        offered=everybody,
    ),
)  # fmt: skip
"""In the order of the desk's first page."""
