"""What other ministries published makes families ready: the worklist of the own staff."""

from collections.abc import Sequence
from datetime import date
from random import Random
from uuid import UUID

import pytest

from services.beneficiary import service
from services.beneficiary.consumer import SUBSCRIPTION
from shared.application.context import Keys
from shared.database.engine import transaction
from shared.events.base import Payload
from shared.events.cooperative import MembershipActivated, MembershipLapsed
from shared.events.corrections import CorrectionReason, FactCorrected
from shared.events.envelope import Event
from shared.events.membership import MembershipReinstated
from shared.events.topics import COOPERATIVE, INDICATORS, TRAINING
from shared.security.identity import NationalId
from tests.kit.door import NOW, Door
from tests.kit.families import NIK, NIK_SON, a_family_list, an_event
from tests.kit.graduating import ACTIVATED, COMPLETED, graduate, worklist

LAPSED = MembershipLapsed(
    membership=UUID(int=50), cooperative=UUID(int=60), lapsed_on=date(2026, 6, 1)
)


def about(keys: Keys, number: int, data: Payload, nik: str = NIK, second: int = 0) -> Event:
    """An event about a person of the example family."""
    subject = keys.pseudonymiser.person(NationalId(nik))
    return an_event(number, data, subject=subject, second=second)


def returned(day: int) -> MembershipReinstated:
    """The member is one again from a day of June 2026."""
    return MembershipReinstated(
        membership=LAPSED.membership,
        cooperative=LAPSED.cooperative,
        reinstated_on=date(2026, 6, day),
    )


def hear(door: Door, *batches: Sequence[Event]) -> None:
    """Hand batches of events to the service, as the consumer does."""
    for batch in batches:
        with transaction(door.engine) as connection:
            SUBSCRIPTION.apply(connection, batch, NOW)


def test_the_service_listens_to_cooperatives_training_and_monitoring() -> None:
    """The three topics, in a group of its own."""
    assert {COOPERATIVE, TRAINING, INDICATORS} == set(SUBSCRIPTION.topics)
    assert SUBSCRIPTION.group == "lintas-beneficiary"


def test_a_member_who_was_trained_makes_a_family_ready(ready: Door, keys: Keys) -> None:
    """Half ready with one of the two, in whatever order they come."""
    hear(ready, [about(keys, 2, COMPLETED)])
    assert worklist(ready) == [("KPM-1", None, "2026-04-01", False)]
    hear(ready, [about(keys, 1, ACTIVATED)])
    assert worklist(ready) == [("KPM-1", "2026-03-10", "2026-04-01", True)]


def test_any_adult_of_the_family_counts(ready: Door, keys: Keys) -> None:
    """The mother joined, the son was trained."""
    hear(ready, [about(keys, 1, ACTIVATED), about(keys, 2, COMPLETED, NIK_SON)])
    assert worklist(ready) == [("KPM-1", "2026-03-10", "2026-04-01", True)]


@pytest.mark.parametrize("seed", range(6))
def test_order_and_repetition_do_not_matter(ready: Door, keys: Keys, seed: int) -> None:
    """Activation corrected twice, a lapse that is taken back: the same list at the end."""
    moved = ACTIVATED.model_dump(mode="json") | {"activated_on": "2026-05-01"}
    events = [
        about(keys, 1, ACTIVATED),
        about(keys, 2, COMPLETED),
        about(keys, 3, LAPSED),
        about(keys, 4, correction(1, "activated", None), second=10),
        about(keys, 5, correction(1, "activated", moved), second=20),
        about(keys, 6, correction(3, "lapsed", None), second=30),
    ] * 2
    Random(seed).shuffle(events)
    hear(ready, events[:5], events[5:8], events[8:])
    assert worklist(ready) == [("KPM-1", "2026-05-01", "2026-04-01", True)]


def test_who_is_no_member_any_more_is_not_listed(ready: Door, keys: Keys) -> None:
    """A lapse ends it, even when it is heard first."""
    hear(ready, [about(keys, 3, LAPSED)], [about(keys, 1, ACTIVATED)])
    assert worklist(ready) == []


@pytest.mark.parametrize("seed", range(4))
def test_who_came_back_is_a_member_until_the_next_end(ready: Door, keys: Keys, seed: int) -> None:
    """Lapsed and back: listed, in whatever order that is heard; lapsed once more: not."""
    events = [about(keys, 1, ACTIVATED), about(keys, 3, LAPSED), about(keys, 4, returned(20))]
    Random(seed).shuffle(events)
    hear(ready, *([one] for one in events))
    assert worklist(ready) == [("KPM-1", "2026-03-10", None, False)]
    hear(ready, [about(keys, 5, LAPSED.model_copy(update={"lapsed_on": date(2026, 6, 25)}))])
    assert worklist(ready) == []
    hear(ready, [about(keys, 6, correction(5, "lapsed", None), second=30)])
    assert worklist(ready) == [("KPM-1", "2026-03-10", None, False)]


def test_a_graduate_is_off_the_list(ready: Door, keys: Keys) -> None:
    """The work is done."""
    hear(ready, [about(keys, 1, ACTIVATED)])
    graduate(ready)
    assert worklist(ready) == []


def test_persons_of_no_known_family_are_kept_and_not_listed(ready: Door, keys: Keys) -> None:
    """Their family may be enrolled later."""
    hear(ready, [about(keys, 1, ACTIVATED, "3509904511820009")])
    assert worklist(ready) == []
    later = {"nomor_keluarga": "KPM-2", "nik_pengurus": "3509904511820009", "nik_anggota": ""}
    ready.upload("/v1/imports/families", a_family_list(later))
    assert worklist(ready) == [("KPM-2", "2026-03-10", None, False)]


def test_the_list_comes_in_pages(ready: Door, keys: Keys) -> None:
    """Page by page everything once."""
    niks = [f"35099045118200{number}" for number in range(11, 16)]
    rows = [
        {"nomor_keluarga": f"KPM-{nik}", "nik_pengurus": nik, "nik_anggota": ""} for nik in [*niks]
    ]
    ready.upload(
        "/v1/imports/families",
        a_family_list(*[row | {"nomor_keluarga": f"P/{n}"} for n, row in enumerate(rows)]),
    )
    hear(ready, [about(keys, n, activation(n), nik) for n, nik in enumerate(niks, 100)])
    seen, after = [], ""
    while True:
        page = ready.get(f"/v1/readiness?area=35.09&limit=2{after}").json()
        seen += [one["family_number"] for one in page["families"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert [f"P/{n}" for n in range(5)] == sorted(seen)


def test_the_worklist_keeps_to_the_area(ready: Door) -> None:
    """Staff of Jember do not read Probolinggo's list; an area is asked for."""
    assert ready.get("/v1/readiness?area=35.13", token="jember").status_code == 403
    assert ready.get("/v1/readiness").status_code == 422
    assert worklist(ready, "35.13") == []


def test_a_family_of_another_area_is_not_shown(ready: Door) -> None:
    """The answer is that for an unknown one."""
    elsewhere = {"nomor_keluarga": "KPM-2", "kode_desa": "35.13.15.2017", "nomor_pendamping": ""}
    ready.upload("/v1/imports/families", a_family_list(elsewhere))
    there = ready.get("/v1/families/KPM-2", token="jember")
    nowhere = ready.get("/v1/families/KPM-404", token="jember")
    assert (there.status_code, there.json()) == (404, nowhere.json())


def correction(number: int, kind: str, replacement: dict[str, object] | None) -> FactCorrected:
    """A correction of a membership event."""
    return FactCorrected(
        corrected=UUID(int=number),
        corrected_type=f"id.lintas.membership.{kind}.v1",
        reason=CorrectionReason.DATA_ENTRY,
        replacement=replacement,
    )


def activation(number: int) -> MembershipActivated:
    """Another membership's activation."""
    return ACTIVATED.model_copy(update={"membership": UUID(int=number)})


def test_hearing_nothing_of_interest_changes_nothing(ready: Door) -> None:
    """An empty batch is no error."""
    with transaction(ready.engine) as connection:
        service.on_progress(connection, [])
    assert worklist(ready) == []
