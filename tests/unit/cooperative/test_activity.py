"""Members' months and benefits, coming back, and support: at the doors, by the rules, corrected."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cooperative import domain, months, returning
from services.cooperative.domain import Membership
from services.cooperative.months import FOLLOWS, Matter, MonthRecord
from services.cooperative.returning import NEXT, State, state_of
from shared.errors import Refusal
from shared.events.days import days_of_month
from shared.events.envelope import Event
from shared.events.membership import (
    BenefitGranted,
    MembershipReinstated,
    SavingsRecorded,
    TransactionsRecorded,
)
from shared.events.strengthening import CapitalGranted, MentoringRecorded
from tests.kit.door import Door, codes
from tests.unit.cooperative.examples import a_cooperative, a_member, a_membership
from tests.unit.cooperative.test_api import NIK, join, step

ACTIVITY, BENEFITS, BACK = (
    f"/v1/memberships/{name}" for name in ("activity", "benefits", "reinstatements")
)
WHO = {"cooperative_number": "KMP-1", "national_id": NIK}
MAY = WHO | {"month": "2026-05"}


@pytest.fixture
def joined(ready: Door) -> Door:
    """A member since 10 March 2026."""
    join(ready)
    return ready


def new(door: Door, path: str, *items: dict[str, Any]) -> list[Any]:
    """The payloads that items add."""
    before = len(door.events())
    door.items(path, *items)
    return [event.data for event in door.events()[before:]]


def correct(door: Door, event: Event, **mended: Any) -> str:
    """Take an event back or mend it; gives the code of a refusal."""
    right = event.data.model_dump(mode="json") | mended if mended else None
    body = {"event_id": str(event.id), "reason": "DATA_ENTRY", "replacement": right}
    return str(door.post("/v1/corrections", body).json().get("code", "corrected"))


def test_a_month_is_two_facts_of_its_last_day_without_an_amount(joined: Door) -> None:
    """Each says yes or no, and goes under the person's pseudonym."""
    savings, transactions = new(joined, ACTIVITY, MAY | {"savings_paid": True, "transacted": False})
    assert isinstance(savings, SavingsRecorded)
    assert isinstance(transactions, TransactionsRecorded)
    assert (savings.month, savings.paid, transactions.transacted) == ("2026-05", True, False)
    events = joined.events()[-2:]
    assert {event.time.isoformat() for event in events} == {"2026-05-31T05:00:00+00:00"}
    assert NIK not in str(events)


def test_what_nobody_knows_is_no_fact(joined: Door) -> None:
    """A field that is left out says nothing; a row that says nothing is refused."""
    assert [type(one) for one in new(joined, ACTIVITY, MAY | {"transacted": True})] == [
        TransactionsRecorded
    ]
    (result,) = joined.items(ACTIVITY, MAY)
    assert (result["code"], result["field"]) == ("NOTHING_SAID", "savings_paid")


def test_arrears_are_paid_later_and_a_payment_is_not_unsaid(joined: Door) -> None:
    """No, then yes is a second fact; after a yes a no is refused, and the other half of it is not kept."""
    paid, unpaid = ({"savings_paid": answer} for answer in (True, False))
    results = joined.items(ACTIVITY, MAY | unpaid, MAY | paid, MAY | unpaid, MAY | paid)
    assert codes(results) == ["accepted", "accepted", "duplicate", "duplicate"]
    june = WHO | {"month": "2026-06"}
    before = len(joined.events())
    results = joined.items(ACTIVITY, june | paid, june | unpaid | {"transacted": True})
    assert codes(results) == ["accepted", "CONFLICT"]
    assert results[1]["field"] == "savings_paid"
    assert len(joined.events()) == before + 1


@pytest.mark.parametrize(
    ("month", "code"),
    [("2026-02", "NOT_A_MEMBER"), ("2026-03", "accepted"), ("2026-07", "TIME_FUTURE")],
)
def test_a_month_belongs_to_somebody_who_was_a_member_in_it(
    joined: Door, month: str, code: str
) -> None:
    """From the month of joining on, and only when it has ended."""
    results = joined.items(ACTIVITY, WHO | {"month": month, "savings_paid": True})
    assert codes(results) == [code]


def test_a_month_after_the_end_is_of_no_member(joined: Door) -> None:
    """The month in which the membership ended is the last one."""
    joined.items("/v1/memberships/lapses", step("lapsed_on", "2026-04-15"))
    results = joined.items(
        ACTIVITY,
        WHO | {"month": "2026-04", "savings_paid": False},
        WHO | {"month": "2026-05", "savings_paid": False},
    )
    assert codes(results) == ["accepted", "NOT_A_MEMBER"]


def test_a_month_is_corrected_and_taken_back(joined: Door) -> None:
    """Then something else may be said of it; another month or person would be another fact."""
    joined.items(ACTIVITY, MAY | {"savings_paid": True})
    event = joined.events()[-1]
    assert correct(joined, event, month="2026-04") == "CORRECTION_SUBJECT"
    assert correct(joined, event, paid=False) == "corrected"
    assert codes(joined.items(ACTIVITY, MAY | {"savings_paid": False})) == ["duplicate"]
    assert codes(joined.items(ACTIVITY, MAY | {"savings_paid": True})) == ["accepted"]
    assert correct(joined, joined.events()[-1]) == "corrected"
    assert correct(joined, event) == "corrected"
    assert codes(joined.items(ACTIVITY, MAY | {"savings_paid": False})) == ["accepted"]


def test_two_answers_of_a_month_do_not_become_one(joined: Door) -> None:
    """A no that others followed with a yes is taken back, not turned into a second yes."""
    joined.items(ACTIVITY, MAY | {"savings_paid": False})
    no = joined.events()[-1]
    joined.items(ACTIVITY, MAY | {"savings_paid": True})
    assert correct(joined, no, paid=True) == "CONFLICT"


def test_a_list_of_activity_takes_yes_no_and_nothing(joined: Door) -> None:
    """One row, two facts; the same list again adds nothing; bad rows name their column."""
    head = "nomor_koperasi,nik,bulan,simpanan_wajib,bertransaksi\n"
    rows = (
        f"KMP-1,{NIK},Mei 2026,ya,tidak\n"
        f"KMP-1,{NIK},2026-06,,ya\n"
        f"KMP-1,{NIK},2026-04,mungkin,\n"
        f"KMP-1,{NIK},Mei 26,ya,\n"
        f"KMP-1,{NIK},2026-02,ya,\n"
        f"KMP-1,{NIK},2026-04,,\n"
    )
    before = len(joined.events())
    *rejects, _, total = joined.upload("/v1/imports/member-activity", head + rows)
    assert [(one["line"], one["field"], one["code"]) for one in rejects] == [
        (4, "simpanan_wajib", "FIELD_CHOICE"),
        (5, "bulan", "MONTH_INVALID"),
        (6, "bulan", "NOT_A_MEMBER"),
        (7, "simpanan_wajib", "NOTHING_SAID"),
    ]
    assert (total["accepted"], len(joined.events()) - before) == (2, 3)
    assert joined.upload("/v1/imports/member-activity", head + rows)[-1]["duplicates"] == 2


def test_a_benefit_has_a_kind_and_a_day_and_no_amount(joined: Door) -> None:
    """Once a day and kind; only for a member; corrected and taken back."""
    share = WHO | {"kind": "SURPLUS_SHARE", "granted_on": "2026-04-10"}
    early = share | {"granted_on": "2026-03-09"}
    results = joined.items(BENEFITS, share, share, share | {"kind": "CREDIT"}, early)
    assert codes(results) == ["accepted", "duplicate", "accepted", "NOT_A_MEMBER"]
    first, second = joined.events()[-2:]
    assert isinstance(first.data, BenefitGranted)
    assert correct(joined, second, kind="SURPLUS_SHARE") == "CONFLICT"
    assert correct(joined, second, granted_on="2026-03-01") == "NOT_A_MEMBER"
    assert correct(joined, second, kind="MEMBER_PRICE") == "corrected"
    assert correct(joined, first) == "corrected"
    assert codes(joined.items(BENEFITS, share)) == ["accepted"]


def test_somebody_who_lapsed_comes_back_under_the_same_membership(joined: Door) -> None:
    """The day after at the earliest; what happened in between is refused; both are said once."""
    joined.items("/v1/memberships/lapses", step("lapsed_on", "2026-04-15"))
    results = joined.items(
        BACK,
        WHO | {"reinstated_on": "2026-04-15"},
        WHO | {"reinstated_on": "2026-06-02"},
        WHO | {"reinstated_on": "2026-06-02"},
    )
    assert codes(results) == ["DATE_ORDER", "accepted", "duplicate"]
    activated, reinstated = joined.events()[-3].data, joined.events()[-1].data
    assert isinstance(reinstated, MembershipReinstated)
    assert reinstated.membership == activated.membership  # type: ignore[attr-defined]
    did: dict[str, Any] = {**WHO, "transacted": True}
    results = joined.items(ACTIVITY, did | {"month": "2026-05"}, did | {"month": "2026-06"})
    assert codes(results) == ["NOT_A_MEMBER", "accepted"]
    assert codes(joined.items("/v1/memberships/lapses", step("lapsed_on", "2026-04-15"))) == [
        "duplicate"
    ]
    resigned = joined.items("/v1/memberships/resignations", step("resigned_on", "2026-06-01"))
    assert codes(resigned) == ["DATE_ORDER"]


def test_nobody_comes_back_who_is_there_or_never_was(joined: Door) -> None:
    """A member, a candidate, somebody unknown, and a cooperative that is closed."""
    again = WHO | {"reinstated_on": "2026-06-02"}
    unknown = again | {"national_id": "3509904511820009"}
    assert codes(joined.items(BACK, again, unknown)) == ["CONFLICT", "NOT_FOUND"]
    joined.items("/v1/memberships/lapses", step("lapsed_on", "2026-04-15"))
    closed = {"cooperative_number": "KMP-1", "status": "CLOSED", "effective_on": "2026-05-01"}
    joined.items("/v1/cooperatives/statuses", closed)
    assert codes(joined.items(BACK, again)) == ["COOPERATIVE_CLOSED"]


def test_an_end_and_a_return_are_corrected_in_their_order(joined: Door) -> None:
    """An end that somebody came back from is moved, not taken back; the last return may be."""
    joined.items("/v1/memberships/lapses", step("lapsed_on", "2026-04-15"))
    lapse = joined.events()[-1]
    joined.items(BACK, WHO | {"reinstated_on": "2026-06-02"})
    back = joined.events()[-1]
    assert correct(joined, lapse) == "CORRECTION_ORDER"
    assert correct(joined, lapse, lapsed_on="2026-06-02") == "DATE_ORDER"
    assert correct(joined, lapse, lapsed_on="2026-05-20") == "corrected"
    assert correct(joined, back, reinstated_on="2026-05-20") == "DATE_ORDER"
    assert correct(joined, back, reinstated_on="2026-05-21") == "corrected"
    assert correct(joined, back) == "corrected"
    assert codes(joined.items(BACK, WHO | {"reinstated_on": "2026-06-03"})) == ["accepted"]


def test_a_step_is_not_taken_back_under_what_was_recorded_since(joined: Door) -> None:
    """The month would be of nobody."""
    activation = joined.events()[-1]
    joined.items(ACTIVITY, MAY | {"savings_paid": True})
    said = joined.events()[-1]
    assert correct(joined, activation) == "CORRECTION_ORDER"
    assert correct(joined, activation, activated_on="2026-06-01") == "CORRECTION_ORDER"
    assert correct(joined, activation, activated_on="2026-05-31") == "corrected"
    assert correct(joined, said) == "corrected"
    assert correct(joined, activation) == "corrected"


@pytest.mark.parametrize(
    ("path", "fields", "payload"),
    [
        ("mentoring", {"kind": "BOOKKEEPING", "mentored_on": "2026-02-12"}, MentoringRecorded),
        ("capital", {"kind": "LOAN", "granted_on": "2026-02-12"}, CapitalGranted),
    ],
)
def test_support_of_a_cooperative_is_a_kind_and_a_day(
    ready: Door, path: str, fields: dict[str, str], payload: type[Any]
) -> None:
    """Not before it was registered; once a day and kind; corrected; it keeps the cooperative."""
    path, who = f"/v1/cooperatives/{path}", {"cooperative_number": "KMP-2"}
    registration = ready.events()[-1]
    day = next(name for name in fields if name.endswith("_on"))
    results = ready.items(
        path, who | fields, who | fields, who | fields | {day: "2025-06-01"}, fields | who
    )
    assert codes(results) == ["accepted", "duplicate", "DATE_ORDER", "duplicate"]
    event = ready.events()[-1]
    assert type(event.data) is payload
    assert correct(ready, event, **{day: "2025-06-01"}) == "DATE_ORDER"
    assert correct(ready, registration) == "CORRECTION_ORDER"
    assert correct(ready, event, **{day: "2026-02-13"}) == "corrected"
    assert correct(ready, event) == "corrected"
    assert correct(ready, registration) == "corrected"


def test_members_without_a_word_on_their_savings_are_listed(joined: Door) -> None:
    """Of the last month that has ended, unless an earlier one is named; transactions do not count."""
    path = "/v1/memberships/without-savings?area=35.09"
    found = joined.get(path).json()
    assert (found["month"], len(found["memberships"])) == ("2026-06", 1)
    assert joined.get(f"{path}&month=2026-02").json()["memberships"] == []
    joined.items(ACTIVITY, WHO | {"month": "2026-06", "transacted": True})
    assert len(joined.get(path).json()["memberships"]) == 1
    joined.items(ACTIVITY, WHO | {"month": "2026-06", "savings_paid": False})
    assert joined.get(path).json()["memberships"] == []
    assert joined.get(f"{path}&month=2026-08").json()["month"] == "2026-06"
    assert len(joined.get(f"{path}&month=2026-03").json()["memberships"]) == 1


STEPS = {
    "approve": domain.approve,
    "activate": domain.activate,
    "lapse": domain.lapse,
    "resign": domain.resign,
    "reinstate": returning.reinstate,
}


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=8))
def test_a_membership_takes_exactly_the_steps_of_the_table(steps: list[str]) -> None:
    """Day after day; a step that the table does not give is refused, and changes nothing."""
    one: Membership = a_membership()
    for place, name in enumerate(steps, start=1):
        day = one.applied_on + timedelta(days=place)
        if name in NEXT[state_of(one)]:
            one = STEPS[name](a_cooperative(), [one], day).membership
        else:
            with pytest.raises(Refusal):
                STEPS[name](a_cooperative(), [one], day)
    assert set(NEXT) == set(State)
    ends = [end for _, end in one.periods]
    assert all(ends[:-1])
    assert (one.ended_on is None) == (not ends or ends[-1] is None)


@given(st.lists(st.booleans(), max_size=5))
def test_a_month_takes_exactly_what_the_table_gives(answers: list[bool]) -> None:
    """A no may become a yes; nothing follows a yes."""
    one, record = a_member(), MonthRecord(a_member().id, "2026-04", Matter.SAVINGS)
    for answer in answers:
        if answer in record.said | FOLLOWS[record.said]:
            record, _ = months.record_month(one, record, answer)
        else:
            with pytest.raises(Refusal, match="CONFLICT"):
                months.record_month(one, record, answer)
    assert record.said in FOLLOWS


def test_a_member_of_two_times_is_one_of_each_of_their_months() -> None:
    """And of none between."""
    gap = domain.Break(date(2026, 4, 15), domain.Ending.LAPSED, date(2026, 6, 2))
    one = replace(a_member(), breaks=(gap,), ended_on=date(2026, 7, 1))
    held = [m for m in range(1, 9) if months.is_member(one, *days_of_month(f"2026-{m:02d}"))]
    assert held == [3, 4, 6, 7]
