"""No payload names a day that cannot be, whichever payload and whichever day."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any, get_args

import pytest
from pydantic import BaseModel

from services.beneficiary import schemas as beneficiary
from services.cooperative import schemas as cooperative
from services.training import schemas as training
from shared.application.refusals import require_days
from shared.clock import noon
from shared.errors import Refusal
from shared.events.base import Payload
from shared.events.catalogue import CATALOGUE
from shared.events.corrections import FactCorrected
from shared.events.days import HAPPENED, PROGRAMME_START, DayBound, HappenedOn, Place, places
from shared.events.examples import EXAMPLES
from shared.events.plausible import check_days, check_event
from shared.events.reading import parse

TODAY = date(2026, 11, 28)
DAY = timedelta(days=1)
TIME_WORDS = ("year", "month", "until", "period", "quarter", "tahun", "bulan", "day", "date")
FIELDS = [
    pytest.param(payload, place, id=f"{name.removeprefix('id.lintas.')}-{place.field}")
    for name, payload in CATALOGUE.items()
    for place in places(payload)
    if place.bound is not None
]


def inside(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """A model and all models that it holds."""
    yield model
    for field in model.model_fields.values():
        for kind in _types(field.annotation):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from inside(kind)


def _types(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from _types(part)


def undeclared(model: type[BaseModel]) -> list[str]:
    """Fields that name a time, by type or by name, and do not say their bound."""
    found = {place.field: place for place in places(model)}
    return [
        name
        for name, field in model.model_fields.items()
        if (name not in found and any(word in name.split("_") for word in TIME_WORDS))
        or (name in found and found[name].bound is not None and not found[name].declared)
        or (name not in found and str(field.metadata).count("[0-9]{4}-"))
    ]


def example(payload: type[Payload]) -> Payload:
    """A payload of a class, from the examples of the contract."""
    return next(
        one.fact.payload
        for examples in EXAMPLES.values()
        for one in examples
        if type(one.fact.payload) is payload
    )


def dated(payload: type[Payload], place: Place, day: date) -> Payload:
    """The example with a day (or its month or year) in one field, as an annotation has it."""
    before = getattr(example(payload), place.field)
    value: Any = day
    if isinstance(before, str):
        value = day.isoformat()[: len(before)]
    elif isinstance(before, int):
        value = day.year
    return example(payload).model_copy(update={place.field: value})


def one_unit(place: Place, payload: type[Payload]) -> timedelta:
    """What lies surely beyond a bound: a day, a month, a year."""
    before = getattr(example(payload), place.field)
    return DAY if place.is_day else timedelta(days=366 if isinstance(before, int) else 31)


def bound_of(place: Place) -> DayBound:
    """The field's bound."""
    assert place.bound is not None
    return place.bound


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_field_that_names_a_time_says_its_bound(name: str) -> None:
    """A new payload with a bare date, or with a year or month, fails here."""
    for model in inside(CATALOGUE[name]):
        assert undeclared(model) == [], f"{model.__name__}: say HappenedOn, AnnouncedOn, ..."


@pytest.mark.parametrize(("payload", "place"), FIELDS)
def test_a_day_beyond_a_bound_is_refused_and_one_at_the_bound_is_taken(
    payload: type[Payload], place: Place
) -> None:
    """Both bounds of every date, month and year of the catalogue."""
    bound, step = bound_of(place), one_unit(place, payload)
    latest = bound.latest(TODAY)
    for day in (bound.earliest, latest):
        assert check_days(dated(payload, place, day), TODAY) is None
    late = check_days(dated(payload, place, latest + step), TODAY)
    early = check_days(dated(payload, place, bound.earliest - step), TODAY)
    assert late is not None
    assert early is not None
    assert (late.code, late.field) == ("TIME_FUTURE", place.field)
    assert (early.code, early.field) == ("DATE_IMPLAUSIBLE", place.field)


@pytest.mark.parametrize(
    ("payload", "place"),
    [one for one in FIELDS if one.values[1].is_day],  # type: ignore[union-attr]
)
@pytest.mark.parametrize("year", [1206, 1900, 2099, 9999])
def test_a_correction_is_held_to_the_bounds_of_what_it_corrects(
    payload: type[Payload], place: Place, year: int
) -> None:
    """Its replacement is a payload like any other; the field is named inside it."""
    wrong = dated(payload, place, date(year, 6, 1)).model_dump(mode="json")
    kind = next(name for name, cls in CATALOGUE.items() if cls is payload)
    correction = FactCorrected(
        corrected="0199e000-0000-7000-8000-000000000001",
        corrected_type=kind,
        reason="DATA_ENTRY",
        replacement=wrong,
    )
    with pytest.raises(Refusal) as refused:
        require_days(correction, TODAY)
    assert (refused.value.field, refused.value.status) == (f"replacement.{place.field}", 422)
    assert str(year) not in refused.value.message


def test_only_what_says_so_is_announced() -> None:
    """Versions, statuses and targets; everything else has happened when it is published."""
    ahead = {
        f"{payload.__name__}.{place.field}"
        for payload in CATALOGUE.values()
        for place in places(payload)
        if place.bound is not None and place.bound.latest(TODAY) > TODAY
    }
    assert ahead == {
        "FamilyChanged.effective_on",
        "CooperativeStatusChanged.effective_on",
        "GroupStatusChanged.effective_on",
        "MemberTargetSet.year",
        "TargetSet.year",
        "ObligationSet.first_month",
        "ObligationSet.last_month",
        "ProgrammeTargetSet.year",
    }


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_is_plausible(name: str) -> None:
    """The examples of the contract keep its rules."""
    for one in EXAMPLES[name]:
        assert check_event(parse(one.wire()), noon(TODAY)) is None


class Bare(BaseModel):
    """A model whose author forgot the bound."""

    seen_on: date
    """A day."""


class Nested(BaseModel):
    """Days deep inside."""

    parts: tuple[Bare, ...] = ()
    since: Annotated[date, DayBound(earliest=date(2020, 1, 1))] | None = None
    at: datetime | None = None


@pytest.mark.parametrize("name", sorted(set(CATALOGUE) - {"id.lintas.fact.corrected.v1"}))
def test_the_moments_of_an_event_lie_within_days_of_jakarta(name: str) -> None:
    """A day begins at 17:00 UTC of the day before; the clock alone may be five minutes ahead."""
    event = parse(EXAMPLES[name][0].wire())
    received = datetime(2026, 11, 28, 4, tzinfo=UTC)
    bounds = [place.bound for place in places(type(event.data)) if place.bound and place.is_day]
    first = min((bound.earliest for bound in bounds), default=PROGRAMME_START)
    last = TODAY + max((bound.ahead for bound in bounds), default=timedelta())
    tick, clock = timedelta(microseconds=1), received + timedelta(minutes=5)
    since, until = (datetime.combine(day, time(17), UTC) for day in (first - DAY, last))
    cases: tuple[tuple[dict[str, Any], str | None], ...] = (
        ({"time": since}, None),
        ({"time": since - tick}, "time"),
        ({"time": until - tick}, None),
        ({"time": until}, "time"),
        ({"recordedtime": clock}, None),
        ({"recordedtime": clock + tick}, "recordedtime"),
        ({"recordedtime": datetime(2006, 12, 31, 17, tzinfo=UTC)}, None),
        ({"recordedtime": datetime(2006, 12, 31, 17, tzinfo=UTC) - tick}, "recordedtime"),
    )
    for moments, field in cases:
        fault = check_event(event._replace(**moments), received)
        assert (fault and fault.field) == field, moments


def test_a_day_without_a_bound_has_happened() -> None:
    """Forgetting to declare a bound never opens a door."""
    assert places(Bare) == (Place("seen_on", HAPPENED, True, False),)
    assert undeclared(Bare) == ["seen_on"]
    fault = check_days(Bare(seen_on=TODAY + DAY), TODAY)
    assert fault is not None
    assert fault.code == "TIME_FUTURE"


def test_days_inside_models_and_choices_are_found() -> None:
    """A list of parts, an optional day with its own bound, a moment by its day in Jakarta."""
    deep = check_days(Nested(parts=(Bare(seen_on=PROGRAMME_START - DAY),)), TODAY)
    assert deep is not None
    assert (deep.code, deep.field) == ("DATE_IMPLAUSIBLE", "parts.seen_on")
    early = check_days(Nested(since=date(2019, 12, 31)), TODAY)
    assert early is not None
    assert (early.field, early.earliest) == ("since", "2020-01-01")
    last = datetime.fromisoformat("2026-11-28T16:59:59+00:00")
    assert check_days(Nested(at=last), TODAY) is None
    assert check_days(Nested(at=last + timedelta(seconds=1)), TODAY) is not None


DOORS = [
    (beneficiary.ChangeItem, {"effective_on": "FamilyChanged.effective_on"}),
    (beneficiary.AssignmentItem, {"assigned_on": "FacilitatorAssigned.assigned_on"}),
    (beneficiary.ProposalItem, {"proposed_on": "GraduationProposed.proposed_on"}),
    (beneficiary.VerificationItem, {"verified_on": "GraduationVerified.verified_on"}),
    (beneficiary.ApprovalItem, {"approved_on": "GraduationApproved.approved_on"}),
    (beneficiary.ExitItem, {"exited_on": "FamilyExited.exited_on"}),
    (beneficiary.TrainingOfferItem, {"offered_on": "TrainingOffered.offered_on"}),
    (beneficiary.VisitItem, {"visited_on": "FamilyVisited.visited_on"}),
    (beneficiary.TargetItem, {"year": "TargetSet.year"}),
    (beneficiary.ReferralItem, {"issued_on": "ReferralIssued.issued_on"}),
    (beneficiary.ReferralRun, {"issued_on": "ReferralIssued.issued_on"}),
    (
        beneficiary.FamilyRow,
        {"tanggal_masuk": "FamilyEnrolled.enrolled_on", "tanggal_lahir_pengurus": ""},
    ),
    (beneficiary.FacilitatorRow, {"tahun": "TargetSet.year"}),
    (beneficiary.ContactItem, {"contacted_on": "ReferralContacted.contacted_on"}),
    (beneficiary.InterestItem, {"interested_on": "ReferralInterested.interested_on"}),
    (beneficiary.DeclineItem, {"declined_on": "ReferralDeclined.declined_on"}),
    (beneficiary.OutcomeRow, {"tanggal": "ReferralContacted.contacted_on"}),
    (beneficiary.ProgrammeTargetItem, {"year": "ProgrammeTargetSet.year"}),
    (beneficiary.ProgrammeTargetRow, {"tahun": "ProgrammeTargetSet.year"}),
    (
        cooperative.AnnualMeetingItem,
        {"year": "AnnualMeetingHeld.year", "held_on": "AnnualMeetingHeld.held_on"},
    ),
    (cooperative.MemberTargetItem, {"year": "MemberTargetSet.year"}),
    (
        cooperative.AnnualMeetingRow,
        {"tahun_buku": "AnnualMeetingHeld.year", "tanggal_rapat": "AnnualMeetingHeld.held_on"},
    ),
    (cooperative.MemberTargetRow, {"tahun": "MemberTargetSet.year"}),
    (cooperative.ConsentGiven, {"given_on": "ConsentRecorded.given_on"}),
    (cooperative.ConsentItem, {"consent": ""}),
    (cooperative.Application, {"applied_on": "MembershipApplied.applied_on", "consent": ""}),
    (cooperative.Approval, {"approved_on": "MembershipApproved.approved_on"}),
    (cooperative.Activation, {"activated_on": "MembershipActivated.activated_on"}),
    (cooperative.Lapse, {"lapsed_on": "MembershipLapsed.lapsed_on"}),
    (cooperative.Resignation, {"resigned_on": "MembershipResigned.resigned_on"}),
    (cooperative.CooperativeStatusItem, {"effective_on": "CooperativeStatusChanged.effective_on"}),
    (cooperative.GroupItem, {"formed_on": "GroupFormed.formed_on"}),
    (cooperative.GroupStatusItem, {"effective_on": "GroupStatusChanged.effective_on"}),
    (
        cooperative.CooperativeRow,
        {
            "tanggal_berdiri": "CooperativeRegistered.registered_on",
            "tanggal_status": "CooperativeStatusChanged.effective_on",
        },
    ),
    (
        cooperative.MemberRow,
        {
            "tanggal_daftar": "MembershipApplied.applied_on",
            "tanggal_disetujui": "MembershipApproved.approved_on",
            "tanggal_aktif": "MembershipActivated.activated_on",
            "tanggal_persetujuan": "ConsentRecorded.given_on",
        },
    ),
    (training.FamilyGroupItem, {"formed_on": "FamilyGroupFormed.formed_on"}),
    (training.GroupFamilyItem, {"joined_on": "FamilyGroupJoined.joined_on"}),
    (training.FamilyGroupRow, {"tanggal_dibentuk": "FamilyGroupFormed.formed_on"}),
    (training.GroupFamilyRow, {"berlaku_sejak": "FamilyGroupJoined.joined_on"}),
    (training.SessionItem, {"held_on": "SessionHeld.held_on"}),
    (training.CompletionItem, {"completed_on": "TrainingCompleted.completed_on"}),
    (training.RightItem, {"completed_on": "TrainingCompleted.completed_on"}),
    (training.GroupAttendanceRow, {"tanggal": "SessionHeld.held_on"}),
]
BOUNDS = {
    f"{payload.__name__}.{place.field}": place.bound
    for payload in CATALOGUE.values()
    for place in places(payload)
}


@pytest.mark.parametrize(("item", "fields"), DOORS)
def test_a_door_has_the_bounds_of_the_payload_that_it_becomes(
    item: type[BaseModel], fields: dict[str, str]
) -> None:
    """What a door accepts can be published, and what can be published is accepted; births have their own."""
    assert undeclared(item) == []
    found = {place.field: place.bound for place in places(item)}
    assert found.keys() == fields.keys()
    for field, becomes in fields.items():
        assert becomes == "" or found[field] == BOUNDS[becomes]


def test_every_dated_item_of_a_service_is_in_the_table_of_doors() -> None:
    """A new row or item with a day is compared with its payload, too."""
    known = {training.CompletedItem} | {item for item, _ in DOORS}  # two of them are its children
    for module in (beneficiary, cooperative, training):
        for one in vars(module).values():
            if isinstance(one, type) and issubclass(one, module.Item) and places(one):
                assert one in known, one.__name__


def test_the_bound_of_a_happened_day_moves_with_today() -> None:
    """The same fact is refused in the evening and accepted the next day."""

    class Announced(Payload):
        """A fact."""

        announced_on: HappenedOn
        """When."""

    fact = Announced(announced_on=TODAY + DAY)
    assert check_days(fact, TODAY) is not None
    assert check_days(fact, TODAY + DAY) is None
