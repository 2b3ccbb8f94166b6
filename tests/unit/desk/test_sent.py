"""What was sent by whom, the history of one thing, and taking back what was wrong."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.beneficiary import CARD
from services.beneficiary.api import routers
from services.beneficiary.desk import DESK
from services.beneficiary.tables import METADATA
from shared.desk.accounts import Role
from shared.events.corrections import FactCorrected
from tests.kit.desk_work import Office, acts, lines, open_office
from tests.kit.families import FACILITATORS, a_family_list
from tests.unit.desk.test_worklists_of_families import OTHER, THERE, VISIT, id_of

WRONG: dict[str, Any] = {"choice": "DATA_ENTRY"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Three families referred on 1 March: two of Jember with P-1 and P-2, one of Probolinggo."""
    made = open_office(tmp_path, CARD, METADATA, DESK, routers)
    made.door.upload("/v1/imports/facilitators", FACILITATORS)
    made.door.upload("/v1/imports/families", a_family_list({}, OTHER, THERE))
    for area in ("35.09", "35.13"):
        made.door.post("/v1/referrals/runs", {"area": area, "issued_on": "2026-03-01"})
    yield made
    made.desk.engine.dispose()


def ids(office: Office, number: str, kind: str) -> list[str]:
    """Ids of the events of a kind in the history of a family."""
    events = office.door.get(f"/v1/history?of={number}").json()["events"]
    return [one["id"] for one in events if one["type"].endswith(f".{kind}.v1")]


def corrections(office: Office) -> int:
    """How many corrections were staged."""
    return sum(isinstance(one.data, FactCorrected) for one in office.door.events())


def test_an_act_at_the_desk_is_sent_in_the_name_of_the_account(office: Office) -> None:
    """Who, when, what and how many; a list that came over HTTP is there for whoever has its areas."""
    siti = office.signed_in("siti", Role.OFFICER)
    siti.open("/desk/contacts")
    siti.send("/desk/contacts/contacted", key="KPM-1", **VISIT)
    (line,) = lines(siti.open("/desk/sent").text)
    assert line == [
        "sudah dihubungi", "2026-07-01 03:00 UTC", "siti", "1", "menunggu diterbitkan", "0 dari 1",
        "belum ada rilis: menunggu rilis berikutnya",
    ]  # fmt: skip
    budi = office.signed_in("budi", Role.OFFICER, "35.13")
    assert lines(budi.open("/desk/sent").text) == []
    everything = office.door.get("/v1/submissions").json()["submissions"]
    sent = {(one["type"].split(".", 2)[2], one["events"]) for one in everything}
    assert sent >= {("referral.contacted.v1", 1), ("family.enrolled.v1", 3)}
    assert {one["who"] for one in everything} == {"all-2", "siti"}
    assert (
        office.door.get("/v1/submissions", token="jember").json()["submissions"][0]["who"] == "siti"
    )


def test_the_submissions_come_in_pages(office: Office) -> None:
    """The newest first, each exactly once."""
    whole = office.door.get("/v1/submissions").json()["submissions"]
    seen: list[Any] = []
    after = ""
    while True:
        page = office.door.get(f"/v1/submissions?limit=2{after}").json()
        seen += page["submissions"]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == whole
    assert len(seen) > 2


def test_a_wrong_contact_is_taken_back_with_a_reason(office: Office) -> None:
    """From the history of the family; the row waits for its contact again."""
    siti = office.signed_in("siti", Role.OFFICER)
    siti.open("/desk/contacts")
    siti.send("/desk/contacts/contacted", key="KPM-1", **VISIT)
    page = siti.open("/desk/history?find=KPM-1").text
    assert [line[0] for line in lines(page)].count("sudah dihubungi") == 1
    (event,) = ids(office, "KPM-1", "referral.contacted")
    page = siti.send("/desk/history/undo?find=KPM-1", key=event, **WRONG).text
    assert [
        one for line in lines(page) for one in (line[0], line[3])
        if one in ("koreksi", "sudah dikoreksi")
    ] == ["koreksi", "sudah dikoreksi"]  # fmt: skip
    found = {line[0]: line[7] for line in lines(siti.open("/desk/contacts").text)}
    assert found["KPM-1"] == "belum dihubungi"
    assert corrections(office) == 1


@pytest.mark.parametrize("key", ["there", "nobody", "no id"])
def test_what_is_not_the_offices_own_is_not_taken_back(office: Office, key: str) -> None:
    """By a forged key; its history is like that of nothing."""
    siti = office.signed_in("siti", Role.OFFICER)
    siti.open("/desk/history")
    (theirs,) = ids(office, "KPM-3", "family.enrolled")
    forged = {"there": theirs, "nobody": "01890000-0000-7000-8000-000000000000"}.get(key, "x")
    assert siti.send("/desk/history/undo", key=forged, **WRONG).status_code == 404
    assert siti.send("/desk/history/undo", key=theirs, choice="BECAUSE").status_code == 422
    assert siti.open("/desk/history?find=KPM-3").status_code == 404
    assert corrections(office) == 0


def test_a_facilitator_takes_back_what_she_sent_alone(office: Office) -> None:
    """Not the enrolment of her own family, which the office sent, nor another's contact."""
    siti = office.signed_in("siti", Role.OFFICER)
    siti.open("/desk/contacts")
    siti.send("/desk/contacts/contacted", key="KPM-2", **VISIT)
    lilik = office.signed_in("lilik", Role.FACILITATOR, subject=id_of(office, "P-1"))
    lilik.open("/desk/contacts")
    lilik.send("/desk/contacts/contacted", key="KPM-1", **VISIT)
    (own,) = ids(office, "KPM-1", "referral.contacted")
    (others,) = ids(office, "KPM-2", "referral.contacted")
    (enrolled,) = ids(office, "KPM-1", "family.enrolled")
    for event in (others, enrolled):
        assert lilik.send("/desk/history/undo", key=event, **WRONG).status_code == 404
    assert lilik.open("/desk/history?find=KPM-2").status_code == 404
    lilik.open("/desk/sent")
    lilik.send("/desk/sent/undo", key=own, **WRONG)
    assert corrections(office) == 1


def test_a_reader_takes_nothing_back(office: Office) -> None:
    """She reads the history."""
    rini = office.signed_in("rini", Role.READER)
    (event,) = ids(office, "KPM-1", "family.enrolled")
    page = rini.open("/desk/history?find=KPM-1").text
    assert len(lines(page)) > 1
    assert acts(page) == []
    assert rini.send("/desk/history/undo", key=event, **WRONG).status_code == 403


def test_a_form_of_a_number_that_cannot_be_is_refused(office: Office) -> None:
    """Neither page nor door looks for it."""
    assert office.door.get("/v1/history?of=%27%20or%201").status_code == 422
    siti = office.signed_in("siti", Role.OFFICER)
    assert siti.open("/desk/history?find=%27%20or%201").status_code == 404
