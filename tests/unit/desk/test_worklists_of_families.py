"""The worklists of Social Affairs at the desk: worked to their end, masked until asked."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from services.beneficiary import CARD
from services.beneficiary.api import routers
from services.beneficiary.consumer import SUBSCRIPTION
from services.beneficiary.desk import DESK
from services.beneficiary.tables import METADATA, facilitator
from services.beneficiary.worklists import expected
from shared.database.engine import snapshot, transaction
from shared.desk.accounts import Role
from shared.events.base import Payload
from shared.events.beneficiary import FamilyVisited, ReferralContacted, ReferralDeclined
from shared.events.cooperative import MembershipApplied
from shared.security.identity import NationalId
from tests.kit.desk_work import Office, acts, cells_of, lines, open_office
from tests.kit.door import NOW
from tests.kit.families import FACILITATORS, NIK, VILLAGE, a_family_list, an_event
from tests.kit.graduating import ACTIVATED, COMPLETED, STEPS

VISIT: dict[str, Any] = {"choice": "VISIT", "day": "2026-06-30"}
OTHER_NIK = "3509904511820009"
OTHER = {"nomor_keluarga": "KPM-2", "nomor_kk": "3509901202100008", "nik_pengurus": OTHER_NIK,
         "nik_anggota": "", "nama_pengurus": "Wulan Sari", "nomor_pendamping": "P-2"}  # fmt: skip
THERE = OTHER | {"nomor_keluarga": "KPM-3", "nik_pengurus": "3513904511820009",
                 "kode_desa": "35.13.15.2017", "nomor_pendamping": "P-3"}  # fmt: skip


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Three families referred on 1 March: two of Jember with P-1 and P-2, one of Probolinggo."""
    made = open_office(tmp_path, CARD, METADATA, DESK, routers)
    made.door.upload("/v1/imports/facilitators", FACILITATORS)
    made.door.upload("/v1/imports/families", a_family_list({}, OTHER, THERE))
    for area in ("35.09", "35.13"):
        run = {"area": area, "issued_on": "2026-03-01"}
        made.door.post("/v1/referrals/runs", run)
    yield made
    made.desk.engine.dispose()


def hear(office: Office, *said: Payload, nik: str = NIK) -> None:
    """Hear of a person from another ministry, as the consumer does."""
    subject = office.keys.pseudonymiser.person(NationalId(nik))
    events = [an_event(n, one, subject=subject) for n, one in enumerate(said, 1)]
    with transaction(office.desk.engine) as connection:
        SUBSCRIPTION.apply(connection, events, NOW)


def id_of(office: Office, number: str) -> str:
    """The id of a facilitator."""
    query = select(facilitator.c.id).where(facilitator.c.number == number)
    with snapshot(office.desk.engine) as connection:
        return str(connection.execute(query).scalar_one())


def test_an_officer_works_the_contacts_to_their_end(office: Office) -> None:
    """Reached, interested; the other family declines: the list is empty and the events are there."""
    siti = office.signed_in("siti", Role.OFFICER)
    page = siti.open("/desk/contacts").text
    assert [line[:3] for line in lines(page)] == [
        ["KPM-1", "S••• A•••", "•••890"],
        ["KPM-2", "W••• S•••", "•••890"],
    ]
    assert [line[5] for line in lines(page)] == ["P-1", "P-2"]
    assert acts(page) == ["contacted", "contacted"]
    for number in ("KPM-1", "KPM-2"):
        page = siti.send("/desk/contacts/contacted", key=number, **VISIT).text
        assert "Tercatat: Sudah dihubungi." in page
    assert acts(page) == ["contacted", "interested", "declined"] * 2
    assert lines(page)[0][7] == "dihubungi 30/06/2026"
    siti.send("/desk/contacts/declined", key="KPM-2", choice="TOO_FAR", day="2026-07-01")
    page = siti.send("/desk/contacts/interested", key="KPM-1", day="2026-07-01").text
    assert [line[7] for line in lines(page)] == ["berminat 01/07/2026, belum mendaftar"]
    applied = MembershipApplied(
        membership=ACTIVATED.membership, cooperative=ACTIVATED.cooperative, region=VILLAGE,
        applied_on=ACTIVATED.activated_on, voluntary_declaration=True, consent=ACTIVATED.membership,
    )  # fmt: skip
    hear(office, applied)
    assert "Tidak ada yang menunggu di sini." in siti.open("/desk/contacts").text
    said = [type(one.data) for one in office.door.events()]
    assert (said.count(ReferralContacted), said.count(ReferralDeclined)) == (2, 1)


def test_a_family_near_graduation_is_proposed_verified_and_approved(office: Office) -> None:
    """What is met and what is missing; each act moves the family to the list of the next one."""
    siti = office.signed_in("siti", Role.OFFICER)
    hear(office, COMPLETED)
    (line,) = lines(siti.open("/desk/readiness").text)
    assert line[-2:] == ["belum", "terpenuhi 01/04/2026"]
    page = siti.send("/desk/readiness/propose", key="KPM-1", day="2026-06-01").text
    assert lines(page) == []
    assert acts(siti.open("/desk/graduations").text) == ["verify"]
    page = siti.send("/desk/graduations/verify", key="KPM-1", day="2026-06-10").text
    assert acts(page) == ["approve"]
    page = siti.send("/desk/graduations/approve", key="KPM-1", day="2026-06-20").text
    assert lines(page) == []
    states = [line[-1] for line in lines(siti.open("/desk/families").text)]
    assert sorted(states) == ["dalam program", "graduasi mandiri 20/06/2026"]


def test_a_family_is_visited_until_somebody_is_trained(office: Office) -> None:
    """Offered, not met, wants: on the list; trained: off it, and back when that is taken back."""
    siti = office.signed_in("siti", Role.OFFICER)
    page = siti.open("/desk/untrained").text
    assert [(line[0], line[-1]) for line in lines(page)] == [
        ("KPM-1", "belum ditawari"), ("KPM-2", "belum ditawari"),
    ]  # fmt: skip
    offer: dict[str, Any] = {"key": "KPM-1", "day": "2026-06-29"}
    siti.send("/desk/untrained/offered", choice="NOT_MET", **offer)
    page = siti.send(
        "/desk/untrained/offered", choice="WANTS", **offer | {"day": "2026-06-30"}
    ).text
    assert "Tercatat: Pelatihan ditawarkan." in page
    assert [line[-1] for line in lines(page)] == ["mau, 30/06/2026", "belum ditawari"]
    hear(office, COMPLETED)
    assert [line[0] for line in lines(siti.open("/desk/untrained").text)] == ["KPM-2"]
    siti.send("/desk/untrained/offered", key="KPM-2", choice="DECLINES", day="2026-06-30")
    assert "Tidak ada yang menunggu di sini." in siti.open("/desk/untrained").text


@pytest.mark.parametrize(
    "other",
    [
        {"desil": "3"},
        {"tanggal_lahir_pengurus": "1950-01-01"},
        {"nik_pengurus": "", "nama_pengurus": "", "tanggal_lahir_pengurus": ""},
    ],
)
def test_who_is_not_to_be_trained_first_is_not_on_the_list(
    tmp_path: Path, other: dict[str, str]
) -> None:
    """Decile 3, nobody of productive age, nobody known."""
    made = open_office(tmp_path, CARD, METADATA, DESK, routers)
    rows = a_family_list(OTHER, OTHER | {"nomor_keluarga": "KPM-4", "nomor_pendamping": ""} | other)
    made.door.upload("/v1/imports/facilitators", FACILITATORS)
    assert made.door.upload("/v1/imports/families", rows)[-1]["accepted"] == 2
    found = made.door.get("/v1/untrained?area=35.09").json()["families"]
    assert [one["family_number"] for one in found] == ["KPM-2"]
    made.desk.engine.dispose()


def test_an_answer_of_an_earlier_spell_does_not_count(office: Office) -> None:
    """Declined, left, enrolled again: the family is asked again."""
    item = {"family_number": "KPM-2", "offered_on": "2026-02-01", "answer": "DECLINES"}
    left = {"family_number": "KPM-2", "reason": "MOVED", "exited_on": "2026-03-05"}
    office.door.items("/v1/training-offers", item)
    office.door.items("/v1/exits", left)
    again = a_family_list(OTHER | {"tanggal_masuk": "2026-04-01", "nomor_pendamping": ""})
    assert office.door.upload("/v1/imports/families", again)[-1]["accepted"] == 1
    found = office.door.get("/v1/untrained?area=35.09").json()["families"]
    assert {one["family_number"]: one["last_answer"] for one in found}["KPM-2"] is None


def graduate_all(office: Office) -> None:
    """Every family graduates on 4 March; on the first of July that is 119 days ago."""
    for number in ("KPM-1", "KPM-2", "KPM-3"):
        for path, field, day in STEPS:
            office.door.items(path, {"family_number": number, field: day})


def test_a_graduate_who_was_not_seen_is_visited(office: Office) -> None:
    """Nobody is met, then the family is found: it waits no more, and the log has both visits."""
    graduate_all(office)
    siti = office.signed_in("siti", Role.OFFICER)
    page = siti.open("/desk/unseen").text
    assert acts(page) == ["visited", "visited"]
    assert [line[0] for line in lines(page)] == ["KPM-1", "KPM-2"]
    assert lines(page)[0][6:] == ["04/03/2026", "bulan ke-3, 04/06/2026", "belum dikunjungi", "119"]
    page = siti.send("/desk/unseen/visited", key="KPM-1", choice="NOT_FOUND", day="2026-06-10").text
    assert "Tercatat: Sudah dikunjungi." in page
    assert lines(page)[0][8:] == ["tidak ditemui 10/06/2026", "119"]
    page = siti.send(
        "/desk/unseen/visited", key="KPM-1", choice="NO_LONGER-STOPPED", day="2026-06-20"
    ).text
    assert [line[0] for line in lines(page)] == ["KPM-2"]
    page = siti.send("/desk/unseen/visited", key="KPM-2", choice="MOVED", day="2026-06-20").text
    assert "Tidak ada yang menunggu di sini." in page
    said = [one.data for one in office.door.events() if isinstance(one.data, FamilyVisited)]
    assert [(one.outcome, one.self_reliance, one.business) for one in said] == [
        ("NOT_FOUND", None, None), ("FOUND", "NO_LONGER", "STOPPED"), ("MOVED", None, None),
    ]  # fmt: skip


def test_a_facilitator_visits_the_own_graduates_alone(office: Office) -> None:
    """Her visit carries her id; another's family is like one that nobody recorded."""
    graduate_all(office)
    mine = id_of(office, "P-1")
    lilik = office.signed_in("lilik", Role.FACILITATOR, subject=mine)
    assert [line[0] for line in lines(lilik.open("/desk/unseen").text)] == ["KPM-1"]
    seen: dict[str, Any] = {"choice": "STILL-ALIVE", "day": "2026-06-20"}
    assert lilik.send("/desk/unseen/visited", key="KPM-2", **seen).status_code == 404
    assert "Tercatat" in lilik.send("/desk/unseen/visited", key="KPM-1", **seen).text
    (said,) = [one.data for one in office.door.events() if isinstance(one.data, FamilyVisited)]
    assert str(said.facilitator) == mine


def test_the_http_door_pages_the_same_graduates(office: Office) -> None:
    """One by one; of a family that moved its page is empty and the next one follows."""
    graduate_all(office)
    found, after = [], ""
    moved = {"visited_on": "2026-06-20", "outcome": "MOVED"}
    office.door.items("/v1/visits", {"family_number": "KPM-1"} | moved)
    while True:
        page = office.door.get(f"/v1/visits/due?area=35.09&limit=1{after}").json()
        found += [one["family_number"] for one in page["families"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert found == ["KPM-2"]
    masked = cells_of(office.signed_in("siti", Role.OFFICER).open("/desk/unseen.xlsx").content)
    assert masked[1][:2] == ["KPM-2", "W••• S•••"]


def test_a_name_is_shown_on_request_and_the_look_is_recorded(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """One row, then all of the page; the audit has who and the pseudonym, never the name."""
    caplog.set_level(logging.INFO, "lintas.audit")
    siti = office.signed_in("siti", Role.OFFICER)
    assert "Siti Aminah" not in siti.open("/desk/contacts").text
    page = siti.send("/desk/contacts/show", key="KPM-1").text
    assert [line[1:4] for line in lines(page)] == [
        ["Siti Aminah", "0812 3456 7890", "Dusun Krajan RT 02"],
        ["W••• S•••", "•••890", "•••"],
    ]
    assert len(caplog.messages) == 1
    assert lines(siti.send("/desk/contacts/show", key="*").text)[1][1] == "Wulan Sari"
    assert len(caplog.messages) == 3
    subject = office.keys.pseudonymiser.family("KPM-1")
    assert caplog.messages[0] == f"identity shown: siti of SOCIAL_AFFAIRS, subject {subject}"


def test_the_http_door_shows_the_same(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """Masked in the list, open by number; the audit has the look."""
    caplog.set_level(logging.INFO, "lintas.audit")
    families = office.door.get("/v1/contacts?area=35.09").json()["families"]
    assert sorted(one["name"] for one in families) == ["S••• A•••", "W••• S•••"]
    one = office.door.get("/v1/family-identities/KPM-1", token="jember").json()
    assert (one["name"], one["national_id"]) == ("Siti Aminah", NIK)
    there = office.door.get("/v1/family-identities/KPM-3", token="jember")
    nowhere = office.door.get("/v1/family-identities/KPM-404", token="jember")
    assert (there.status_code, there.json()) == (404, nowhere.json())
    assert len(caplog.messages) == 1


def test_a_download_is_masked_unless_asked_and_safe_in_a_spreadsheet(office: Office) -> None:
    """No cell is a formula, no row of digits becomes a number."""
    siti = office.signed_in("siti", Role.OFFICER)
    masked = cells_of(siti.open("/desk/contacts.xlsx").content)
    assert "S••• A•••" in [row[1] for row in masked]
    assert "Siti Aminah" not in [cell for row in masked for cell in row]
    full = cells_of(siti.send("/desk/contacts/xlsx").content)
    own = ["KPM-1", "Siti Aminah", "0812 3456 7890", "Dusun Krajan RT 02"]
    assert own in [row[:4] for row in full]
    assert len(full) == 3


def test_a_facilitator_sees_and_works_the_own_families_alone(office: Office) -> None:
    """The target above; another's family is like one that nobody recorded, shown or acted on."""
    mine = id_of(office, "P-1")
    yuni = office.signed_in("lilik", Role.FACILITATOR, subject=mine)
    page = yuni.open("/desk/my-families").text
    assert [line[0] for line in lines(page)] == ["KPM-1"]
    assert "Target graduasi tahun ini: 10; seharusnya sampai hari ini: 4; sudah: 0." in page
    for name in ("contacts", "untrained"):
        assert [line[0] for line in lines(yuni.open(f"/desk/{name}").text)] == ["KPM-1"]
    for path in ("contacts/show", "contacts/contacted", "my-families/show"):
        answer = yuni.send(f"/desk/{path}", key="KPM-2", **VISIT)
        assert "Wulan" not in answer.text
        assert "Tercatat" not in answer.text
    siti = office.signed_in("siti", Role.OFFICER)
    for act, day in (("readiness/propose", "2026-06-01"), ("graduations/verify", "2026-06-10")):
        yuni.send(f"/desk/{act}", key="KPM-1", day=day)
    assert acts(yuni.open("/desk/graduations").text) == []
    approval = yuni.send("/desk/graduations/approve", key="KPM-1", day="2026-06-20")
    assert (approval.status_code, "pekerjaan kantor" in approval.text) == (403, True)
    assert acts(siti.open("/desk/graduations").text) == ["approve"]
    for path in ("behind", "families", "lists/families", "months"):
        assert yuni.open(f"/desk/{path}").status_code == 404
    assert "/desk/lists" not in yuni.open("/desk").text
    assert not [one for one in office.door.events() if isinstance(one.data, ReferralContacted)]


def test_a_forged_key_and_a_forged_area_reach_nothing(office: Office) -> None:
    """The row of another office, a number with a wrong form, an area that is not the account's."""
    siti = office.signed_in("siti", Role.OFFICER)
    siti.open("/desk/contacts")
    assert siti.send("/desk/contacts/contacted", key="KPM-3", **VISIT).status_code == 404
    assert siti.send("/desk/contacts/contacted", key="' or 1=1", **VISIT).status_code == 422
    assert (
        siti.send("/desk/contacts/contacted", key="KPM-1", choice="VISIT", day="x").status_code
        == 422
    )
    late = VISIT | {"day": "2026-07-02"}
    assert siti.send("/desk/contacts/contacted", key="KPM-1", **late).status_code == 422
    assert siti.open("/desk/contacts?area=35.13").status_code == 403
    assert siti.send("/desk/contacts/xlsx?area=35.13").status_code == 403
    assert (
        siti.send("/desk/contacts/contacted", key="KPM-1", form_key="x", **VISIT).status_code == 403
    )
    assert not [one for one in office.door.events() if isinstance(one.data, ReferralContacted)]


def test_a_reader_reads_masked_and_changes_nothing(office: Office) -> None:
    """Neither the acts nor the names are hers, whatever she posts."""
    rini = office.signed_in("rini", Role.READER)
    page = rini.open("/desk/contacts").text
    assert acts(page) == []
    assert "Tampilkan" not in page
    assert rini.send("/desk/contacts/show", key="KPM-1").status_code == 403
    assert rini.send("/desk/contacts/xlsx").status_code == 403
    assert rini.send("/desk/contacts/contacted", key="KPM-1", **VISIT).status_code == 403


def test_the_coordinator_sees_who_is_behind(office: Office) -> None:
    """The target's share of the year, in whole graduations."""
    koor = office.signed_in("koor", Role.COORDINATOR)
    found = [line[0] for line in lines(koor.open("/desk/behind").text)]
    assert sorted(found) == ["P-1", "P-2"]
    everyone = lines(koor.open("/desk/facilitators").text)
    assert [line[3:7] for line in everyone] == [["1", "10", "4", "0"]] * 2
    assert [line[7] for line in everyone] == [id_of(office, "P-1"), id_of(office, "P-2")]


@pytest.mark.parametrize(("target", "month", "due"), [(10, 1, 0), (10, 7, 4), (365, 1, 1)])
def test_pace_is_the_share_of_the_days(target: int, month: int, due: int) -> None:
    """Whole graduations, rounded down: nobody is behind on the first of January."""
    assert expected(target, NOW.date().replace(month=month, day=1)) == due
