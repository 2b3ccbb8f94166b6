"""Identities kept from view: the NIK that masks itself, and the pseudonym that replaces it."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from typing import Any, Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from shared import messages
from shared.csv.damage import damage_of
from shared.security.base32 import base32_of

MASK = "*" * 16
PSEUDONYM_KEY_BYTES = 32
_DIGITS = re.compile(r"[0-9]{16}")
_KEY_ID = re.compile(r"[a-z0-9]{1,16}")
_WOMAN = 40
"""A woman's day of birth is written with this added."""
_FEBRUARY, _LEAP_DAY = 2, 29
_LONGEST = {month: monthrange(1901, month)[1] for month in range(1, 13)}
"""Days of each month of a common year."""


class InvalidNationalId(ValueError):
    """Text that is no NIK: the catalogue of messages has its `code`, never the value."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.message = messages.text(f"{code}.field").message({})
        super().__init__(f"{code}: {self.message}")


class NationalId:
    """A NIK of possible structure. Only `reveal` shows it; repr, str, format, JSON are masked."""

    __slots__ = ("_digits",)

    def __init__(self, digits: str) -> None:
        _require_structure(digits)
        self._digits = digits

    @classmethod
    def parse(cls, text: str) -> Self:
        """The NIK in this text.

        Raises:
            InvalidNationalId: the text cannot be a NIK.
        """
        return cls(text)

    def reveal(self) -> str:
        """The sixteen digits: for encryption and pseudonyms, never for messages."""
        return self._digits

    def birth_date(self, latest_year: int) -> date | None:
        """The date inside, in the last century not beyond `latest_year`; a hint, not a fact."""
        day, month, year = _date_parts(self._digits)
        century = latest_year - latest_year % 100
        full = century + year if century + year <= latest_year else century - 100 + year
        return _date(full, month, day)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, NationalId) and self._digits == other._digits

    def __hash__(self) -> int:
        return hash(("NIK", self._digits))

    def __repr__(self) -> str:
        return f"NationalId({MASK})"

    def __str__(self) -> str:
        return MASK

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __reduce__(self) -> Any:
        raise TypeError("a NIK is not pickled: it would leave unmasked")

    @classmethod
    def __get_pydantic_core_schema__(cls, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.no_info_after_validator_function(cls.parse, core_schema.str_schema())
        return core_schema.no_info_wrap_validator_function(
            _leave_instances, text, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        description = "NIK, 16 digits; kept encrypted by this service and never given out"
        return {"type": "string", "pattern": "^[1-9][0-9]{15}$", "description": description}


def _leave_instances(value: Any, parse: Callable[[Any], NationalId]) -> NationalId:
    if type(value) is str:  # nearly always: no need to go back into Pydantic
        return NationalId(value)
    return value if isinstance(value, NationalId) else parse(value)


def _require_structure(text: str) -> None:
    if not _DIGITS.fullmatch(text):
        raise InvalidNationalId(f"NIK_{damage_of(text)}")
    if text.endswith("0000"):
        raise InvalidNationalId("NIK_ROUNDED")
    if text[0] == "0" or text[2:4] == "00" or text[4:6] == "00":
        raise InvalidNationalId("NIK_REGION")
    day, month, year = _date_parts(text)
    # of both centuries the leap years agree, but for the years 1900 and 2000: one of them is enough
    longest = _LONGEST.get(month, 0) if month != _FEBRUARY or year % 4 else _LEAP_DAY
    if not 1 <= day <= longest:
        raise InvalidNationalId("NIK_DATE")


def _date_parts(digits: str) -> tuple[int, int, int]:
    """Day, month and two digits of the year; a woman's day is counted from 41."""
    day, month, year = int(digits[6:8]), int(digits[8:10]), int(digits[10:12])
    return day - _WOMAN if day > _WOMAN else day, month, year


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


class Pseudonymiser:
    """Makes the keyed pseudonym that represents a person or a family on the bus."""

    __slots__ = ("_keyed", "key_id")

    def __init__(self, key_id: str, key: bytes) -> None:
        if not _KEY_ID.fullmatch(key_id) or len(key) < PSEUDONYM_KEY_BYTES:
            raise ValueError("a pseudonym key needs an id of a-z0-9 and at least 32 bytes")
        self.key_id = key_id
        self._keyed = HMAC(key, SHA256())

    def person(self, national_id: NationalId) -> str:
        """The pseudonym of a person: the same NIK gives the same pseudonym while the key lives."""
        return self._pseudonym(b"person:", national_id.reveal())

    def family(self, number: str) -> str:
        """The pseudonym of a family, from its owner's family number."""
        return self._pseudonym(b"family:", number)

    def _pseudonym(self, kind: bytes, text: str) -> str:
        keyed = self._keyed.copy()  # a key is prepared once, which costs more than its use
        keyed.update(kind + text.encode())
        return f"{self.key_id}.{base32_of(keyed.finalize())}"

    def __repr__(self) -> str:
        return f"Pseudonymiser({self.key_id})"
