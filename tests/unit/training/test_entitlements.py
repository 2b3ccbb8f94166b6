"""Rights to training: opened by activated memberships, taken up by completed trainings."""

from datetime import date
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from services.training import service
from shared.application.context import Keys
from shared.database.engine import transaction
from shared.events.catalogue import TYPE_OF
from shared.events.cooperative import MembershipActivated
from shared.events.corrections import CorrectionReason, FactCorrected
from shared.events.envelope import Event
from shared.events.training import TrainingCompleted
from shared.security.identity import NationalId
from tests.kit.door import ANYONE, Door, codes
from tests.kit.sessions import MARCH, an_activation, heard

NIK = "3509904511820001"
APRIL = date(2026, 4, 10)


def withdrawn(number: int, subject: str, of: int, new: MembershipActivated | None = None) -> Event:
    """A correction of the activation with a number."""
    data = FactCorrected(
        corrected=UUID(int=of),
        corrected_type=TYPE_OF[MembershipActivated],
        reason=CorrectionReason.CANCELLED,
        replacement=new.model_dump(mode="json") if new else None,
    )
    return heard(number, subject, data)


def hear(door: Door, *events: Event) -> None:
    """Apply a batch as the consumer does."""
    with transaction(door.engine) as connection:
        service.on_memberships(connection, events)


def listed(door: Door, area: str = "35.09") -> list[dict[str, Any]]:
    """The open rights of an area."""
    answer = door.get(f"/v1/entitlements?area={area}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["entitlements"])


def complete(door: Door, number: str, day: str, *, token: str = ANYONE) -> list[str]:
    """The example person completes a training."""
    item = {
        "training_number": number,
        "activity": "TRAINING",
        "national_id": NIK,
        "completed_on": day,
    }
    return codes(door.items("/v1/completions", item, token=token))


def taken_up(door: Door) -> list[UUID | None]:
    """The right that each completion named."""
    return [e.data.entitlement for e in door.events() if isinstance(e.data, TrainingCompleted)]


@pytest.fixture
def person(keys: Keys) -> str:
    """The pseudonym that both ministries know."""
    return keys.pseudonymiser.person(NationalId(NIK))


def test_an_activation_opens_a_right_for_ninety_days(door: Door, person: str) -> None:
    """Listed in its area with its deadline, and nowhere else."""
    hear(door, heard(1, person, an_activation(7, MARCH)))
    (one,) = listed(door)
    assert (person, "2026-06-08") == (one["person"], one["deadline"])
    assert listed(door, "35.09.30") == [one]
    assert listed(door, "35.13") == []


def test_a_completion_takes_up_the_oldest_right(door: Door, person: str) -> None:
    """First the older, then the younger, then none is left."""
    events = [heard(1, person, an_activation(7, APRIL)), heard(2, person, an_activation(8, MARCH))]
    hear(door, *events)
    assert complete(door, "PLT-1", "2026-04-20") == ["accepted"]
    assert [str(UUID(int=7))] == [one["membership"] for one in listed(door)]
    complete(door, "PLT-2", "2026-04-21")
    complete(door, "PLT-3", "2026-04-22")
    assert [UUID(int=8), UUID(int=7), None] == taken_up(door)
    assert listed(door) == []


def test_a_right_is_open_after_any_order_and_repetition(door: Door, person: str) -> None:
    """Activation, withdrawal and replacement, in all orders, each heard twice."""
    for base, order in enumerate(permutations(range(3)), start=1):
        first = base * 100
        words = [
            heard(first, person, an_activation(first, MARCH)),
            withdrawn(first + 1, person, first),
            withdrawn(first + 2, person, first, an_activation(first, APRIL)),
        ]
        for place in order:
            hear(door, words[place], words[place])
            hear(door, words[place])
    assert [one["activated_on"] for one in listed(door)] == ["2026-04-10"] * 6


def test_a_withdrawn_activation_gives_no_right(door: Door, person: str) -> None:
    """Whether it is heard before the activation or after it."""
    hear(door, withdrawn(2, person, 1))
    hear(door, heard(1, person, an_activation(7, MARCH)))
    assert listed(door) == []
    assert complete(door, "PLT-1", "2026-04-20") == ["accepted"]
    assert taken_up(door) == [None]


def test_training_before_the_activation_is_heard_takes_it_up_too(door: Door, person: str) -> None:
    """The news of the membership was late: nobody is invited twice."""
    complete(door, "PLT-1", "2026-04-20")
    hear(door, heard(1, person, an_activation(7, MARCH)))
    assert listed(door) == []
    hear(door, heard(2, person, an_activation(8, date(2026, 5, 1))))
    assert [str(UUID(int=8))] == [one["membership"] for one in listed(door)]


def test_training_before_joining_takes_up_nothing(door: Door, person: str) -> None:
    """The right began after it."""
    hear(door, heard(1, person, an_activation(7, APRIL)))
    complete(door, "PLT-1", "2026-03-20")
    assert taken_up(door) == [None]
    assert len(listed(door)) == 1


def test_a_right_elsewhere_is_out_of_a_tokens_reach(door: Door, person: str) -> None:
    """A token of Jember neither takes up a right of Probolinggo nor learns that there is one."""
    elsewhere = an_activation(7, MARCH).model_copy(update={"region": "35.13.15.2017"})
    hear(door, heard(1, person, elsewhere))
    assert complete(door, "PLT-1", "2026-04-20", token="jember") == ["accepted"]
    assert taken_up(door) == [None]
    open_there = door.get("/v1/entitlements?area=35.13").json()["entitlements"]
    assert [one["membership"] for one in open_there] == [str(UUID(int=7))]
    assert complete(door, "PLT-2", "2026-04-20") == ["accepted"]
    assert taken_up(door)[-1] == UUID(int=7)


def test_rights_come_in_pages(door: Door, keys: Keys) -> None:
    """Every right on exactly one page."""
    for number in range(1, 6):
        someone = keys.pseudonymiser.person(NationalId(f"350990451182{number:04}"))
        hear(door, heard(number, someone, an_activation(number, MARCH)))
    found: list[str] = []
    after = ""
    while len(found) < 9:
        page = door.get(f"/v1/entitlements?area=35.09&limit=2{after}").json()
        found += [one["event_id"] for one in page["entitlements"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert [str(UUID(int=number)) for number in range(1, 6)] == found
