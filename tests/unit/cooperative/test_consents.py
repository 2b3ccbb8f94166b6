"""A consent is a record: who agreed, when, in what form, to which text; applications name it."""

import json
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select

from services.cooperative import consents
from services.cooperative.consents import Agreed, Consent
from services.cooperative.tables import consent as table
from shared.database.engine import snapshot, transaction
from shared.errors import Refusal
from shared.events.consent import ConsentForm, ConsentRecorded
from shared.events.cooperative import MembershipApplied
from tests.kit.depth import examples
from tests.kit.door import Door, codes
from tests.unit.cooperative.examples import PERSON, VILLAGE

NIK = "3509904511820001"
APPLICATIONS, CONSENTS = "/v1/memberships/applications", "/v1/consents"
SIGNED = {"form": "PAPER_SIGNED", "text_version": "koperasi/3", "given_on": "2026-02-28"}
NAMED = {"text_version": "koperasi/3", "given_on": "2026-02-28"}


def application(consent: dict[str, str] | None, **other: Any) -> dict[str, Any]:
    """An application with a consent, or without the field."""
    item = {
        "cooperative_number": "KMP-1",
        "national_id": NIK,
        "name": "Siti Aminah",
        "applied_on": "2026-03-01",
        "voluntary_declaration": True,
    }
    return item | ({"consent": consent} if consent else {}) | other


def agreement(**other: str) -> dict[str, Any]:
    """A consent as an item of its own."""
    return {"cooperative_number": "KMP-1", "national_id": NIK, "consent": SIGNED | other}


def said(door: Door, kind: type[Any]) -> list[Any]:
    """The payloads of one class that were staged."""
    return [event.data for event in door.events() if isinstance(event.data, kind)]


def test_an_application_publishes_the_consent_that_it_names(ready: Door) -> None:
    """First the consent, then the application with its id, both about the person."""
    assert codes(ready.items(APPLICATIONS, application(SIGNED))) == ["accepted"]
    agreed, applied = ready.events()[-2:]
    assert isinstance(agreed.data, ConsentRecorded)
    assert isinstance(applied.data, MembershipApplied)
    assert (agreed.subject, agreed.data.consent) == (applied.subject, applied.data.consent)
    assert json.loads(agreed.data.model_dump_json()) == SIGNED | {
        "consent": str(agreed.data.consent)
    }
    with snapshot(ready.engine) as connection:
        row = connection.execute(select(table)).one()
    assert (row.id, row.form, row.given_on) == (
        agreed.data.consent,
        "PAPER_SIGNED",
        date(2026, 2, 28),
    )


@pytest.mark.parametrize("consent", [None, NAMED])
def test_an_application_without_a_recorded_consent_is_refused(
    ready: Door, consent: dict[str, str] | None
) -> None:
    """Nothing is staged, and the remedy says in both languages what to fill in."""
    staged = len(ready.events())
    (result,) = ready.items(APPLICATIONS, application(consent))
    assert result["code"] == "CONSENT_MISSING"
    assert str(result["field"]).startswith("consent")
    assert "persetujuan" in str(result["remedy"])
    assert "consent" in str(result["remedy"])
    assert len(ready.events()) == staged


def test_an_application_may_name_an_earlier_consent(ready: Door) -> None:
    """By text and day; the record's own id is published, and no second record."""
    assert codes(ready.items(CONSENTS, agreement())) == ["accepted"]
    assert codes(ready.items(APPLICATIONS, application(NAMED))) == ["accepted"]
    (agreed,), (applied,) = said(ready, ConsentRecorded), said(ready, MembershipApplied)
    assert agreed.consent == applied.consent


def test_the_consent_of_another_person_or_cooperative_is_not_theirs(ready: Door) -> None:
    """Text and day alone name nothing: the record must be of this person at this cooperative."""
    ready.items(CONSENTS, agreement())
    other = application(NAMED, national_id="3509904511820002")
    elsewhere = application(NAMED, cooperative_number="KMP-2")
    assert codes(ready.items(APPLICATIONS, other, elsewhere)) == ["CONSENT_MISSING"] * 2


def test_a_consent_is_recorded_once(ready: Door) -> None:
    """Again it is a duplicate; another form for the same text and day is a conflict."""
    results = ready.items(
        CONSENTS, agreement(), agreement(), agreement(form="ELECTRONIC"), agreement(form="")
    )
    assert codes(results)[:3] == ["accepted", "duplicate", "CONFLICT"]
    assert len(said(ready, ConsentRecorded)) == 1


def test_nobody_applies_before_the_consent(ready: Door) -> None:
    """A consent of the day after is none for this application."""
    late = SIGNED | {"given_on": "2026-03-02"}
    (result,) = ready.items(APPLICATIONS, application(late))
    assert (result["code"], result["field"]) == ("DATE_ORDER", "consent.given_on")
    assert said(ready, ConsentRecorded) == []


def test_the_same_application_names_the_same_consent(ready: Door) -> None:
    """Another day or form under the same application is a conflict, and nothing is recorded."""
    ready.items(APPLICATIONS, application(SIGNED))
    for other in ({"given_on": "2026-02-27"}, {"form": "ELECTRONIC"}):
        assert codes(ready.items(APPLICATIONS, application(SIGNED | other))) == ["CONFLICT"]
    assert codes(ready.items(APPLICATIONS, application(NAMED))) == ["duplicate"]
    assert len(said(ready, ConsentRecorded)) == 1


def test_an_application_of_before_the_records_gets_one(ready: Door) -> None:
    """Its id was published without a record: the consent is recorded under that id."""
    ready.items(APPLICATIONS, application(SIGNED))
    with transaction(ready.engine) as connection:
        connection.execute(delete(table))
    old = said(ready, MembershipApplied)[0].consent
    again = [codes(ready.items(APPLICATIONS, application(SIGNED))) for _ in range(2)]
    assert again == [["accepted"], ["duplicate"]]
    assert said(ready, ConsentRecorded)[-1].consent == old


def test_a_member_who_left_may_join_again(ready: Door) -> None:
    """With the consent of the first time or a new one, under a new membership."""
    who = {"cooperative_number": "KMP-1", "national_id": NIK}
    ready.items(APPLICATIONS, application(SIGNED))
    ready.items("/v1/memberships/approvals", who | {"approved_on": "2026-03-05"})
    ready.items("/v1/memberships/activations", who | {"activated_on": "2026-03-10"})
    ready.items("/v1/memberships/resignations", who | {"resigned_on": "2026-04-30"})
    again = application(NAMED, applied_on="2026-05-01")
    assert codes(ready.items(APPLICATIONS, again)) == ["accepted"]
    first, second = said(ready, MembershipApplied)
    assert (first.membership == second.membership, first.consent == second.consent) == (False, True)


def test_a_wrong_consent_is_corrected(ready: Door) -> None:
    """Its text may change; its day not past the application; it stays while one names it."""
    (result,) = ready.items(CONSENTS, agreement())
    ready.items(APPLICATIONS, application(NAMED))
    data = said(ready, ConsentRecorded)[0].model_dump(mode="json")
    request = {"event_id": result["id"], "reason": "DATA_ENTRY"}

    def corrected(**other: str) -> Any:
        return ready.post("/v1/corrections", request | {"replacement": data | other}).json()

    assert ready.post("/v1/corrections", request).json()["code"] == "CORRECTION_ORDER"
    assert corrected(given_on="2026-03-02")["code"] == "DATE_ORDER"
    assert corrected(consent=str(UUID(int=9)))["code"] == "CORRECTION_SUBJECT"
    assert "id" in corrected(text_version="koperasi/4")
    assert codes(ready.items(APPLICATIONS, application(NAMED))) == ["CONFLICT"]


def test_a_corrected_application_stays_after_its_consent(ready: Door) -> None:
    """Its day cannot move before the consent that it names."""
    (result,) = ready.items(APPLICATIONS, application(SIGNED))
    data = said(ready, MembershipApplied)[0].model_dump(mode="json")
    request = {"event_id": result["id"], "reason": "DATA_ENTRY"}
    early = request | {"replacement": data | {"applied_on": "2026-02-27"}}
    assert ready.post("/v1/corrections", early).json()["code"] == "DATE_ORDER"


def a_consent(number: int, text: str, day: date, form: ConsentForm) -> Consent:
    """A consent of the example person."""
    return Consent(UUID(int=number), UUID(int=1), PERSON, VILLAGE, form, text, day)


AGREED = st.tuples(
    st.sampled_from(["koperasi/1", "koperasi/2"]),
    st.dates(date(2026, 1, 1), date(2026, 1, 4)),
    st.sampled_from(ConsentForm),
)


@examples(60)
@given(st.lists(AGREED, max_size=12))
def test_any_list_of_consents_leaves_one_of_each_text_and_day(
    wanted: list[tuple[str, date, ConsentForm]],
) -> None:
    """Whatever is sent, and however often: each is named by text and day, with its first form."""
    kept: list[Consent] = []
    for number, one in enumerate(wanted):
        with suppress(Refusal):
            consent, payloads = consents.record(kept, a_consent(number, *one))
            kept += [consent] if payloads else []
    first = {one[:2]: one[2] for one in reversed(wanted)}
    assert {(one.text_version, one.given_on): one.form for one in kept} == first
    for (text, day), form in first.items():
        assert consents.named(kept, Agreed(None, text, day)).form is form
