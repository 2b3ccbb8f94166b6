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
from services.monitoring.figures.sums import InvalidSum, read_sum
from services.monitoring.log.columns import SCHEMAS

OPENING, CLOSING = "/*\n", "*/\n"
Text = Annotated[str, msgspec.Meta(min_length=1)]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What readers of both languages see."""

    id: Text
    en: Text


Kind = Literal["stock", "flow", "cohort", "snapshot", "year", "internal"]
"""How cells become figures: `stock` adds the net changes of all months so far, `flow` takes the month,
`cohort` follows those of a month to an end, `snapshot` adds everything up to the last month, `year`
adds the months of a year. `internal` cells make no figure."""
Unit = Literal[
    "family",
    "person",
    "membership",
    "group",
    "cooperative",
    "session",
    "facilitator",
    "record",
    "target",
]
ELEMENTARY = ("PKH", "PKH_PLUS", "SEMBAKO", "OTHER_SOCIAL")
PROGRAMMES: Mapping[str, tuple[str, ...]] = {
    "none": (),
    "recipients": ELEMENTARY,
    "persons": (*ELEMENTARY, "NONE"),
    "PKH": ("PKH",),
}
"""The elementary programmes of a part: nobody is in two of them, so ALL is their sum.
One alone has no ALL: that would say something of programmes that nobody has counted."""


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One part of the cells: how it is counted, in words, and which figures it makes."""

    id: Text
    en: Text
    kind: Kind = "internal"
    measure: str = ""
    """Name of its figures; the cell's band is theirs."""
    measures: tuple[Text, ...] = ()
    """In place of one measure: the cell's band is `MEASURE` or `MEASURE/BAND`."""
    unit: Unit = "record"
    disclosure: Literal["people", "open"] = "people"
    """`people`: rounded, small counts hidden. `open`: exact."""
    levels: tuple[Literal["kabupaten", "kecamatan"], ...] = ("kabupaten",)
    """Where the cells are; sums of kabupaten are made for provinsi and nation."""
    programmes: Literal["none", "recipients", "persons", "PKH"] = "none"
    bands: tuple[str, ...] = ()
    """Bands that have a row also where nobody is in them."""
    follow_days: Annotated[int, msgspec.Meta(ge=0)] = 0
    """For cohorts: shown when its last day lies so many days before the end of the release."""
    needs: tuple[Text, ...] | None = None
    """The lists that these figures need, where not all of the header's."""
    applies_where: str = ""
    """A measure: where it is 0, these figures cannot exist."""
    said_by: str = ""
    """A measure: where it is 0, nobody has said anything, and these figures are not reported."""
    made_by: str = ""
    """An internal part whose bands name the persons whose results these figures add up: of fewer than
    three, the one who knows his own would learn another's, and the figure is hidden."""

    def split(self, band: str) -> tuple[str, str]:
        """Measure and band of a figure from the band of its cell."""
        if self.measure:
            return self.measure, band
        measure, _, rest = band.partition("/")
        return measure, rest

    @property
    def names(self) -> tuple[str, ...]:
        """Its measures."""
        return (self.measure,) if self.measure else self.measures


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
    sums: tuple[Text, ...] = ()
    """Sums that hold in every place, period, programme and band: `enrolled = joined + not_joined`;
    `joined = joined[decile:*]` adds up bands. A measure that no part gives is what remains."""
    source: Text
    """Where the formula comes from."""
    version: Annotated[int, msgspec.Meta(ge=1)]
    since: date
    """From when on this version counts."""
    not_counted: Words | None = None
    """Whom or what a reader might expect in the figure and does not find there."""
    caveats: Words | None = None
    """What the figure does not say."""
    parts: Annotated[dict[Text, Part], msgspec.Meta(min_length=1)]
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
    _check_parts(name, header)
    read = {view: views[view] for view in views_read(text, views)}
    return Definition(name, header, text, MappingProxyType(read))


def _check_parts(name: str, header: Header) -> None:
    """Refuse sums that are none, and figures without a measure."""
    try:
        for text in header.sums:
            read_sum(text)
    except InvalidSum as error:
        raise InvalidDefinition(f"{name}: sums: {error}") from None
    for part, one in header.parts.items():
        if one.kind != "internal" and not one.names:
            raise InvalidDefinition(f"{name}: {part}: neither measure nor measures")
        made_by = header.parts.get(one.made_by)
        if one.made_by and (made_by is None or made_by.kind != "internal"):
            raise InvalidDefinition(
                f"{name}: {part}: made_by = {one.made_by!r} is no internal part"
            )


def _all() -> Mapping[str, Definition]:
    found = (define(name, text) for name, text in INDICATORS.items())
    return MappingProxyType({one.number: one for one in sorted(found, key=lambda one: one.number)})


DEFINITIONS: Mapping[str, Definition] = _all()
"""Every definition by number. A new one is a file in `indicators/` and its test."""
