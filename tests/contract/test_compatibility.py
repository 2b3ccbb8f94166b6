"""The gate: which edits of a payload class are stopped, and what the message says."""

import copy
import json
from collections.abc import Callable
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import jsoncompat
import pytest
import typer
from pydantic import Field, create_model

from lintas import schemas as command
from shared.events.attributes import Schema
from shared.events.base import DecileBand, Payload, Programme, VillageCode
from shared.events.beneficiary import FamilyEnrolled, FamilyPerson
from shared.events.catalogue import CATALOGUE
from shared.events.compatibility import Difference, compare, compare_catalogues
from shared.events.json_schema import envelope_schema, payload_schema, payload_schemas

NAME = "id.lintas.family.enrolled.v1"
GOLDEN = payload_schema(NAME, FamilyEnrolled)
Fields = dict[str, Any]


def edited(
    change: Callable[[Fields], Fields], base: type[Payload] = FamilyEnrolled
) -> type[Payload]:
    """The payload class after an edit of its fields, made as a developer would make it."""
    fields = {name: (info.annotation, info) for name, info in base.model_fields.items()}
    return create_model(base.__name__, __base__=Payload, __doc__=base.__doc__, **change(fields))


def without(name: str) -> Callable[[Fields], Fields]:
    """Remove a field."""
    return lambda fields: {key: value for key, value in fields.items() if key != name}


def with_field(name: str, kind: Any, default: Any = ...) -> Callable[[Fields], Fields]:
    """Add or replace a field."""
    return lambda fields: fields | {name: (kind, Field(default, description="A field"))}


class FewerProgrammes(StrEnum):
    """A value less."""

    PKH = "PKH"
    PKH_PLUS = "PKH_PLUS"


class MoreProgrammes(StrEnum):
    """A value more."""

    PKH = "PKH"
    PKH_PLUS = "PKH_PLUS"
    OTHER_SOCIAL = "OTHER_SOCIAL"
    FOOD = "FOOD"


class RenamedBand(StrEnum):
    """A value with another spelling."""

    D1_2 = "D1_D2"
    D3_4 = "D3_4"
    D5 = "D5"
    D6_10 = "D6_10"


PERSON_WITHOUT_BAND: Any = edited(without("age_band"), FamilyPerson)
PERSON_WITH_SEX: Any = edited(with_field("sex", Literal["F", "M"]), FamilyPerson)
PERSON_RETYPED: Any = edited(with_field("representative", int), FamilyPerson)

BREAKING: dict[str, tuple[Callable[[Fields], Fields], str, str]] = {
    "field removed": (without("programme"), "programme", "removed or renamed"),
    "field renamed": (
        lambda f: without("region")(f) | {"village": f["region"]},
        "region",
        "removed or renamed",
    ),
    "required field added": (
        with_field("sex", Literal["F", "M"]),
        "sex",
        "required field was added",
    ),
    "date made text": (with_field("enrolled_on", str), "enrolled_on", "format changed"),
    "date made a moment": (with_field("enrolled_on", int), "enrolled_on", "type changed"),
    "text made an id": (with_field("region", UUID), "region", "changed"),
    "list made one": (with_field("persons", FamilyPerson), "persons", "changed"),
    "required made optional": (
        with_field("enrolled_on", date, date(2020, 1, 1)),
        "enrolled_on",
        "became optional",
    ),
    "null allowed": (with_field("enrolled_on", date | None), "enrolled_on", "changed"),
    "enum value removed": (
        with_field("programme", FewerProgrammes),
        "programme",
        "'OTHER_SOCIAL' was removed",
    ),
    "enum value added": (with_field("programme", MoreProgrammes), "programme", "'FOOD' was added"),
    "enum value respelt": (
        with_field("decile_band", RenamedBand),
        "decile_band",
        "'D1_2' was removed",
    ),
    "enum made free text": (with_field("programme", str), "programme", "enum changed"),
    "pattern dropped": (with_field("region", str), "region", "pattern changed"),
    "pattern narrowed": (
        with_field("region", Annotated[str, Field(pattern=r"^35\.")]),
        "region",
        "pattern changed",
    ),
    "longer list": (
        with_field("persons", Annotated[tuple[FamilyPerson, ...], Field(max_length=30)]),
        "persons",
        "maxItems changed",
    ),
    "shorter list": (
        with_field("persons", Annotated[tuple[FamilyPerson, ...], Field(max_length=5)]),
        "persons",
        "maxItems changed",
    ),
    "minimum length added": (
        with_field(
            "persons", Annotated[tuple[FamilyPerson, ...], Field(max_length=20, min_length=1)]
        ),
        "persons",
        "minItems changed",
    ),
    "inner field removed": (
        with_field("persons", Annotated[tuple[PERSON_WITHOUT_BAND, ...], Field(max_length=20)]),
        "persons[].age_band",
        "removed or renamed",
    ),
    "inner field required": (
        with_field("persons", Annotated[tuple[PERSON_WITH_SEX, ...], Field(max_length=20)]),
        "persons[].sex",
        "required field was added",
    ),
    "inner field retyped": (
        with_field("persons", Annotated[tuple[PERSON_RETYPED, ...], Field(max_length=20)]),
        "persons[].representative",
        "type changed",
    ),
}


@pytest.mark.parametrize("edit", BREAKING)
def test_an_edit_that_somebody_could_not_read_is_stopped(edit: str) -> None:
    """The message names the type, the field, what happened and the command."""
    change, field, what = BREAKING[edit]
    found = [
        item
        for item in compare(NAME, GOLDEN, payload_schema(NAME, edited(change)))
        if not item.additive
    ]
    assert field in {item.field for item in found}
    text = "\n".join(map(str, found))
    assert NAME in text
    assert what in text
    assert "make schemas" in text
    assert "enrolled.v2" in text


COMPATIBLE: dict[str, Callable[[Fields], Fields]] = {
    "nothing": lambda fields: fields,
    "optional text": with_field("note_code", str | None, None),
    "optional enum": with_field("band_before", DecileBand | None, None),
    "optional list": with_field("villages", tuple[VillageCode, ...], ()),
    "order of fields": lambda fields: dict(reversed(fields.items())),
    "other words": lambda fields: (
        fields | {"programme": (Programme, Field(description="Other words"))}
    ),
}


def published_by_a_class(schema: Schema) -> Schema:
    """The schema of what is in the log: publishers write the declared fields alone."""
    closed = schema | {"additionalProperties": False}
    inner = {
        name: each | ({"additionalProperties": False} if "properties" in each else {})
        for name, each in schema.get("$defs", {}).items()
    }
    return closed | {"$defs": inner}


@pytest.mark.parametrize("edit", COMPATIBLE)
def test_an_edit_that_everybody_can_read_passes(edit: str) -> None:
    """Only additions are reported; a second tool agrees that the log stays readable."""
    schema = payload_schema(NAME, edited(COMPATIBLE[edit]))
    found = compare(NAME, GOLDEN, schema)
    assert all(item.additive for item in found)
    assert len(found) == (1 if edit.startswith("optional") else 0)
    both = (published_by_a_class(GOLDEN), published_by_a_class(schema))
    texts = [json.dumps({k: v for k, v in each.items() if k != "$id"}) for each in both]
    assert jsoncompat.check_compat(texts[0], texts[1], "deserializer")


@pytest.mark.parametrize("edit", COMPATIBLE)
def test_an_older_reader_takes_what_a_compatible_edit_sends(edit: str) -> None:
    """The class of today reads an event of tomorrow, ignoring what it does not know."""
    tomorrow: Any = edited(COMPATIBLE[edit])
    sent = tomorrow(
        programme="PKH",
        region="35.09.30.2009",
        enrolled_on="2025-01-15",
        decile_band="D5",
        persons=(),
    ).model_dump_json()
    assert FamilyEnrolled.model_validate_json(sent, extra="ignore").region == "35.09.30.2009"


@pytest.mark.parametrize("place", ["", "FamilyPerson"])
def test_a_schema_that_is_closed_is_stopped(place: str) -> None:
    """A closed schema would refuse the optional field of tomorrow, on top or inside a list."""
    closed = copy.deepcopy(GOLDEN)
    (closed["$defs"][place] if place else closed)["additionalProperties"] = False
    found = compare(NAME, GOLDEN, closed)
    assert any("additionalProperties changed" in str(item) for item in found)


def test_a_changed_default_is_stopped() -> None:
    """Readers fill an absent field with the default: another one changes old events."""
    before = edited(with_field("rank", int, 1))
    after = edited(with_field("rank", int, 2))
    found = compare(NAME, payload_schema(NAME, before), payload_schema(NAME, after))
    assert [(item.field, item.additive) for item in found] == [("rank", False)]


def test_number_limits_may_neither_grow_nor_shrink() -> None:
    """A wider limit breaks older readers, a narrower one the log."""
    schemas = [
        payload_schema(NAME, edited(with_field("rank", Annotated[int, Field(ge=1, le=top)])))
        for top in (10, 20)
    ]
    assert not any(item.additive for item in compare(NAME, schemas[0], schemas[1]))
    assert "maximum changed from 10 to 20" in str(compare(NAME, schemas[0], schemas[1])[0])
    assert "maximum changed from 20 to 10" in str(compare(NAME, schemas[1], schemas[0])[0])


def test_a_type_may_be_added_but_never_removed() -> None:
    """A new type only needs storing; a removed one leaves unreadable events in the log."""
    before = payload_schemas()
    fewer = {name: schema for name, schema in before.items() if name != NAME}
    assert [str(item).split(":")[0] for item in compare_catalogues(before, fewer)] == [NAME]
    (added,) = compare_catalogues(fewer, before)
    assert added.additive
    assert "make schemas" in str(added)


@pytest.mark.parametrize("attribute", envelope_schema()["required"])
def test_no_attribute_may_leave_the_envelope(attribute: str) -> None:
    """The envelope is under the same gate."""
    schema = envelope_schema()
    schema["properties"] = {k: v for k, v in schema["properties"].items() if k != attribute}
    schema["required"] = [name for name in schema["required"] if name != attribute]
    assert attribute in {item.field for item in compare("envelope.v1", envelope_schema(), schema)}


@pytest.mark.parametrize("event_type", sorted(CATALOGUE))
def test_removing_any_field_of_any_type_is_stopped(event_type: str) -> None:
    """The gate holds for the whole catalogue, not for the example class alone."""
    payload = CATALOGUE[event_type]
    before = payload_schema(event_type, payload)
    for field in payload.model_fields:
        found = compare(
            event_type, before, payload_schema(event_type, edited(without(field), payload))
        )
        assert field in {item.field for item in found if not item.additive}


def test_the_command_refuses_to_store_a_breaking_edit(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`make schemas` is no way around the gate: nothing is written, exit 1, and why."""
    written: list[Any] = []
    broken: dict[str, Schema] = payload_schemas({**CATALOGUE, NAME: edited(without("region"))})
    monkeypatch.setattr(command, "payload_schemas", lambda: broken)
    monkeypatch.setattr(command, "write", written.append)
    with pytest.raises(typer.Exit) as stopped:
        command.schemas(check=False, against=None)
    assert stopped.value.exit_code == 1
    assert written == []
    assert f"{NAME}, field region: the field was removed or renamed" in capsys.readouterr().err


def test_the_difference_names_the_next_version() -> None:
    """The way on is written in the message."""
    assert "id.lintas.family.enrolled.v2" in str(Difference(NAME, "region", "x"))
