"""What came of the referrals in Jember: who was reached, who wants to join, who declined and why."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from lintas.pilot.files import Request, batches
from lintas.pilot.numbers import Numbers
from lintas.pilot.people import Person

CHANNELS = ("VISIT", "VISIT", "SESSION", "TELEPHONE", "MESSAGE")
REASONS = ("NO_TIME", "NO_MONEY", "NO_MONEY", "NO_TRUST", "TOO_FAR", "NO_BUSINESS", "OTHER")


@dataclass(frozen=True)
class Client:
    """A family of the programme in Jember, by who represents it."""

    number: str
    person: Person
    village: str
    unknown: bool
    """Nobody is registered by identity."""
    decile: int
    business: str

    def is_referred(self, issued: date) -> bool:
        """Whether a run on that day refers it: the rule of the article, productive age and a business."""
        born = self.person.born
        age = issued.year - born.year - ((issued.month, issued.day) < (born.month, born.day))
        return not self.unknown and 17 <= age <= 64 and bool(self.business) and self.decile <= 5


def outcomes(
    clients: Iterable[tuple[Client, date | None]],
    before: Collection[str],
    issued: Mapping[str, date],
    numbers: Numbers,
    random: Random,
) -> Iterator[Request]:
    """Contacts, interests and declines; each client with the day of an application, where there is one.

    `before` had joined already: they decline for that reason. `issued`: kecamatan -> day of its run.
    """
    contacts: list[dict[str, Any]] = []
    interests: list[dict[str, Any]] = []
    declines: list[dict[str, Any]] = []
    for client, applied in clients:
        day = issued[client.village[:8]]
        if not client.is_referred(day):
            continue
        if applied is None and random.randint(1, 100) > numbers.contacted_percent:
            continue
        family = {"family_number": client.number}
        day += timedelta(days=random.randint(3, 25))
        contacts.append(
            family | {"contacted_on": day.isoformat(), "channel": random.choice(CHANNELS)}
        )
        day += timedelta(days=random.randint(0, 14))
        if client.number in before:
            declines.append(family | {"declined_on": day.isoformat(), "reason": "ALREADY_MEMBER"})
        elif applied is not None:
            interests.append(family | {"interested_on": day.isoformat()})
        elif random.randint(1, 100) <= numbers.declined_percent:
            reason = random.choice(REASONS)
            declines.append(family | {"declined_on": day.isoformat(), "reason": reason})
    for name, items in (("contacts", contacts), ("interests", interests), ("declines", declines)):
        yield from batches("Rujukan", "beneficiary", f"/v1/referrals/{name}", items)
