"""Training offered to families: the rule, the door, the list and the corrections."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.beneficiary.family import Family
from services.beneficiary.training_offers import Offer, correct_offer, offer
from shared.errors import Refusal
from shared.events.beneficiary import ExitReason, TrainingAnswer, TrainingOffered
from tests.kit.door import Door, codes
from tests.kit.families import ENROLLED, FACILITATORS, FAMILY, a_family, a_family_list, a_graduate
from tests.kit.graduating import correct, last, of_family

DAY, LATER = date(2026, 2, 10), date(2026, 3, 10)
WANTS, DECLINES, NOT_MET = TrainingAnswer.WANTS, TrainingAnswer.DECLINES, TrainingAnswer.NOT_MET
PATH = "/v1/training-offers"


def an_offer(number: int = 1, day: date = DAY, answer: TrainingAnswer = WANTS) -> Offer:
    """An offer that was recorded."""
    return Offer(FAMILY, number, day, answer)


@pytest.mark.parametrize(
    ("past", "day", "answer", "number"),
    [
        ([], DAY, WANTS, 1),
        ([], ENROLLED, NOT_MET, 1),
        ([an_offer(answer=NOT_MET)], LATER, DECLINES, 2),
        ([an_offer(day=LATER)], DAY, WANTS, 2),
        ([an_offer(number=2)], LATER, WANTS, 3),
        ([an_offer()], DAY, WANTS, None),
    ],
)
def test_an_offer_is_recorded_once(
    past: list[Offer], day: date, answer: TrainingAnswer, number: int | None
) -> None:
    """In any order of days; the same one again changes nothing."""
    one, payloads = offer(a_family(), past, day, answer)
    wanted = number and an_offer(number, day, answer)
    assert one == wanted
    assert payloads == ((TrainingOffered(offered_on=day, answer=answer),) if wanted else ())


GONE = a_family(exit=(ExitReason.MOVED, LATER))


@pytest.mark.parametrize(
    ("family", "past", "day", "answer", "code", "field"),
    [
        (a_family(), [an_offer()], DAY, DECLINES, "CONFLICT", "answer"),
        (GONE, [], DAY, WANTS, "FAMILY_LEFT", "family_number"),
        (a_graduate(), [], DAY, WANTS, "FAMILY_LEFT", "family_number"),
        (a_family(), [], date(2026, 1, 4), WANTS, "DATE_ORDER", "offered_on"),
    ],
)
def test_an_offer_that_cannot_be_is_refused(
    family: Family, past: list[Offer], day: date, answer: TrainingAnswer, code: str, field: str
) -> None:
    """Another answer on the same day, a family that left, a day before it was enrolled."""
    with pytest.raises(Refusal) as refused:
        offer(family, past, day, answer)
    assert (refused.value.code, refused.value.field) == (code, field)


def test_what_was_recorded_of_a_family_that_left_is_there() -> None:
    """A file that is sent again after the family's exit changes nothing."""
    assert offer(GONE, [an_offer()], DAY, WANTS) == (None, ())


@pytest.mark.parametrize(("day", "code"), [(LATER, "CONFLICT"), (date(2026, 1, 1), "DATE_ORDER")])
def test_a_correction_keeps_the_days_apart_and_after_the_enrolment(day: date, code: str) -> None:
    """In the field of the replacement."""
    some = [an_offer(), an_offer(2, LATER)]
    new = TrainingOffered(offered_on=day, answer=WANTS)
    with pytest.raises(Refusal) as refused:
        correct_offer(some[0], some, ENROLLED, new)
    assert (refused.value.code, refused.value.field) == (code, "replacement.offered_on")


def test_a_correction_replaces_or_takes_back() -> None:
    """The number stays."""
    new = TrainingOffered(offered_on=LATER, answer=DECLINES)
    wanted = replace(an_offer(), day=LATER, answer=DECLINES)
    assert correct_offer(an_offer(), [an_offer()], ENROLLED, new) == wanted
    assert correct_offer(an_offer(), [an_offer()], ENROLLED, None) is None


@pytest.fixture
def settled(door: Door) -> Door:
    """One family of decile 2 with two adults, enrolled on 5 January."""
    door.upload("/v1/imports/facilitators", FACILITATORS)
    door.upload("/v1/imports/families", a_family_list({}))
    return door


def an_item(**other: Any) -> dict[str, Any]:
    """An offer to the family, which wants to be trained."""
    return of_family(**({"offered_on": "2026-02-10", "answer": "WANTS"} | other))


def answers(door: Door) -> list[str | None]:
    """The last answer of each family on the list."""
    found = door.get("/v1/untrained?area=35.09").json()["families"]
    return [one["last_answer"] for one in found]


def test_the_door_and_the_list_record_the_same(settled: Door) -> None:
    """Whatever came by one is already there for the other."""
    results = settled.items(PATH, an_item(), an_item(), an_item(answer="DECLINES"))
    assert codes(results) == ["accepted", "duplicate", "CONFLICT"]
    rows = (
        "nomor_keluarga,tanggal_tawaran,jawaban\nKPM-1,10/02/2026,mau\nKPM-1,25/03/2026,tidak mau\n"
    )
    total = settled.upload("/v1/imports/training-offers", rows)[-1]
    assert (total["accepted"], total["duplicates"]) == (1, 1)
    said = [one.data for one in settled.events() if isinstance(one.data, TrainingOffered)]
    assert [one.answer for one in said] == [WANTS, DECLINES]
    assert {one.subject for one in settled.events()[-2:]} == {settled.events()[-1].subject}


def test_an_offer_is_corrected_and_taken_back(settled: Door) -> None:
    """The list of the untrained follows."""
    settled.items(PATH, an_item(answer="DECLINES"))
    assert answers(settled) == []
    offered, data = last(settled, "family.training_offered")
    assert "id" in correct(settled, offered, data | {"answer": "WANTS"})
    assert answers(settled) == ["WANTS"]
    assert "id" in correct(
        settled, offered, data | {"answer": "NOT_MET", "offered_on": "2026-02-12"}
    )
    assert answers(settled) == ["NOT_MET"]
    assert "id" in correct(settled, offered)
    assert answers(settled) == [None]
