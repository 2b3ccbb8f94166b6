"""The doors of the cooperative service, with real tables, keys and tokens."""

from typing import Any

import pytest
from sqlalchemy import select

from services.cooperative.tables import membership
from shared.application.context import Keys
from shared.database.engine import snapshot
from shared.events.cooperative import (
    CooperativeRegistered,
    CooperativeStatusChanged,
    MembershipActivated,
    MembershipApplied,
)
from shared.events.corrections import FactCorrected
from shared.security.identity import NationalId
from tests.kit.door import Door, codes, refused_days, untimely_corrections

NIK = "3509904511820001"
APPLICATIONS = "/v1/memberships/applications"


def application(**other: Any) -> dict[str, Any]:
    """An application as a client sends it."""
    return {
        "cooperative_number": "KMP-1",
        "national_id": NIK,
        "name": "Siti Aminah",
        "phone": "0812 3456 7890",
        "applied_on": "2026-03-01",
        "voluntary_declaration": True,
        "consent": {
            "form": "PAPER_SIGNED",
            "text_version": "koperasi/3",
            "given_on": "2026-03-01",
        },
    } | other


def step(field: str, day: str, **other: Any) -> dict[str, Any]:
    """A later step of the same membership."""
    return {"cooperative_number": "KMP-1", "national_id": NIK, field: day} | other


def join(door: Door) -> str:
    """Make the example person a member; gives the id of the activation's event."""
    door.items(APPLICATIONS, application())
    door.items("/v1/memberships/approvals", step("approved_on", "2026-03-05"))
    (result,) = door.items("/v1/memberships/activations", step("activated_on", "2026-03-10"))
    return str(result["id"])


def test_the_whole_road_of_a_membership_is_published(ready: Door) -> None:
    """Applied, approved, activated, resigned: four facts of one person, each at its day."""
    join(ready)
    ready.items("/v1/memberships/resignations", step("resigned_on", "2026-06-30"))
    staged = [event for event in ready.events() if event.type.startswith("id.lintas.membership")]
    kinds = [event.type.split(".")[3] for event in staged]
    assert kinds == ["applied", "approved", "activated", "resigned"]
    assert len({event.subject for event in staged}) == 1
    assert staged[2].time.isoformat() == "2026-03-10T05:00:00+00:00"


def test_the_list_of_cooperatives_publishes_registration_and_status(ready: Door) -> None:
    """Two registrations, and the one status that is more than registered."""
    kinds = [type(event.data) for event in ready.events()]
    assert [CooperativeRegistered, CooperativeStatusChanged, CooperativeRegistered] == kinds


def test_nothing_that_leaves_names_a_person(ready: Door) -> None:
    """Neither the NIK nor the name nor the phone is in any event or answer."""
    answers = ready.post(APPLICATIONS, {"items": [application()]}).text
    bodies = "".join(event.data.model_dump_json() + event.subject for event in ready.events())
    for value in (NIK, "Siti", "0812", "KMP-1"):
        assert value not in answers + bodies


def test_personal_values_are_stored_sealed(ready: Door, keys: Keys, tmp_path: Any) -> None:
    """The database file holds no readable name; the service's own key opens it."""
    ready.items(APPLICATIONS, application())
    with snapshot(ready.engine) as connection:
        row = connection.execute(select(membership)).one()
    assert keys.pseudonymiser.person(NationalId(NIK)) == row.person
    assert "Siti Aminah" in keys.cipher.decrypt(row.sealed)
    files = b"".join(path.read_bytes() for path in tmp_path.glob("cooperative.db*"))
    assert NIK.encode() not in files
    assert b"Siti" not in files


def test_the_same_application_again_is_a_duplicate(ready: Door) -> None:
    """A new key, the same content: no second fact."""
    first = ready.items(APPLICATIONS, application())
    before = len(ready.events())
    again = ready.items(APPLICATIONS, application(), application())
    assert (codes(first), codes(again)) == (["accepted"], ["duplicate", "duplicate"])
    assert before == len(ready.events())


@pytest.mark.parametrize(
    "other", [{"name": "Orang Lain"}, {"phone": None}, {"applied_on": "2026-03-02"}]
)
def test_other_content_for_the_same_membership_is_a_conflict(
    ready: Door, other: dict[str, Any]
) -> None:
    """Another name, phone or day under an open membership."""
    ready.items(APPLICATIONS, application())
    assert codes(ready.items(APPLICATIONS, application(**other))) == ["CONFLICT"]


def test_a_name_that_is_spelled_with_other_blanks_or_marks_is_the_same(ready: Door) -> None:
    """As in a list: single blanks, and a letter with its accent is one letter."""
    ready.items(APPLICATIONS, application(name="Siti Aminé"))
    again = ready.items(APPLICATIONS, application(name=" Siti  Amine\u0301"))
    assert codes(again) == ["duplicate"]


def test_a_telephone_number_without_its_zero_is_refused_as_in_a_list(ready: Door) -> None:
    """A program that read a spreadsheet sends what the spreadsheet left; nothing of it is shown."""
    (result,) = ready.items(APPLICATIONS, application(phone="81234567890"))
    assert (result["code"], result["field"]) == ("NUMBER_ZERO_LOST", "phone")
    assert "+62" in result["remedy"]
    assert "8123" not in str(result)


def test_two_items_of_one_batch_see_each_other(ready: Door) -> None:
    """The second application of the batch conflicts with the first."""
    results = ready.items(APPLICATIONS, application(), application(applied_on="2026-03-09"))
    assert codes(results) == ["accepted", "CONFLICT"]


def test_good_items_of_a_batch_are_kept(ready: Door) -> None:
    """Bad NIK, unknown cooperative, no declaration; the good one is stored."""
    results = ready.items(
        APPLICATIONS,
        application(national_id="3509"),
        application(cooperative_number="KMP-9"),
        application(voluntary_declaration=False),
        application(),
    )
    assert codes(results) == ["NIK_LENGTH", "NOT_FOUND", "NOT_VOLUNTARY", "accepted"]
    assert [result["index"] for result in results] == [0, 1, 2, 3]
    assert all("3509" not in str(result["message"]) for result in results[:3])


def test_one_key_has_one_effect(ready: Door) -> None:
    """The same key and body give the same answer, another body is refused."""
    body = {"items": [application()]}
    first = ready.post(APPLICATIONS, body, key="once")
    again = ready.post(APPLICATIONS, body, key="once")
    other = ready.post(APPLICATIONS, {"items": [application(name="Lain")]}, key="once")
    assert (first.content, "true") == (again.content, again.headers["Idempotent-Replay"])
    assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_MISMATCH")
    assert sum(isinstance(event.data, MembershipApplied) for event in ready.events()) == 1


def test_a_token_speaks_for_its_own_area_only(ready: Door) -> None:
    """A token of Jember cannot write in Probolinggo, whatever the door."""
    staged = len(ready.events())
    elsewhere = {"cooperative_number": "KMP-2"}
    group = {
        "group_number": "UP2K-1",
        "status": "INCOME_GROUP",
        "region": "35.13.15.2017",
        "business_type": "10",
        "formed_on": "2026-01-05",
    }
    status = {"status": "OPERATING", "effective_on": "2026-01-05"} | elsewhere
    refused = [
        *ready.items(APPLICATIONS, application(**elsewhere), token="jember"),
        *ready.items("/v1/cooperatives/statuses", status, token="jember"),
        *ready.items("/v1/groups", group, token="jember"),
    ]
    assert codes(refused) == ["NOT_FOUND", "NOT_FOUND", "AREA_FORBIDDEN"]
    assert ready.get("/v1/candidates?area=35.13", token="jember").status_code == 403
    assert ready.post(APPLICATIONS, {"items": [application()]}, token="reader").status_code == 403
    assert staged == len(ready.events())


def test_a_closed_cooperative_takes_no_applications(ready: Door) -> None:
    """From the day of its closing."""
    closing = {"cooperative_number": "KMP-1", "status": "CLOSED", "effective_on": "2026-02-01"}
    assert codes(ready.items("/v1/cooperatives/statuses", closing)) == ["accepted"]
    assert codes(ready.items(APPLICATIONS, application())) == ["COOPERATIVE_CLOSED"]


def test_a_lapsed_member_is_out_and_may_come_back(ready: Door) -> None:
    """The second membership has an id of its own."""
    join(ready)
    lapse = step("lapsed_on", "2026-04-30")
    assert codes(ready.items("/v1/memberships/lapses", lapse)) == ["accepted"]
    again = application(applied_on="2026-05-02")
    assert codes(ready.items(APPLICATIONS, again)) == ["accepted"]
    staged = [event.data for event in ready.events() if isinstance(event.data, MembershipApplied)]
    assert len({data.membership for data in staged}) == 2


def test_a_group_is_formed_and_climbs(ready: Door) -> None:
    """Formed, moved, the same again, and a region that does not exist."""
    group = {
        "group_number": "UP2K-1",
        "status": "INCOME_GROUP",
        "region": "35.09.30.2009",
        "business_type": "10",
        "formed_on": "2026-01-05",
    }
    nowhere = group | {"group_number": "UP2K-2", "region": "35.09.99.9999"}
    results = ready.items("/v1/groups", group, group, nowhere)
    assert codes(results) == ["accepted", "duplicate", "REGION_UNKNOWN"]
    moved = {"group_number": "UP2K-1", "status": "PRE_COOPERATIVE", "effective_on": "2026-05-01"}
    unknown = moved | {"group_number": "UP2K-7"}
    assert codes(ready.items("/v1/groups/statuses", moved, moved, unknown)) == [
        "accepted",
        "duplicate",
        "NOT_FOUND",
    ]


def test_a_taken_back_activation_reopens_the_membership(ready: Door) -> None:
    """The correction names the event and its person; the member can be activated on another day."""
    wrong = join(ready)
    request = {"event_id": wrong, "reason": "DATA_ENTRY"}
    answer = ready.post("/v1/corrections", request)
    assert answer.status_code == 200, answer.text
    staged = ready.events()[-1]
    assert isinstance(staged.data, FactCorrected)
    assert (wrong, None) == (str(staged.data.corrected), staged.data.replacement)
    assert ready.events()[-2].subject == staged.subject
    right = step("activated_on", "2026-03-12")
    assert codes(ready.items("/v1/memberships/activations", right)) == ["accepted"]


def test_a_correction_replaces_what_was_published(ready: Door) -> None:
    """The replacement is the whole data of the type; the same request again stages nothing more."""
    wrong = join(ready)
    old = ready.events()[-1].data
    assert isinstance(old, MembershipActivated)
    new = old.model_dump(mode="json") | {"activated_on": "2026-03-15"}
    request = {"event_id": wrong, "reason": "DATA_ENTRY", "replacement": new}
    first, again = ready.post("/v1/corrections", request), ready.post("/v1/corrections", request)
    assert first.json() == again.json()
    assert sum(isinstance(event.data, FactCorrected) for event in ready.events()) == 1
    same_day = step("activated_on", "2026-03-15")
    assert codes(ready.items("/v1/memberships/activations", same_day)) == ["duplicate"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"event_id": "01900000-0000-7000-8000-000000000000"}, "NOT_FOUND"),
        ({"replacement": {"activated_on": "2026-03-15"}}, "FIELD_MISSING"),
        ({"replacement": "other person"}, "CORRECTION_SUBJECT"),
        ({"replacement": "too early"}, "DATE_ORDER"),
        ({"replacement": "nowhere"}, "REGION_UNKNOWN"),
    ],
)
def test_a_correction_that_does_not_fit_is_refused(
    ready: Door, change: dict[str, Any], code: str
) -> None:
    """Unknown event, broken contract, other subject, broken order: nothing is staged."""
    wrong = join(ready)
    old = ready.events()[-1].data.model_dump(mode="json")
    if change.get("replacement") == "other person":
        change = {"replacement": old | {"membership": "01900000-0000-7000-8000-000000000000"}}
    if change.get("replacement") == "too early":
        change = {"replacement": old | {"activated_on": "2026-03-01"}}
    if change.get("replacement") == "nowhere":
        change = {"replacement": old | {"region": "35.09.99.9999"}}
    before = len(ready.events())
    request = {"event_id": wrong, "reason": "DATA_ENTRY"} | change
    assert code == ready.post("/v1/corrections", request).json()["code"]
    assert before == len(ready.events())


def test_a_correction_stays_within_the_tokens_area(ready: Door) -> None:
    """A token of Jember does not correct Probolinggo's events."""
    (result,) = ready.items(APPLICATIONS, application(cooperative_number="KMP-2"))
    request = {"event_id": result["id"], "reason": "CANCELLED"}
    answer = ready.post("/v1/corrections", request, token="jember")
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


def test_a_taken_back_fact_is_not_corrected_again(ready: Door) -> None:
    """The same withdrawal is harmless, a replacement after it is refused."""
    (result,) = ready.items(APPLICATIONS, application())
    request = {"event_id": result["id"], "reason": "CANCELLED"}
    data = ready.events()[-1].data.model_dump(mode="json")
    first, again = ready.post("/v1/corrections", request), ready.post("/v1/corrections", request)
    assert first.json() == again.json()
    late = ready.post("/v1/corrections", request | {"replacement": data})
    assert late.json()["code"] == "TAKEN_BACK"
    assert codes(ready.items(APPLICATIONS, application())) == ["accepted"]


def test_no_correction_moves_a_fact_to_a_day_that_cannot_be(ready: Door) -> None:
    """Every day of every kind of fact, far back and far ahead; nothing is staged and nothing moves."""
    join(ready)
    ready.items("/v1/memberships/resignations", step("resigned_on", "2026-05-01"))
    group = {"group_number": "G-1", "status": "INCOME_GROUP", "region": "35.09.30.2009"}
    ready.items("/v1/groups", group | {"business_type": "10", "formed_on": "2026-01-05"})
    moved = {"group_number": "G-1", "status": "PRE_COOPERATIVE", "effective_on": "2026-02-01"}
    ready.items("/v1/groups/statuses", moved)
    meeting = {"cooperative_number": "KMP-1", "year": 2025, "held_on": "2026-02-01"}
    ready.items("/v1/annual-meetings", meeting)
    assert untimely_corrections(ready) == refused_days(
        ("cooperative.annual_meeting.v1", "held_on"),
        ("cooperative.registered.v1", "registered_on"),
        ("cooperative.status_changed.v1", "effective_on"),
        ("group.formed.v1", "formed_on"),
        ("group.status_changed.v1", "effective_on"),
        ("consent.recorded.v1", "given_on"),
        ("membership.applied.v1", "applied_on"),
        ("membership.approved.v1", "approved_on"),
        ("membership.activated.v1", "activated_on"),
        ("membership.resigned.v1", "resigned_on"),
    )


def test_a_member_of_today_is_accepted_and_one_of_tomorrow_is_not(ready: Door) -> None:
    """The clock shows 10:00 on 1 July in Jakarta."""
    results = ready.items(
        APPLICATIONS,
        application(applied_on="2026-07-02"),
        application(applied_on="1206-06-01"),
        application(applied_on="2026-07-01"),
    )
    assert codes(results) == ["TIME_FUTURE", "DATE_IMPLAUSIBLE", "accepted"]
    assert results[0]["field"] == "applied_on"
