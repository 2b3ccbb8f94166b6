"""What a figure is: one SQL file, whose header is the definition and whose query is the rule.

    /*
    number = "21"
    ...
    */
    select 'i21.registered' as part, region, period, band, value from ...

Whoever reads the file knows the figure; nothing about it is anywhere else.
"""

import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Annotated, Any, Literal

import msgspec

from services.monitoring.figures.files import INDICATORS, VIEWS, tables_read, views_read
from services.monitoring.log.columns import SCHEMAS

OPENING, CLOSING = "/*\n", "*/\n"
Text = Annotated[str, msgspec.Meta(min_length=1)]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What readers of both languages see."""

    id: Text
    en: Text


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The definition in words and codes; every field is given."""

    number: Annotated[str, msgspec.Meta(pattern=r"^\d{2}$")]
    name_id: Text
    name_en: Text
    unit: Text
    """What is counted."""
    population: Words
    numerator: Words
    denominator: Words
    follow_up: Words
    """How long each is followed before it counts."""
    dimensions: tuple[Text, ...]
    needs: tuple[Text, ...]
    """The lists without which the figure is not complete."""
    disclosure: Literal["people", "open", "mixed"]
    """`people`: small counts are hidden. `open`: exact. `mixed`: the parts say which is which."""
    constraints: tuple[Text, ...]
    """What must hold between these figures and others."""
    source: Text
    """Where the formula comes from."""
    version: Annotated[int, msgspec.Meta(ge=1)]
    since: date
    """From when on this version counts."""
    parts: Annotated[dict[Text, Words], msgspec.Meta(min_length=1)]
    """Part of the cells -> how it is counted."""


class InvalidDefinition(Exception):
    """The file has no header, or the header lacks a field or has one that nobody knows."""


@dataclass(frozen=True)
class Definition:
    """One indicator as it is counted."""

    name: str
    """Name of its file."""
    header: Header
    text: str
    """The file, header included."""
    views: Mapping[str, str]
    """Every view that it reads, itself or through others, in the order in which they are made."""

    @property
    def number(self) -> str:
        """Its number in the list of indicators."""
        return self.header.number

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables of the log that it reads."""
        return tables_read(self.text, self.views)

    @property
    def sha256(self) -> str:
        """Hash of all that can change the figure: this file, its views, the columns of their tables."""
        columns = {name: str(SCHEMAS[name]) for name in self.tables}
        whole = {"file": self.text, "views": dict(self.views), "tables": columns}
        text = json.dumps(whole, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def described(self) -> dict[str, Any]:
        """Everything that a reader of the feed learns: the header, the query, what it reads."""
        described: dict[str, Any] = msgspec.to_builtins(self.header)
        query = self.text.partition(CLOSING)[2]
        return {**described, "query": query, "views": list(self.views), "tables": list(self.tables)}


def define(name: str, text: str, views: Mapping[str, str] = VIEWS) -> Definition:
    """Read a definition from its file.

    Raises:
        InvalidDefinition: the header is missing or not whole.
        UnknownTable: the query reads what does not exist.
    """
    head, closed, _ = text.removeprefix(OPENING).partition(CLOSING)
    if not (text.startswith(OPENING) and closed):
        raise InvalidDefinition(f"{name}: it does not begin with a header: /* ... */")
    try:
        header = msgspec.convert(tomllib.loads(head), Header)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise InvalidDefinition(f"{name}: header: {error}") from None
    read = {view: views[view] for view in views_read(text, views)}
    return Definition(name, header, text, MappingProxyType(read))


def _all() -> Mapping[str, Definition]:
    found = (define(name, text) for name, text in INDICATORS.items())
    return MappingProxyType({one.number: one for one in sorted(found, key=lambda one: one.number)})


DEFINITIONS: Mapping[str, Definition] = _all()
"""Every definition by number. A new one is a file in `indicators/` and its test."""
