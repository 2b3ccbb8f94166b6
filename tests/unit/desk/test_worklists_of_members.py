"""The worklists of the Ministry of Cooperatives at the desk: worked to their end, masked until asked."""

import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.cooperative import CARD, service
from services.cooperative.api import routers
from services.cooperative.desk import DESK
from services.cooperative.tables import METADATA
from shared.database.engine import transaction
from shared.desk.accounts import Role
from shared.events.cooperative import MembershipActivated
from shared.events.membership import SavingsRecorded
from shared.security.identity import NationalId
from tests.kit.cooperatives import COOPERATIVES
from tests.kit.desk import Browser
from tests.kit.desk_work import Office, acts, cells_of, lines, open_office
from tests.kit.families import an_event
from tests.unit.cooperative.examples import a_referral

NIK, THERE = "3509904511820001", "3513904511820002"


def applied(cooperative: str, nik: str, name: str) -> dict[str, Any]:
    """An application of 1 March."""
    consent = {"form": "ELECTRONIC", "text_version": "koperasi/3", "given_on": "2026-03-01"}
    return {
        "cooperative_number": cooperative, "national_id": nik, "name": name,
        "phone": "081234567890", "applied_on": "2026-03-01", "voluntary_declaration": True,
        "consent": consent,
    }  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """One application in Jember and one in Probolinggo."""
    made = open_office(tmp_path, CARD, METADATA, DESK, routers)
    made.door.upload("/v1/imports/cooperatives", COOPERATIVES)
    path = "/v1/memberships/applications"
    made.door.items(path, applied("KMP-1", NIK, "Siti Aminah"), applied("KMP-2", THERE, "=Wulan"))
    yield made
    made.desk.engine.dispose()


def key_of(office: Office, area: str) -> str:
    """The key of the row of an area's first membership."""
    found = office.door.get(f"/v1/memberships?area={area}").json()["memberships"]
    return str(found[0]["id"])


def test_an_application_is_approved_and_becomes_a_membership(office: Office) -> None:
    """The list is empty at the end; the list of members has her, and she may resign from there."""
    siti = office.signed_in("siti", Role.OFFICER)
    key = key_of(office, "35.09")
    page = siti.open("/desk/applications").text
    assert [line[:3] for line in lines(page)] == [["S••• A•••", "•••890", "KMP-1"]]
    assert acts(page) == ["approve"]
    page = siti.send("/desk/applications/approve", key=key, day="2026-03-05").text
    assert acts(page) == ["activate"]
    page = siti.send("/desk/applications/activate", key=key, day="2026-03-10").text
    assert lines(page) == []
    assert [type(one.data) for one in office.door.events()][-1] is MembershipActivated
    assert [line[-1] for line in lines(siti.open("/desk/members").text)] == ["anggota"]
    page = siti.send("/desk/members/resign", key=key, day="2026-06-30").text
    assert [line[-1] for line in lines(page)] == ["mengundurkan diri 30/06/2026"]
    assert acts(page) == ["reinstate"]
    page = siti.send("/desk/members/reinstate", key=key, day="2026-07-01").text
    assert [line[-1] for line in lines(page)] == ["anggota"]


def test_savings_of_a_month_are_answered_one_by_one(office: Office) -> None:
    """The last month that has ended at first; who is answered is gone; the NIK is in no row."""
    who = {"cooperative_number": "KMP-1", "national_id": NIK}
    office.door.items("/v1/memberships/approvals", who | {"approved_on": "2026-03-05"})
    office.door.items("/v1/memberships/activations", who | {"activated_on": "2026-03-10"})
    siti = office.signed_in("siti", Role.OFFICER)
    page = siti.open("/desk/savings").text
    assert "Bulan 2026-06." in page
    assert [line[0] for line in lines(page)] == ["S••• A•••"]
    key = f"2026-06.{key_of(office, '35.09')}"
    shown = siti.send("/desk/savings/show", key=key).text
    assert [line[0] for line in lines(shown)] == ["Siti Aminah"]
    page = siti.send("/desk/savings/savings", key=key, choice="unpaid").text
    assert lines(page) == []
    data = office.door.events()[-1].data
    assert isinstance(data, SavingsRecorded)
    assert (data.month, data.paid) == ("2026-06", False)
    assert [line[0] for line in lines(siti.open("/desk/savings?month=2026-04").text)] != []
    forged = siti.send("/desk/savings/savings", key="2026-06.../1", choice="paid")
    assert forged.status_code == 404


def test_a_member_is_shown_on_request_and_the_look_is_recorded(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """The pseudonym is in the audit, not the name."""
    caplog.set_level(logging.INFO, "lintas.audit")
    siti, key = office.signed_in("siti", Role.OFFICER), key_of(office, "35.09")
    siti.open("/desk/members")
    page = siti.send("/desk/members/show", key=key).text
    assert [line[0] for line in lines(page)] == ["Siti Aminah"]
    assert NIK in page
    person = office.keys.pseudonymiser.person(NationalId(NIK))
    assert caplog.messages == [f"identity shown: siti of COOPERATIVES, subject {person}"]
    one = office.door.get(f"/v1/member-identities/{key}", token="jember").json()
    assert (one["name"], len(caplog.messages)) == ("Siti Aminah", 2)


@pytest.mark.parametrize("key", ["there", "nobody", "no key"])
def test_a_forged_key_reaches_no_membership(office: Office, key: str) -> None:
    """The row of another office, of nobody, or what is no key at all: unknown, nothing is staged."""
    siti = office.signed_in("siti", Role.OFFICER)
    siti.open("/desk/applications")
    forged = {"there": key_of(office, "35.13"), "nobody": "A" * 22}.get(key, "../1")
    before = len(office.door.events())
    assert siti.send("/desk/applications/approve", key=forged, day="2026-03-05").status_code == 404
    answer = siti.send("/desk/applications/show", key=forged)
    assert "Wulan" not in answer.text
    assert len(office.door.events()) == before


def test_a_name_that_is_a_formula_is_text_in_the_download(office: Office) -> None:
    """A spreadsheet does not run it; the number keeps its zero."""
    budi = office.signed_in("budi", Role.OFFICER, "35.13")
    budi.open("/desk/members")
    first = cells_of(budi.send("/desk/members/xlsx").content)[1]
    assert first[:3] == ["=Wulan", "081234567890", "KMP-2"]
    assert THERE in first


def test_a_candidate_is_named_by_the_code_that_dinsos_has(office: Office) -> None:
    """No name, no act: whom to call is in words, and the code is the end of the referral's id."""
    person = office.keys.pseudonymiser.person(NationalId("3509904511820003"))
    with transaction(office.desk.engine) as connection:
        service.on_referrals(
            connection, [an_event(1, a_referral(7, date(2026, 2, 10)), subject=person)]
        )
    siti = office.signed_in("siti", Role.OFFICER)
    page = siti.open("/desk/candidates").text
    assert [line[0] for line in lines(page)] == ["00000007"]
    assert "kunjungi keluarga ini" in page
    assert acts(page) == []


def test_a_reader_neither_acts_nor_sees_names(office: Office) -> None:
    """Whatever she posts."""
    rini, key = office.signed_in("rini", Role.READER), key_of(office, "35.09")
    assert acts(rini.open("/desk/applications").text) == []
    for name in ("approve", "show", "xlsx"):
        answer = rini.send(f"/desk/applications/{name}", key=key, day="2026-03-05")
        assert answer.status_code == 403


def test_the_own_lists_are_read_back(office: Office) -> None:
    """Cooperatives with their members, groups with their step on the ladder; in English too."""
    group = {"group_number": "UP-1", "status": "INCOME_GROUP", "region": "35.09.30.2009",
             "business_type": "10", "formed_on": "2026-01-05"}  # fmt: skip
    office.door.items("/v1/groups", group)
    step = {"group_number": "UP-1", "status": "COOPERATIVE", "effective_on": "2026-05-01"}
    office.door.items("/v1/groups/statuses", step)
    office.door.items("/v1/groups", group | {"group_number": "UP-2"})
    now = {"group_number": "UP-1", "cooperative_number": "KMP-1", "became_on": "2026-05-01"}
    office.door.items("/v1/groups/cooperatives", now)
    into = {"group_number": "UP-2", "successor_number": "UP-1", "kind": "MERGED",
            "happened_on": "2026-04-01"}  # fmt: skip
    office.door.items("/v1/groups/successors", into)
    siti = office.signed_in("siti", Role.OFFICER)
    assert lines(siti.open("/desk/cooperatives").text) == [
        ["KMP-1", "Koperasi Satu", "Merah Putih", "Sidomulyo", "02/06/2025", "beroperasi", "0"]
    ]
    assert lines(siti.open("/desk/groups?bahasa=en").text) == [
        ["UP-1", "Sidomulyo", "food", "2026-01-05", "cooperative", "KMP-1"],
        ["UP-2", "Sidomulyo", "food", "2026-01-05", "income group", "UP-1"],
    ]


def test_two_officers_who_approve_at_once_record_it_once(office: Office) -> None:
    """The second reads that it is recorded, or sees it gone; there is one event."""
    browsers: list[Browser] = [office.signed_in(name, Role.OFFICER) for name in ("siti", "budi")]
    key = key_of(office, "35.09")
    for browser in browsers:
        browser.open("/desk/applications")
    before = len(office.door.events())
    for browser in browsers:
        browser.send("/desk/applications/approve", key=key, day="2026-03-05")
    assert len(office.door.events()) == before + 1
