"""The parent of every payload and the coded field types that payloads share."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, get_args
from uuid import UUID

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Strict,
)
from pydantic_core import CoreSchema, core_schema

from shared.events.attributes import UUID_FORM, Schema
from shared.events.event_type import EventType


@dataclass(frozen=True, eq=False)
class Written:
    """The one form in which a value is written in JSON, checked before Pydantic reads it.

    Pydantic alone reads more than the published schema allows: `urn:uuid:...` as a UUID, seconds
    since 1970 as a date, 1 as true.
    """

    form: CoreSchema
    published: Schema

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """In JSON first the form, then the value; in Python the value as ever."""
        value = handler(source)
        written = core_schema.chain_schema([self.form, value])
        return core_schema.json_or_python_schema(json_schema=written, python_schema=value)

    def __get_pydantic_json_schema__(
        self, _schema: CoreSchema, _handler: GetJsonSchemaHandler
    ) -> Schema:
        """What the contract publishes."""
        return dict(self.published)


_DATE_FORM = "^[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}$"
Id = Annotated[
    UUID,
    Written(  # of the texts that are read as a UUID only the one with hyphens has 36 characters
        core_schema.str_schema(min_length=36, max_length=36),
        {"type": "string", "format": "uuid", "pattern": UUID_FORM},
    ),
]
Day = Annotated[
    date,
    Written(
        core_schema.str_schema(pattern=_DATE_FORM),
        {"type": "string", "format": "date", "pattern": _DATE_FORM},
    ),
]
Whole = Annotated[int, Strict()]
Flag = Annotated[bool, Strict()]
Yes = Annotated[
    Literal[True], Written(core_schema.bool_schema(strict=True), {"type": "boolean", "const": True})
]


@dataclass(frozen=True)
class RegionCode:
    """Marks a field whose value must be a code of the list of regions."""


Pseudonym = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9]{1,16}\.[a-z2-7]{52}$",
        description="Key id, a dot, base32 of HMAC-SHA-256: a person or family without a name",
        examples=["k1." + "a" * 52],
    ),
]
VillageCode = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{2}\.[0-9]{2}\.[0-9]{2}\.[0-9]{4}$",
        description="Kemendagri code of a village (desa) or urban ward (kelurahan)",
        examples=["35.09.30.2009"],
    ),
    RegionCode(),
]
SubdistrictCode = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{2}\.[0-9]{2}\.[0-9]{2}$",
        description="Kemendagri code of a kecamatan",
        examples=["35.09.30"],
    ),
    RegionCode(),
]
DistrictCode = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{2}\.[0-9]{2}$",
        description="Kemendagri code of a kabupaten or kota",
        examples=["35.09"],
    ),
    RegionCode(),
]


Month = Annotated[
    str,
    Field(pattern=r"^[1-9][0-9]{3}-(0[1-9]|1[0-2])$", examples=["2026-06"]),
]
"""A calendar month; a field that has one says its bound besides (`shared.events.days`)."""


class Payload(BaseModel):
    """The `data` of one event: frozen, every field coded and described.

    Publishers write the declared fields alone: the class refuses others. Readers ignore fields that
    they do not know (`envelope.parse`), and so does the published schema: an optional field may be
    added without stopping anyone.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    EVENT: ClassVar[EventType | None] = None
    """What the contract says of this type of event; none for a part of other payloads."""


def object_lists(payload: type[Payload]) -> dict[str, type[Payload]]:
    """The fields of a class that are lists of objects, and the class of the objects."""
    return {
        name: kind
        for name, field in payload.model_fields.items()
        for kind in get_args(field.annotation)
        if isinstance(kind, type) and issubclass(kind, Payload)
    }


class Programme(StrEnum):
    """The assistance programme that a family is enrolled in."""

    PKH = "PKH"
    PKH_PLUS = "PKH_PLUS"
    OTHER_SOCIAL = "OTHER_SOCIAL"


class DecileBand(StrEnum):
    """Welfare decile in bands; 1 is the poorest. The exact decile stays with its owner."""

    D1_2 = "D1_2"
    D3_4 = "D3_4"
    D5 = "D5"
    D6_10 = "D6_10"


class AgeBand(StrEnum):
    """Age in the bands that indicators use; birth dates stay with their owner."""

    A17_29 = "A17_29"
    A30_44 = "A30_44"
    A45_64 = "A45_64"
    OTHER = "OTHER"


class BusinessType(StrEnum):
    """KBLI 2020 divisions in which recipients' businesses fall."""

    CROPS_LIVESTOCK = "01"
    FOOD = "10"
    DRINK = "11"
    TEXTILE = "13"
    APPAREL = "14"
    LEATHER = "15"
    WOOD_WICKER = "16"
    OTHER_CRAFT = "32"
    RETAIL = "47"
    FOOD_SERVICE = "56"
