"""Families that all attend every month, signed as relays sign."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from uuid import UUID

from shared.events.beneficiary import FamilyEnrolled
from shared.events.catalogue import TYPE_OF
from shared.events.envelope import CONTENT_TYPE, Fact, draft, with_sequence
from shared.events.examples import EXAMPLES
from shared.events.story import pseudonym
from shared.events.topics import BENEFICIARY, TRAINING, Topic
from shared.events.training import SessionAttended
from shared.wire.signatures import Signer
from shared.wire.verification import PROOF_HEADER, StoredRecord

SIGNED_TOGETHER = 512
FIRST_YEAR = 2023
_ENROLLED = EXAMPLES[TYPE_OF[FamilyEnrolled]][0].fact.payload
_ATTENDED = EXAMPLES[TYPE_OF[SessionAttended]][0].fact.payload
_FIRST_MS = 1_700_000_000_000
_NOBODY, _NO_ID = pseudonym("nobody"), UUID("0199e000-0000-7000-8000-ffffffffffff")


@dataclass
class Families:
    """So many families, and how many events each topic has of them."""

    names: list[str]
    published: dict[str, int]

    def enrolled(self, signer: Signer) -> Iterator[StoredRecord]:
        """All of them, once."""
        on = date(FIRST_YEAR, 1, 2)
        fact = Fact(_NOBODY, _noon(on), _ENROLLED.model_copy(update={"enrolled_on": on}))
        return self._all(BENEFICIARY, fact, signer)

    def attended(self, month: int, signer: Signer) -> Iterator[StoredRecord]:
        """All of them in the same month, counted from 1."""
        on = date(FIRST_YEAR + (month - 1) // 12, (month - 1) % 12 + 1, 15)
        fact = Fact(_NOBODY, _noon(on), _ATTENDED.model_copy(update={"held_on": on}))
        return self._all(TRAINING, fact, signer)

    def _all(self, topic: Topic, fact: Fact, signer: Signer) -> Iterator[StoredRecord]:
        body = draft(
            fact, id=_NO_ID, source=topic.owner, recorded=fact.time, agreement=topic.agreement,
            traceparent="00-0199e0000000700080000199e0000001-0199e00000000001-01",
        )  # fmt: skip
        for start in range(0, len(self.names), SIGNED_TOGETHER):
            yield from self._signed(
                topic, body, self.names[start : start + SIGNED_TOGETHER], signer
            )

    def _signed(
        self, topic: Topic, body: bytes, names: list[str], signer: Signer
    ) -> Iterator[StoredRecord]:
        keys = [name.encode() for name in names]
        values = [self._value(topic, body, key) for key in keys]
        for key, value, proof in zip(keys, values, signer.prove(values), strict=True):
            headers = (("content-type", CONTENT_TYPE.encode()), (PROOF_HEADER, proof))
            yield StoredRecord(topic.name, 0, 0, key, value, headers)

    def _value(self, topic: Topic, body: bytes, key: bytes) -> bytes:
        number = self.published[topic.name] = self.published.get(topic.name, 0) + 1
        mine = body.replace(_NOBODY.encode(), key).replace(str(_NO_ID).encode(), _id(number))
        return with_sequence(mine, number)


def _id(number: int) -> bytes:
    """A UUID of version 7, a millisecond younger than the one before: ids are looked up by their time."""
    moment = b"%012x" % (_FIRST_MS + number)
    return b"%b-%b-7000-8000-%012x" % (moment[:8], moment[8:], number)


def families(count: int) -> Families:
    """With pseudonyms of nobody."""
    return Families([pseudonym(f"family {number}") for number in range(count)], {})


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(5), UTC)
