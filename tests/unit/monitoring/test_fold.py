"""Facts are sets of events and corrections: any order, any repetition, the same bytes."""

from itertools import permutations
from uuid import UUID

import pytest

from services.monitoring.domain import State, entries_of, entry_of
from services.monitoring.packing import pack_state, unpack_state
from shared.events.beneficiary import GraduationProposed
from shared.events.catalogue import CATALOGUE
from shared.events.envelope import Event, InvalidEvent
from shared.events.monitoring import ReleasePublished
from tests.kit.story import Book, Story, pseudonym, uid

FAMILY_TYPE = "id.lintas.family.exited.v1"
US, THEM = "urn:lintas:beneficiary", "urn:lintas:cooperative"


def state_of(*events: Event) -> State:
    """The state of the one fact that these events are about."""
    state = State()
    for event in events:
        entry = entry_of(event)
        assert entry is not None
        state.add(entry)
    return state


def exits_of(*events: Event) -> list[str]:
    """The effective exit days."""
    return [record[1] for _, record in state_of(*events).effective()]


def test_every_order_of_events_and_corrections_gives_the_same_bytes() -> None:
    """Also a correction that comes before its event."""
    story = Story()
    wrong = story.leave("f", "2026-03-01")
    story.correct(wrong, exited_on="2026-04-01")
    story.correct(wrong, exited_on="2026-05-01")
    story.enrol("f", "2026-01-01", "p")
    found = {pack_state(state_of(*some)) for some in permutations(story.events)}
    assert len(found) == 1
    assert exits_of(*story.events)[0] == "2026-05-01"


def test_the_correction_recorded_last_counts() -> None:
    """Whichever arrives last."""
    story = Story()
    wrong = story.leave("f", "2026-03-01")
    late = story.correct(wrong, recorded=50, exited_on="2026-05-01")
    early = story.correct(wrong, recorded=40, exited_on="2026-04-01")
    assert exits_of(wrong, late, early) == exits_of(early, wrong, late) == ["2026-05-01"]


def test_of_two_corrections_of_one_moment_the_greater_id_counts() -> None:
    """So that the order of arrival never decides."""
    story = Story()
    wrong = story.leave("f", "2026-03-01")
    first = story.correct(wrong, recorded=50, exited_on="2026-04-01")
    second = story.correct(wrong, recorded=50)
    greater = first._replace(id=UUID(int=2**100))
    assert exits_of(wrong, first, second) == []
    assert exits_of(wrong, greater, second) == ["2026-04-01"]


def test_a_fact_taken_back_may_be_brought_back() -> None:
    """Correct the first event again."""
    story = Story()
    wrong = story.leave("f", "2026-03-01")
    story.correct(wrong)
    story.correct(wrong, exited_on="2026-03-02")
    assert exits_of(*story.events) == ["2026-03-02"]


def test_a_correction_of_an_event_that_never_came_counts_nothing() -> None:
    """It waits for its event."""
    story = Story()
    wrong = story.leave("f", "2026-03-01")
    assert exits_of(story.correct(wrong, exited_on="2026-04-01")) == []


def test_a_correction_that_names_another_type_does_not_touch_the_event() -> None:
    """The type is part of what it mends."""
    story = Story()
    enrolled = story.enrol("f", "2026-01-01")
    story.correct_by_hand(enrolled.subject, enrolled.id, FAMILY_TYPE, US, None)
    assert len(state_of(*story.events).effective()) == 1


def test_a_replacement_with_fields_of_a_newer_version_is_understood() -> None:
    """Unknown fields are ignored as in any event."""
    story = Story()
    wrong = story.leave("f", "2026-03-01")
    story.correct(wrong, exited_on="2026-04-01", invented_later=1)
    assert exits_of(*story.events) == ["2026-04-01"]


@pytest.mark.parametrize(
    ("kind", "source", "right"),
    [
        (FAMILY_TYPE, THEM, None),
        ("id.lintas.fact.corrected.v1", US, None),
        ("id.lintas.nobody.knows.v1", US, None),
        (FAMILY_TYPE, US, {"exited_on": "2026-03-01"}),
        (FAMILY_TYPE, US, {"reason": "MOVED", "exited_on": "soon"}),
    ],
)
def test_a_correction_that_breaks_the_contract_is_refused(
    kind: str, source: str, right: dict[str, str] | None
) -> None:
    """Another ministry's type, a correction of a correction, an unknown type, bad data."""
    bad = Story().correct_by_hand(pseudonym("f"), uid("e"), kind, source, right)
    with pytest.raises(InvalidEvent) as refused:
        entry_of(bad)
    assert refused.value.code == "CORRECTION"
    assert "soon" not in str(refused.value)


@pytest.mark.parametrize("subject", ["", "f", str(uid("f")), "k1." + "A" * 52, "x" * 200])
def test_a_family_without_a_pseudonym_is_refused(subject: str) -> None:
    """The subject must have its unit's form; the message does not repeat it."""
    event = Story().leave("f", "2026-03-01")._replace(subject=subject)
    with pytest.raises(InvalidEvent) as refused:
        entry_of(event)
    assert refused.value.code == "SUBJECT"


def test_two_contents_of_one_event_id_do_not_depend_on_arrival() -> None:
    """It breaks the contract, but never the promise of one result."""
    story = Story()
    one, other = story.leave("f", "2026-03-01"), story.leave("f", "2026-04-01")
    twin = other._replace(id=one.id)
    assert pack_state(state_of(one, twin)) == pack_state(state_of(twin, one))


def test_a_fact_keeps_only_what_figures_need() -> None:
    """No consent, cooperative or decile stays in monitoring."""
    story = Story()
    story.apply("p", "2026-01-01")
    text = pack_state(state_of(*story.events))
    assert str(uid("consent")) not in text
    assert "D1_2" not in pack_state(state_of(Story().enrol("f", "2026-01-01", "p")))


def test_a_state_reads_back_as_it_was_written() -> None:
    """Also with a fact that was taken back."""
    story = Story()
    story.correct(story.leave("f", "2026-03-01"))
    state = state_of(*story.events)
    assert unpack_state(pack_state(state)) == state


def test_events_of_no_fact_are_passed_over() -> None:
    """A release is not a fact about anybody."""
    data = ReleasePublished(
        release=uid("r"), number=1, until="2026-01", sha256="0" * 64, watermarks=()
    )
    assert entries_of([Story().tell(str(uid("r")), data)]) == {}


def test_every_type_of_the_three_ministries_has_a_place() -> None:
    """A new type in the contract must be given a record, or be left out knowingly."""
    kept = {
        name for name in CATALOGUE if not name.startswith(("id.lintas.release", "id.lintas.fact"))
    }
    from services.monitoring.records import KINDS

    assert set(KINDS) == kept


def test_events_that_no_indicator_uses_are_kept_and_make_no_cell() -> None:
    """A later definition may need them."""
    story = Story()
    data = GraduationProposed(graduation=uid("g"), proposed_on="2026-01-01")
    book = Book().take(story.tell(pseudonym("f"), data))
    assert book.cells() == {}
    assert len(book.everything()["fact"]) == 1
