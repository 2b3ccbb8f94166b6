"""Field types for CSV rows: they parse text, or refuse it with a code and a remedy.

    class Row(BaseModel):
        nomor_keluarga: Identifier
        kode_desa: VillageRegion
        tanggal_masuk: DayCell[HappenedOn]
        nomor_pendamping: Maybe[Identifier]

For a NIK use `shared.security.identity.NationalId`.
"""

import re
from datetime import date
from functools import partial
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator, Field, StringConstraints

from shared.csv.choices import ByWord
from shared.csv.damage import damage_of
from shared.csv.messages import problem, shape_of
from shared.csv.text import one_spelling
from shared.messages import phrase
from shared.regions import Regions

T = TypeVar("T")

_DAY_OR_MONTH_FIRST = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{2,4})\Z", re.ASCII)
_WHOLE = re.compile(r"-?\d+\Z", re.ASCII)
_UNDOTTED = re.compile(r"(\d{2})(\d{2})?(\d{2})?(\d{4})?\Z", re.ASCII)
_BETWEEN = re.compile(r"[\s;/]+|,(?!\d+[eE]|0+(?!\d))")
"""It must not split a NIK that a spreadsheet turned into 3,50991E+15 or 3509...,0."""
_ISO_LENGTH, _MAX_DIGITS, _CARD_LENGTH, _CENTURY = 10, 18, 16, 100
_CARD = re.compile(r"[0-9]{16}\Z")
_ZERO_LOST = re.compile(r"(?!62)[1-9][0-9]{8,}\Z")
"""Not an Indonesian number: without an area code it has at most eight digits, with one it starts with 0."""
_YES, _NO = ("ya", "yes"), ("", "-", "tidak", "no")
_LEVELS = {
    0: ("wilayah", "35.09.30.2009"),
    2: ("kabupaten", "35.09"),
    3: ("kecamatan", "35.09.30"),
    4: ("desa", "35.09.30.2009"),
}


def _date(value: Any, years: tuple[str, str]) -> Any:
    if not isinstance(value, str):
        return value
    usual = years[0] <= value[:4] <= years[1]
    if len(value) == _ISO_LENGTH and value[4] == value[7] == "-" and usual:
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise problem("DATE_INVALID", shape=shape_of(value)) from None
    code = "DATE_AMBIGUOUS" if _is_day_or_month_first(value) else "DATE_INVALID"
    raise problem(code if value else "FIELD_REQUIRED", shape=shape_of(value))


def _is_day_or_month_first(value: str) -> bool:
    """Whether it is a day in the one order or the other: 31/02/2026 is in neither."""
    if not (found := _DAY_OR_MONTH_FIRST.match(value)):
        return False
    first, second, year = (int(part) for part in found.groups())
    return any(_exists(year, month, day) for day, month in ((first, second), (second, first)))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year if year >= _CENTURY else 2000 + year, month, day)
    except ValueError:
        return False
    return True


def _number(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not _WHOLE.match(value):
        raise problem("AMOUNT_FORMAT" if value else "FIELD_REQUIRED", shape=shape_of(value))
    if len(value) > _MAX_DIGITS:
        digits = phrase("list.limit.digits")
        raise problem(
            "AMOUNT_RANGE",
            limit=digits.of("id", value=_MAX_DIGITS),
            limit_en=digits.of("en", value=_MAX_DIGITS),
        )
    return int(value)


def _region(value: Any, levels: int) -> Any:
    code = value
    if isinstance(value, str) and "." not in value and (match := _UNDOTTED.match(value)):
        code = ".".join(part for part in match.groups() if part)
    if not Regions.load().exists(code) or (levels and code.count(".") + 1 != levels):
        level, example = _LEVELS[levels]
        reason = "REGION_UNKNOWN" if value else "FIELD_REQUIRED"
        raise problem(reason, shape=shape_of(value), level=level, example=example)
    return code


def _card(value: Any) -> Any:
    if not isinstance(value, str) or _CARD.match(value):
        return value
    raise problem(
        f"NUMBER_{damage_of(value)}" if value else "FIELD_REQUIRED",
        shape=shape_of(value),
        length=len(value),
        expected=_CARD_LENGTH,
    )


def _phone(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    damage = "ZERO_LOST" if _ZERO_LOST.match(value) else damage_of(value)
    if damage in ("SEPARATED", "LENGTH", "FORMAT"):
        return value  # no spreadsheet's doing: the type itself decides
    raise problem(f"NUMBER_{damage}", shape=shape_of(value))


def _spelled(value: Any) -> Any:
    return one_spelling(value) if isinstance(value, str) else value


def _none_if_empty(value: Any) -> Any:
    return None if value in ("", "-") else value


def _split(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return tuple(filter(None, _BETWEEN.split("" if value == "-" else value)))


def _several(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    parts = (part.strip() for part in re.split(r"[,;/]", "" if value == "-" else value))
    return tuple(filter(None, parts))


def _declared(value: Any) -> Any:
    if not isinstance(value, str) or value.lower() in _YES:
        return bool(value)
    # an answer that named "ya" alone would teach to write it
    raise problem("NOT_DECLARED")


def _yes_or_empty(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value.lower() in (*_YES, *_NO):
        return value.lower() in _YES
    raise problem("YES_OR_EMPTY")


IsoDate = Annotated[date, BeforeValidator(partial(_date, years=("1900", "2100")))]
"""YYYY-MM-DD of 1900 to 2100; DATE_AMBIGUOUS for days in another order, else DATE_INVALID."""
DayCell = Annotated[T, BeforeValidator(partial(_date, years=("0001", "9999")))]
"""`DayCell[HappenedOn]`: a date of any year; the type itself sets the bounds."""
NumberCell = Annotated[T, BeforeValidator(_number)]
"""`NumberCell[Year]`: a whole number in plain digits or AMOUNT_FORMAT; its bounds give AMOUNT_RANGE."""
Number = NumberCell[int]
"""A whole number in plain digits without bounds."""
RegionCode = Annotated[str, BeforeValidator(partial(_region, levels=0))]
"""An existing Kemendagri code, dots optional; gives the dotted form or REGION_UNKNOWN."""
DistrictRegion = Annotated[str, BeforeValidator(partial(_region, levels=2))]
"""Code of a kabupaten or kota."""
SubdistrictRegion = Annotated[str, BeforeValidator(partial(_region, levels=3))]
"""Code of a kecamatan."""
VillageRegion = Annotated[str, BeforeValidator(partial(_region, levels=4))]
"""Code of a desa or kelurahan."""
Choice = Annotated[T, ByWord()]
"""`Choice[SomeStrEnum]`: one of its words or codes, or FIELD_CHOICE with the words."""
Maybe = Annotated[T | None, BeforeValidator(_none_if_empty)]
"""`Maybe[X]`: an empty cell or a lone hyphen is None, any other cell must be an X."""
Many = Annotated[tuple[T, ...], BeforeValidator(_split), Field(max_length=20)]
"""`Many[X]`: up to twenty X in one cell, separated by blanks, line ends or one of `, ; /`."""
Several = Annotated[tuple[T, ...], BeforeValidator(_several), Field(max_length=20)]
"""`Several[Choice[X]]`: up to twenty X in one cell, separated by `,`, `;` or `/`; words keep their blanks."""
Declared = Annotated[Literal[True], BeforeValidator(_declared)]
"""`ya`: a person declared it; anything else is NOT_DECLARED, and the row is of no use."""
YesOrEmpty = Annotated[bool, BeforeValidator(_yes_or_empty)]
"""`ya`, or nothing (an empty cell, `-`, `tidak`); anything else is YES_OR_EMPTY."""
OWN_NUMBER = r"^[A-Za-z0-9./-]{1,40}$"
Identifier = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=OWN_NUMBER)]
"""A number that the ministry assigned: letters, digits, dot, slash, hyphen."""
PlainText = Annotated[
    str, StringConstraints(min_length=1, max_length=200), BeforeValidator(_spelled)
]
"""One to 200 characters of text, with single blanks, however it came."""
CardNumber = Annotated[str, StringConstraints(pattern=r"^[0-9]{16}$"), BeforeValidator(_card)]
"""The 16 digits of a family card's number, or a NUMBER_ code that names the damage."""
PhoneCell = Annotated[T, BeforeValidator(_phone)]
"""`PhoneCell[str]`: never shown in a message; NUMBER_ZERO_LOST and others name the damage."""
