"""The subject of each event has the form of its kind, at every reader and before it is staged."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, func, select

from shared.database.engine import SHARED_METADATA, transaction
from shared.events.corrections import CorrectionReason, FactCorrected
from shared.events.envelope import Fact
from shared.events.event_type import Form
from shared.events.examples import EXAMPLES
from shared.events.subjects import expected_subject, subject_breach
from shared.events.topics import COOPERATIVE
from shared.outbox.table import Origin, outbox, stage
from shared.wire.verification import Refused, check
from tests import parts
from tests.kit.records import NOW, TOPICS, Source, lapsed, person, trust_in

NIK = "3509900101900001"
ORIGIN = Origin(COOPERATIVE.owner, COOPERATIVE.name, COOPERATIVE.agreement)
WRONG = [
    NIK,
    f"k1.{NIK}",
    "3509.9001.0190.0001",
    "",
    "Siti",
    "00000000-0000-7000-8000-000000000001",
]


@pytest.fixture
def engine() -> Engine:
    """Empty tables."""
    made = parts.current().quick_engine()
    SHARED_METADATA.create_all(made)
    return made


@pytest.mark.parametrize("event_type", EXAMPLES)
def test_every_example_has_the_subject_of_its_kind(event_type: str) -> None:
    """The contract's own examples are right."""
    for one in EXAMPLES[event_type]:
        assert subject_breach(one.fact.subject, one.fact.payload) is None


def test_a_correction_has_the_subject_of_what_it_corrects() -> None:
    """Of a type that is unknown here, either form."""
    fact = lapsed(1)
    for corrected, expected in (
        ("id.lintas.membership.lapsed.v1", Form.PSEUDONYM),
        ("id.lintas.session.held.v1", Form.ID),
        ("id.lintas.membership.sold.v9", Form.ANY),
    ):
        correction = FactCorrected(
            corrected=UUID(int=1), corrected_type=corrected, reason=CorrectionReason.CANCELLED
        )
        assert expected_subject(correction) is expected
    assert subject_breach(fact.subject, fact.payload) is None


@pytest.mark.parametrize("subject", WRONG)
def test_a_reader_refuses_a_wrong_subject_as_a_breach_of_the_envelope(subject: str) -> None:
    """Signed by the right owner or not; the refusal does not repeat it."""
    source = Source()
    value = source.value(5).replace(person(5).encode(), subject.encode())
    record = source.signed([(value, subject.encode())])[0]
    with pytest.raises(Refused) as caught:
        check(record, trust_in(source), TOPICS)
    assert caught.value.code == "ENVELOPE"
    assert not subject or subject not in str(caught.value)


@pytest.mark.parametrize("subject", WRONG)
def test_a_wrong_subject_is_not_staged(engine: Engine, subject: str) -> None:
    """The owner's own service refuses it before anybody else could see it."""
    fact = Fact(subject, NOW - timedelta(days=9), lapsed(1).payload)
    said = "subject: must be a pseudonym"
    with pytest.raises(ValueError, match=said) as caught, transaction(engine) as connection:
        stage(connection, ORIGIN, [lapsed(2), fact], now=NOW)
    assert not subject or subject not in str(caught.value)
    with transaction(engine) as connection:
        assert connection.execute(select(func.count()).select_from(outbox)).scalar_one() == 0
