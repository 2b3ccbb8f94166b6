"""Reading recent events again from their bytes, which were proved when they were received."""

from collections.abc import Iterable
from functools import cache

from services.monitoring import CARD
from services.monitoring.log.segments import Recent
from shared.events.catalogue import CATALOGUE
from shared.events.envelope import Event
from shared.events.reading import parse
from shared.events.relay_form import RelayReader
from shared.events.typed import is_typed

_SUBJECT = b'"subject":"'


def read_again(events: Iterable[Recent]) -> list[Event]:
    """The events, typed like those that the intake applies.

    Raises:
        InvalidEvent: bytes that are no event of the contract; the intake would have refused them.
    """
    readers = _readers()
    return [
        readers[one.source].read(one.value, _subject(one.value)) or parse(one.value)
        for one in events
    ]


@cache
def _readers() -> dict[str, RelayReader]:
    return {
        topic.owner: RelayReader(
            topic, [(name, CATALOGUE[name]) for name in topic.types if is_typed(CATALOGUE[name])]
        )
        for topic in CARD.listens_to
    }


def _subject(value: bytes) -> bytes:
    """The subject where a relay writes it; what is read with it is compared byte by byte."""
    return value.partition(_SUBJECT)[2].partition(b'"')[0]
