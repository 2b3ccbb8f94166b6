"""Every event type is declared once, on its payload class; what cannot hold is refused."""

from datetime import date
from typing import Any

import pytest
from pydantic import Field

from shared.application.batch import facts
from shared.clock import noon
from shared.events import (
    assemblies,
    beneficiary,
    consent,
    cooperative,
    corrections,
    group_members,
    lineage,
    membership,
    reporting,
    strengthening,
    training,
)
from shared.events import monitoring as releases
from shared.events.base import Payload, Pseudonym, object_lists
from shared.events.catalogue import CATALOGUE, EVENTS, catalogue_of, declared
from shared.events.days import AnnouncedOn, HappenedOn, happened_on
from shared.events.event_type import EventType, Form, PersonalData, event_type, id_of
from shared.events.examples import EXAMPLES
from shared.events.story import sample
from shared.events.topics import TOPICS

MODULES = (
    beneficiary,
    cooperative,
    consent,
    assemblies,
    membership,
    strengthening,
    lineage,
    group_members,
    training,
    reporting,
    corrections,
    releases,
)
HOUSE = "0199e000-0001-7000-8000-000000000001"
NAME = "id.lintas.house.repaired.v1"
PSEUDONYM = Pseudonym.__metadata__[0]  # type: ignore[attr-defined]


def declaration(
    name: str = NAME, happened: str | None = "repaired_on", **changed: Any
) -> EventType:
    """The declaration of a type that no ministry has."""
    one = sample("a house is repaired", HOUSE, planned_on="2026-05-01", repaired_on="2026-03-02")
    examples = changed.get("examples", (one,))
    return event_type(
        name, *examples, source="urn:lintas:housing", subject=id_of("house"), happened=happened
    )


class HouseRepaired(Payload):
    """A house was repaired."""

    EVENT = declaration()

    planned_on: AnnouncedOn
    """The day of the next visit: a day, and not the one on which this happened."""
    repaired_on: HappenedOn
    """Day of the repair."""


def test_a_fact_is_dated_by_the_day_that_its_class_declares() -> None:
    """Not by the first day among its fields."""
    payload = HouseRepaired(planned_on=date(2026, 5, 1), repaired_on=date(2026, 3, 2))
    assert happened_on(payload) == date(2026, 3, 2)
    assert [fact.time for fact in facts(HOUSE, [payload])] == [noon(date(2026, 3, 2))]


def test_a_fact_whose_class_declares_no_day_cannot_be_dated_by_its_data() -> None:
    """Whoever records a target or a release knows the moment; guessing is refused."""
    target = beneficiary.TargetSet(district="35.09", year=2026, target=10, version=1)
    with pytest.raises(TypeError, match="TargetSet does not say when it happened"):
        facts(HOUSE, [target])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (declaration("house.repaired"), "not the form of a type name"),
        (declaration(happened="mended_on"), "mended_on is not a day of it"),
        (declaration(happened="rooms"), "rooms is not a day of it"),
        (declaration(examples=()), "no example"),
        (declaration("id.lintas.family.enrolled.v1"), "name of two classes"),
        (None, "declares no event type"),
    ],
)
def test_a_declaration_that_its_class_contradicts_is_refused(
    wrong: EventType | None, said: str
) -> None:
    """When the contract is imported, so no service starts with it."""

    class Wrong(Payload):
        """The class of a mistaken declaration."""

        EVENT = wrong
        repaired_on: HappenedOn
        """Day of the repair."""
        rooms: int
        """No day."""

    with pytest.raises(TypeError, match=f"Wrong .*{said}"):
        catalogue_of([*EVENTS, Wrong])


def test_no_declared_class_is_forgotten_in_the_tuple_of_its_module() -> None:
    """A class with a declaration outside `EVENTS` would be in no catalogue, and nobody would know."""
    for module in MODULES:
        classes = {
            one
            for one in vars(module).values()
            if isinstance(one, type) and issubclass(one, Payload) and one.EVENT is not None
        }
        assert classes == set(module.EVENTS), module.__name__
    assert [one for module in MODULES for one in module.EVENTS] == list(EVENTS)


def test_every_source_owns_the_topic_that_carries_its_types() -> None:
    """Corrections and what several sources publish have no source of their own."""
    for name, payload in CATALOGUE.items():
        owners = {topic.owner for topic in TOPICS if name in topic.types}
        event = declared(payload)
        publishers = set(event.shared.sources) if event.shared else {event.source}
        assert owners == publishers or payload is corrections.FactCorrected


def test_every_list_belongs_to_one_source() -> None:
    """A list without an owner would be closed by nobody."""
    assert set(reporting.OWNER_OF) == set(reporting.ReportList)
    assert sum(map(len, reporting.LISTS_OF.values())) == len(reporting.ReportList)


def pseudonyms_in(payload: type[Payload]) -> list[str]:
    """The fields of a class that hold a pseudonym, at any depth."""
    own = [
        name
        for name, field in payload.model_fields.items()
        if field.description == PSEUDONYM.description
    ]
    return own + [name for part in object_lists(payload).values() for name in pseudonyms_in(part)]


class Inhabited(Payload):
    """A payload with somebody inside it."""

    people: tuple[beneficiary.FamilyPerson, ...] = Field(max_length=3)
    """Who lives there."""


def test_a_type_that_claims_to_be_about_nobody_holds_no_pseudonym() -> None:
    """Neither as its subject nor in a field; the claim is made, never presumed."""
    assert pseudonyms_in(Inhabited) == ["person"]
    assert declaration().personal is PersonalData.PSEUDONYMOUS
    claims = [one for one in EVENTS if declared(one).personal is not PersonalData.PSEUDONYMOUS]
    assert {one.__name__ for one in claims} == {
        "CooperativeRegistered",
        "CooperativeStatusChanged",
        "GroupFormed",
        "GroupStatusChanged",
        "AnnualMeetingHeld",
        "MemberTargetSet",
        "MentoringRecorded",
        "CapitalGranted",
        "GroupSucceeded",
        "GroupBecameCooperative",
        "FamilyGroupFormed",
        "SessionHeld",
        "ObligationSet",
        "ReportClosed",
        "ReportReopened",
        "CountDeclared",
        "ReleasePublished",
        "CutTaken",
        "LogReceived",
        "ProgrammeTargetSet",
    }
    for payload in claims:
        assert declared(payload).subject.form is Form.ID
        assert pseudonyms_in(payload) == []


@pytest.mark.parametrize("name", CATALOGUE)
def test_an_example_gives_its_day_in_one_place(name: str) -> None:
    """In the declared field, or beside the data where no field says it."""
    event = declared(CATALOGUE[name])
    for one, example in zip(event.examples, EXAMPLES[name], strict=True):
        assert (one.day is None) == (event.happened is not None)
        if event.happened is not None:
            assert example.fact.time == noon(getattr(example.fact.payload, event.happened))
