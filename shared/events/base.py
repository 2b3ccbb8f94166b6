"""The parent of every payload and the coded field types that payloads share."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

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
]
SubdistrictCode = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{2}\.[0-9]{2}\.[0-9]{2}$",
        description="Kemendagri code of a kecamatan",
        examples=["35.09.30"],
    ),
]
DistrictCode = Annotated[
    str,
    Field(
        pattern=r"^[0-9]{2}\.[0-9]{2}$",
        description="Kemendagri code of a kabupaten or kota",
        examples=["35.09"],
    ),
]


class Payload(BaseModel):
    """The `data` of one event: frozen, closed, every field coded and described.

    Producers may send nothing beyond the declared fields. Consumers parse with `extra="ignore"`
    (see `envelope.parse`), so a newer minor version never stops an older reader.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


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
