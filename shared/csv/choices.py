"""The words of codes: what an office writes in a list, and what the contract calls it.

`code.<class>.<code>` of the catalogue is the Indonesian word and the English one; beside the Indonesian
word the code itself is taken, so that files of programs and of offices are read alike.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from shared.csv.messages import problem
from shared.messages import phrase

_BETWEEN = re.compile(r"[\s_-]+")
_SHORT = re.compile(r"[0-9]\Z")
"""A spreadsheet makes 1 of the code 01."""


class ByWord:
    """Marks a field whose codes are written as words: `Annotated[CooperativeKind, ByWord()]`."""

    def __get_pydantic_core_schema__(
        self, source: type[StrEnum], handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Read the word before the enumeration checks the code."""
        return core_schema.no_info_before_validator_function(
            lambda value: coded(value, source), handler(source)
        )


def coded(value: Any, codes: type[StrEnum]) -> Any:
    """The code of a word or of the code itself; FIELD_CHOICE names the words that there are."""
    if not isinstance(value, str) or isinstance(value, codes):
        return value
    found = _known(codes).get(_plain(value))
    if found is None:
        expected = ", ".join(words_of(codes).values())
        raise problem("FIELD_CHOICE" if value else "FIELD_REQUIRED", expected=expected)
    return found


@cache
def words_of(codes: type[StrEnum]) -> Mapping[StrEnum, str]:
    """The Indonesian word of each code, as a list shows it."""
    return {code: phrase(name_of(code)).id for code in codes}


def choices_of(model: type[BaseModel]) -> dict[str, type[StrEnum]]:
    """The columns of a model that take codes, and which codes."""
    found = {name: _codes_in(info.annotation) for name, info in model.model_fields.items()}
    return {name: codes for name, codes in found.items() if codes is not None}


def name_of(code: StrEnum) -> str:
    """The name of a code's words in the catalogue."""
    return f"code.{type(code).__name__}.{code.value}"


def _codes_in(annotation: Any) -> type[StrEnum] | None:
    """The enumeration that a type is made of, however deep it lies."""
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return annotation
    return next(filter(None, map(_codes_in, get_args(annotation))), None)


@cache
def _known(codes: type[StrEnum]) -> Mapping[str, StrEnum]:
    """Each code by what may be written for it."""
    known = {_plain(word): code for code, word in words_of(codes).items()}
    return known | {_plain(code.value): code for code in codes}


def _plain(text: str) -> str:
    """Without the difference of capitals, blanks, hyphens and underscores."""
    plain = _BETWEEN.sub(" ", text).strip().casefold()
    return plain.zfill(2) if _SHORT.match(plain) else plain
