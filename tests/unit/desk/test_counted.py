"""From a row to the figure: what monitoring has received of what was sent, and which release counts it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from services.beneficiary import CARD
from services.beneficiary.api import routers
from services.beneficiary.consumer import apply
from services.beneficiary.desk import DESK
from services.beneficiary.tables import METADATA
from shared.database.engine import transaction
from shared.desk.accounts import Role
from shared.events import monitoring
from shared.events.base import Payload
from shared.events.catalogue import TYPE_OF
from shared.events.envelope import Event
from shared.outbox import batches, unsent
from tests.kit.desk_work import Office, lines, open_office
from tests.kit.door import NOW
from tests.kit.families import FACILITATORS, a_family_list
from tests.kit.records import Source
from tests.unit.desk.test_worklists_of_families import OTHER

ID = "01990000-0000-7000-8000-000000000001"
JULY_10 = datetime(2026, 7, 10, 2, tzinfo=UTC)
FAMILIES = "family.enrolled"
LOGINS = count(1)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Two families of Jember, enrolled on 5 January, that came in one list; nothing is numbered yet."""
    made = open_office(tmp_path, CARD, METADATA, DESK, routers)
    made.door.upload("/v1/imports/facilitators", FACILITATORS)
    made.door.upload("/v1/imports/families", a_family_list({}, OTHER))
    yield made
    made.desk.engine.dispose()


def number(office: Office, *, acknowledged: bool = True) -> dict[str, list[int]]:
    """Give what is staged its numbers, as the relay does; numbers by kind of event."""
    with transaction(office.desk.engine) as connection:
        records = batches.number(connection, Source().signer, 1_000)
        if acknowledged:
            unsent.remove(connection, [one.sequence for one in records])
    found: dict[str, list[int]] = {}
    for one, event in enumerate(office.door.events(), 1):
        found.setdefault(event.type.split(".", 2)[2].removesuffix(".v1"), []).append(one)
    return found


def hear(office: Office, *said: Payload) -> None:
    """Let the service hear of monitoring, as its consumer does."""
    trace = "00-" + "1" * 32 + "-" + "2" * 16 + "-01"
    events = [
        Event(UUID(ID), monitoring.SOURCE, TYPE_OF[type(data)], ID, JULY_10, JULY_10, place, "urn:a", trace, data)
        for place, data in enumerate(said, 1)
    ]  # fmt: skip
    with transaction(office.desk.engine) as connection:
        apply(connection, events, NOW)


def vector(sequence: int) -> list[dict[str, Any]]:
    """Ours, beside another's that is far ahead."""
    others = {"source": "urn:lintas:cooperative", "sequence": 9_999}
    return [others, {"source": CARD.source, "sequence": sequence}]


def receipt(sequence: int) -> Payload:
    """Monitoring has everything of ours up to a sequence."""
    return monitoring.LogReceived(receipt=ID, vector=vector(sequence))


def cut(number: int, sequence: int, until: str = "2026-06") -> Payload:
    """A cut for a release."""
    return monitoring.CutTaken(
        cut=ID,
        number=number,
        until=until,
        reason="PLANNED",
        vector=vector(sequence),
        definitions=(),
    )


def release(number: int, until: str = "2026-06") -> Payload:
    """Its release was published on 10 July."""
    return monitoring.ReleasePublished(
        release=ID, number=number, until=until, sha256="0" * 64, watermarks=()
    )


def sent(office: Office, kind: str = FAMILIES) -> Mapping[str, Any]:
    """What the HTTP interface says of the only submission of a kind."""
    found = office.door.get("/v1/submissions").json()["submissions"]
    (one,) = (one for one in found if one["type"] == f"id.lintas.{kind}.v1")
    return dict(one)


def page(office: Office, language: str = "id") -> list[str]:
    """What the page says of the families: received, and where they count."""
    siti = office.signed_in(f"siti-{next(LOGINS)}", Role.OFFICER, "*")
    shown = lines(siti.open(f"/desk/sent?bahasa={language}").text)
    (line,) = (one for one in shown if one[0] in ("keluarga masuk program", "family enrolled"))
    return line[5:]


def test_what_was_only_sent_is_known_to_nobody(office: Office) -> None:
    """Neither before it has a number nor after it, whatever others have sent."""
    assert (sent(office)["known"], sent(office)["release"]) == (0, None)
    number(office)
    hear(office, monitoring.LogReceived(receipt=ID, vector=vector(0)))
    assert (sent(office)["known"], sent(office)["published"]) == (0, True)


def test_a_receipt_says_how_many_of_a_list_have_arrived(office: Office) -> None:
    """One of two where it ends between them; never fewer later."""
    first, second = number(office)[FAMILIES]
    hear(office, receipt(first))
    assert sent(office)["known"] == 1
    hear(office, receipt(second))
    assert sent(office)["known"] == 2
    hear(office, receipt(first))  # it came again
    assert sent(office)["known"] == 2


def test_only_events_of_the_list_are_counted_between_its_ends(office: Office) -> None:
    """Assignments lie between the families; the receipt ends after one of those."""
    numbers = number(office)
    between = [
        one for one in numbers["facilitator.assigned"] if min(numbers[FAMILIES]) < one < max(numbers[FAMILIES])
    ]  # fmt: skip
    hear(office, receipt(max(between)))
    assert sent(office)["known"] == 1


def test_a_release_counts_it_once_its_cut_has_all_of_it(office: Office) -> None:
    """The first one, with its day; until it is published it is being made."""
    first, second = number(office)[FAMILIES]
    hear(office, cut(1, first), release(1))
    assert sent(office)["release"] is None
    hear(office, cut(2, second))
    assert sent(office)["release"] == {"number": 2, "published_on": None}
    hear(office, release(2), cut(3, second + 5), release(3))
    assert sent(office)["release"] == {"number": 2, "published_on": "2026-07-10"}
    assert sent(office)["known"] == 2


def test_a_release_that_ends_before_the_month_does_not_count_it(office: Office) -> None:
    """The enrolments are of January."""
    last = number(office)[FAMILIES][-1]
    hear(office, cut(1, last, "2025-12"), release(1, "2025-12"))
    assert sent(office)["release"] is None
    hear(office, cut(2, last, "2026-01"), release(2, "2026-01"))
    assert sent(office)["release"]["number"] == 2


def test_a_release_that_is_heard_of_before_its_cut_waits_for_it(office: Office) -> None:
    """And what is heard twice is there once."""
    last = number(office)[FAMILIES][-1]
    hear(office, release(1))
    assert sent(office)["release"] is None
    hear(office, cut(1, last), cut(1, last), release(1))
    assert sent(office)["release"] == {"number": 1, "published_on": "2026-07-10"}


def test_the_service_keeps_no_sequence_of_another(office: Office) -> None:
    """How much others publish is not in its database."""
    hear(office, cut(1, 5), receipt(5))
    with transaction(office.desk.engine) as connection:
        for table in ("counted_cut", "counted_receipt"):
            rows = connection.exec_driver_sql(f"select * from {table}").all()
            assert rows
            assert "9999" not in repr(rows)
            assert "cooperative" not in repr(rows)


def test_the_page_says_it_in_words(office: Office) -> None:
    """Received, the release, and what it waits for."""
    first, second = number(office)[FAMILIES]
    hear(office, receipt(first))
    assert page(office) == ["1 dari 2", "belum ada rilis: menunggu rilis berikutnya"]
    assert page(office, "en") == ["1 of 2", "no release yet: waits for the next one"]
    hear(office, cut(1, second))
    assert page(office) == ["2 dari 2", "rilis 1, sedang dibuat"]
    hear(office, release(1))
    assert page(office) == ["2 dari 2", "rilis 1 (2026-07-10)"]
    assert page(office, "en")[1] == "release 1 (2026-07-10)"


def test_an_open_month_is_the_reason_why_no_figure_moves(office: Office) -> None:
    """As many lists of this office as are open for the month, in the areas of who sent it."""
    last = number(office)[FAMILIES][-1]
    for district in ("35.09", "35.13"):
        wanted = {"list": "FAMILIES", "district": district, "first_month": "2026-01"}
        office.door.items("/v1/reports/obligations", wanted)
    assert (sent(office)["month"], sent(office)["open_lists"]) == ("2026-01", 2)
    assert page(office)[1] == "belum ada rilis; bulan 2026-01 belum ditutup di 2 daftar"
    hear(office, cut(1, last), release(1))
    said = "rilis 1 (2026-07-10); angkanya tampil setelah bulan 2026-01 ditutup di 2 daftar"
    assert page(office)[1] == said
    for district in ("35.09", "35.13"):
        closing = {"list": "FAMILIES", "district": district, "month": "2026-01"}
        office.door.items("/v1/reports/closings", closing)
    assert page(office)[1] == "rilis 1 (2026-07-10)"


def test_a_month_that_has_not_ended_is_the_reason(office: Office) -> None:
    """1 July in Jakarta: a contact of today counts after July."""
    office.door.post("/v1/referrals/runs", {"area": "35.09", "issued_on": "2026-07-01"})
    number(office)
    assert sent(office, "referral.issued")["month"] == "2026-07"
    siti = office.signed_in("siti", Role.OFFICER, "*")
    shown = {line[0]: line[6] for line in lines(siti.open("/desk/sent").text)}
    assert shown["rujukan terbit"] == "belum ada rilis: bulan 2026-07 belum berakhir"


def test_a_target_has_no_month_to_wait_for(office: Office) -> None:
    """It counts in the first release that has it, whatever month that ends with."""
    last = number(office)["facilitator.target_set"][-1]
    assert sent(office, "facilitator.target_set")["month"] is None
    hear(office, cut(1, last, "2025-12"), release(1, "2025-12"))
    assert sent(office, "facilitator.target_set")["release"]["number"] == 1


def test_a_correction_waits_for_the_month_of_what_it_corrects(office: Office) -> None:
    """A closing that is taken back has none."""
    wanted = {"list": "FAMILIES", "district": "35.09", "first_month": "2026-01"}
    office.door.items("/v1/reports/obligations", wanted)
    events = {event.type.split(".", 2)[2]: event for event in office.door.events()}
    for kind in ("facilitator.assigned.v1", "report.obligation_set.v1"):
        wrong = {"event_id": str(events[kind].id), "reason": "CANCELLED"}
        assert office.door.post("/v1/corrections", wrong).is_success
    found = office.door.get("/v1/submissions").json()["submissions"]
    months = [one["month"] for one in found if one["type"] == "id.lintas.fact.corrected.v1"]
    assert sorted(months, key=str) == ["2026-01", None]


def test_what_an_earlier_version_sent_is_found_by_its_last_event(office: Office) -> None:
    """It has no first event and no month."""
    first, last = number(office)[FAMILIES]
    with transaction(office.desk.engine) as connection:
        connection.exec_driver_sql('update sent set "first" = null, since = null, until = null')
    hear(office, receipt(first))
    assert (sent(office)["known"], sent(office)["month"]) == (0, None)
    hear(office, cut(1, last, "2020-01"), release(1, "2020-01"))
    assert (sent(office)["known"], sent(office)["release"]["number"]) == (2, 1)
