"""Every event type of every service, corrected by Jember's token into and from another area."""

import importlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from httpx import Response
from sqlalchemy import update

from lintas.registry import CARDS
from services.training.tables import completion as completions
from shared.application.correction_rules import CorrectionRules
from shared.application.places import places_of
from shared.database.engine import transaction
from shared.events.catalogue import CATALOGUE, TYPE_OF
from shared.events.corrections import FactCorrected
from shared.events.envelope import Event
from tests.kit.door import ANYONE, NOW, Door
from tests.kit.twin_districts import (
    HERE,
    JEMBER,
    NEIGHBOURS,
    NOBODY,
    PROBOLINGGO,
    THEM,
    US,
    VILLAGES,
    Side,
    completion,
    facilitators,
    families,
    hear_of,
    open_service,
    settle,
)

CORRECTED = TYPE_OF[FactCorrected]
SERVICES = tuple(name for name, card in sorted(CARDS.items()) if CORRECTED in card.topic.types)
UNKNOWN_ID = "01890000-0000-7000-8000-000000000000"
TYPES = {service: [t for t in CARDS[service].topic.types if t != CORRECTED] for service in SERVICES}
EVERY = [(service, kind) for service in SERVICES for kind in TYPES[service]]


@pytest.fixture(scope="module")
def worlds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Door, Path]]]:
    """Every service that takes corrections, with the same things on both sides."""
    made = {}
    for service in SERVICES:
        folder = tmp_path_factory.mktemp(service)
        made[service] = (open_service(folder, service), folder)
        settle(made[service][0], service, folder)
    yield made
    for door, _ in made.values():
        door.engine.dispose()


def rules_of(service: str) -> CorrectionRules:
    """What a service adds to the use case."""
    found: CorrectionRules = importlib.import_module(f"services.{service}.correct").CORRECTIONS
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_every_type_that_a_service_publishes_can_be_corrected(service: str) -> None:
    """A type without its thing could be neither taken back nor checked."""
    assert set(rules_of(service).things) == {CATALOGUE[name] for name in TYPES[service]}


def pair(door: Door, kind: str) -> tuple[Event, Event]:
    """The first event of a type on our side and on theirs: the world is made in that order."""
    staged = [event for event in door.events() if event.type == kind]
    ours = staged[: len(staged) // 2]
    assert ours, f"no {kind} in the world"
    return ours[0], staged[len(staged) // 2]


def correct(door: Door, event_id: object, replacement: Any = None, token: str = HERE) -> Response:
    """Ask for a correction."""
    body = {"event_id": str(event_id), "reason": "DATA_ENTRY", "replacement": replacement}
    return door.post("/v1/corrections", body, token=token)


def put(data: dict[str, Any], field: str, value: str) -> dict[str, Any]:
    """The data with one field, at any depth, replaced."""
    name, _, rest = field.partition(".")
    if rest:
        return data | {name: put(data[name], rest, value)}
    return data | {name: value}


def same_level(region: str, other: str) -> str:
    """Another region cut to the level of the first."""
    return other[: len(region)]


@pytest.mark.parametrize(("service", "kind"), EVERY)
def test_an_event_of_another_area_is_answered_like_no_event(
    worlds: dict[str, tuple[Door, Path]], service: str, kind: str
) -> None:
    """Taken back, replaced, or replaced by what breaks the contract: NOT_FOUND, nothing is staged."""
    door, _ = worlds[service]
    _, theirs = pair(door, kind)
    before = len(door.events())
    data = theirs.data.model_dump(mode="json")
    for replacement in (
        None,
        data,
        {"surprise": 1},
        *(put(data, p.field, JEMBER) for p in places_of(theirs.data)),
    ):
        there, nowhere = (correct(door, one, replacement) for one in (theirs.id, UNKNOWN_ID))
        assert (there.status_code, there.json()["code"]) == (404, "NOT_FOUND")
        assert there.text == nowhere.text
    assert len(door.events()) == before


@pytest.mark.parametrize(("service", "kind"), EVERY)
def test_a_replacement_stays_in_the_area_and_on_the_map(
    worlds: dict[str, tuple[Door, Path]], service: str, kind: str
) -> None:
    """Each place that a payload names: elsewhere is forbidden, nowhere is unknown."""
    door, _ = worlds[service]
    ours, _ = pair(door, kind)
    data = ours.data.model_dump(mode="json")
    before = len(door.events())
    named = places_of(ours.data)
    assert named or not {"region", "district"} & type(ours.data).model_fields.keys()
    for place in named:
        for other, code in [
            (VILLAGES[PROBOLINGGO], "AREA_FORBIDDEN"),
            ("99.99.99.9999", "REGION_UNKNOWN"),
        ]:
            answer = correct(door, ours.id, put(data, place.field, same_level(place.region, other)))
            assert (answer.json()["code"], answer.json()["field"]) == (
                code,
                f"replacement.{place.field}",
            )
        nowhere = same_level(place.region, "35.09.99.9999")
        if nowhere != JEMBER:
            assert (
                correct(door, ours.id, put(data, place.field, nowhere)).json()["code"]
                == "REGION_UNKNOWN"
            )
    assert len(door.events()) == before


@pytest.mark.parametrize(("service", "kind"), EVERY)
def test_a_replacement_names_what_exists_in_the_area_only(
    worlds: dict[str, tuple[Door, Path]], service: str, kind: str
) -> None:
    """Every id in a payload is fixed or has a rule; theirs is answered like nobody's."""
    door, folder = worlds[service]
    ours, _ = pair(door, kind)
    rules, data = rules_of(service), ours.data.model_dump(mode="json")
    before = len(door.events())
    for name, field in CATALOGUE[kind].model_fields.items():
        if "UUID" not in str(field.annotation) or name in rules.fixed:
            continue
        assert name in rules.references
        answers = [
            correct(
                door, ours.id, put(data, name, str(reference(door, service, name, side, folder)))
            )
            for side in (THEM, NOBODY)
        ]
        assert answers[0].text == answers[1].text
        assert (answers[0].json()["code"], answers[0].json()["field"]) == (
            "NOT_FOUND",
            f"replacement.{name}",
        )
    assert len(door.events()) == before


def reference(door: Door, service: str, name: str, side: Side, folder: Path) -> UUID:
    """A thing that exists on their side, or one that nobody recorded."""
    if side is NOBODY:
        return UUID(UNKNOWN_ID)
    if name == "facilitator":
        staged = pair(door, "id.lintas.facilitator.assigned.v1")[1].data
        return UUID(staged.model_dump(mode="json")["facilitator"])
    return side.uuid(1)


def test_what_is_the_callers_is_corrected(tmp_path: Path) -> None:
    """The same requests inside the area go through: the refusals above are not for everything."""
    door = open_service(tmp_path, "beneficiary")
    settle(door, "beneficiary", tmp_path)
    ours, _ = pair(door, "id.lintas.family.changed.v1")
    data = ours.data.model_dump(mode="json")
    assert correct(door, ours.id, data | {"region": NEIGHBOURS[JEMBER]}).status_code == 200
    issued, _ = pair(door, "id.lintas.referral.issued.v1")
    moved = issued.data.model_dump(mode="json") | {"region": NEIGHBOURS[JEMBER]}
    assert correct(door, issued.id, moved).status_code == 200
    target, theirs = pair(door, "id.lintas.facilitator.target_set.v1")
    wanted = target.data.model_dump(mode="json") | {"target": 8}
    assert correct(door, target.id, wanted).status_code == 200
    far = theirs.data.model_dump(mode="json") | {"district": JEMBER}
    assert correct(door, theirs.id, far, token=ANYONE).status_code == 200
    assert correct(door, theirs.id, far, token=ANYONE).status_code == 200
    assert correct(door, theirs.id, far).status_code == 404


def test_a_district_names_the_facilitators_of_its_own(tmp_path: Path) -> None:
    """By their own number; those of the neighbour are like none."""
    door = open_service(tmp_path, "beneficiary")
    settle(door, "beneficiary", tmp_path)

    assert door.upload("/v1/imports/facilitators", facilitators(US, "P-2"))[-1]["accepted"] == 1
    second = UUID(
        [event for event in door.events() if event.type.endswith("target_set.v1")][-1].subject
    )
    ours, _ = pair(door, "id.lintas.facilitator.assigned.v1")
    data = ours.data.model_dump(mode="json") | {"facilitator": str(second)}
    assert correct(door, ours.id, data).status_code == 200


@pytest.mark.parametrize(
    ("service", "kind", "name"),
    [
        ("cooperative", "id.lintas.membership.applied.v1", "referral"),
        ("training", "id.lintas.training.completed.v1", "entitlement"),
    ],
)
def test_a_referral_and_a_right_of_ones_own_are_named(
    tmp_path: Path, service: str, kind: str, name: str
) -> None:
    """A second one that others published about this person; another person's is like none."""
    door = open_service(tmp_path, service)
    settle(door, service, tmp_path)
    ours, _ = pair(door, kind)
    data = ours.data.model_dump(mode="json")
    assert data[name] == str(US.uuid(1))
    strange = hear_of(door, service, "k1." + "z" * 52, US, 2)
    assert correct(door, ours.id, data | {name: str(strange)}).json()["code"] == "NOT_FOUND"
    second = hear_of(door, service, ours.subject, US, 3)
    assert correct(door, ours.id, data | {name: str(second)}).status_code == 200


def test_a_completion_is_corrected_where_it_was_recorded(tmp_path: Path) -> None:
    """Without a right it is nobody's but the office's that recorded it."""
    door = open_service(tmp_path, "training")
    everywhere = door.items("/v1/completions", completion(US, "PLT-1", 5), token=ANYONE)[0]["id"]
    here = door.items("/v1/completions", completion(US, "PLT-2", 5), token=HERE)[0]["id"]
    assert correct(door, everywhere).json()["code"] == "NOT_FOUND"
    assert correct(door, here).status_code == 200


def test_a_correction_taken_again_after_everything_is_gone_gets_its_first_id(
    tmp_path: Path,
) -> None:
    """A district's office finds what it took back, though the thing itself is forgotten."""
    door = open_service(tmp_path, "training")
    settle(door, "training", tmp_path)
    attended, _ = pair(door, "id.lintas.session.attended.v1")
    held, _ = pair(door, "id.lintas.session.held.v1")
    first = [correct(door, one.id).json() for one in (attended, held)]
    assert [correct(door, one.id).json() for one in (attended, held)] == first
    assert all("id" in one for one in first)


@pytest.mark.parametrize(("side", "kind"), [(US, "assigned"), (US, "enrolled"), (THEM, "enrolled")])
def test_a_family_that_moved_is_corrected_where_both_districts_are_covered(
    tmp_path: Path, side: Side, kind: str
) -> None:
    """Of one that left, all lies elsewhere now; of one that came, what happened before it came."""
    door = open_service(tmp_path, "beneficiary")
    settle(door, "beneficiary", tmp_path)
    moved = {"family_number": side.number("MOVER"), "effective_on": "2026-05-01"}
    away = VILLAGES[PROBOLINGGO if side is US else JEMBER]
    assert door.upload("/v1/imports/families", families(side, "MOVER", 8))[-1]["accepted"] == 1
    staged = {event.type.split(".")[3]: event for event in door.events()[-2:]}
    door.items("/v1/families/changes", moved | {"region": away})
    data = staged[kind].data.model_dump(mode="json")
    assert correct(door, staged[kind].id, data).json()["code"] == "NOT_FOUND"
    assert correct(door, staged[kind].id, data, token=ANYONE).status_code == 200


def test_what_lies_nowhere_is_corrected_by_who_may_act_everywhere(tmp_path: Path) -> None:
    """A completion of the time when areas were not kept."""
    door = open_service(tmp_path, "training")
    (done,) = door.items("/v1/completions", completion(US, "PLT-1", 5), token=HERE)
    with transaction(door.engine) as connection:
        connection.execute(update(completions).values(areas=None))
    assert correct(door, done["id"]).json()["code"] == "NOT_FOUND"
    assert correct(door, done["id"], token=ANYONE).status_code == 200


@pytest.mark.parametrize(
    ("ahead", "later"), [(timedelta(minutes=4), True), (timedelta(days=20), False)]
)
def test_the_last_correction_counts_though_the_clock_was_ahead_before(
    tmp_path: Path, ahead: timedelta, later: bool
) -> None:
    """Consumers rank by the recorded time; what lies further ahead they refuse altogether."""
    door = open_service(tmp_path, "training")
    settle(door, "training", tmp_path)
    held, _ = pair(door, "id.lintas.session.held.v1")
    app: Any = door.client.app
    staged = []
    for moment, objective in [(NOW + ahead, "WORK_QUALITY"), (NOW, "GROUP_GROWTH")]:
        app.state.clock = lambda moment=moment: moment
        data = held.data.model_dump(mode="json") | {"objectives": [objective]}
        assert correct(door, held.id, data, token=ANYONE).status_code == 200
        staged.append(door.events()[-1])
    first, second = ((event.recordedtime, event.id) for event in staged)
    assert (second > first) is later
    assert later or second[0] == NOW
