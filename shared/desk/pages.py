"""Declared pages: a title, columns, rows, acts; `page_routes` makes routes and HTML of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from shared.application.context import Context
from shared.desk.edge import HOME
from shared.errors import Refusal
from shared.http.batches import Outcome
from shared.http.problems import field_error, field_refusal
from shared.messages import Words
from shared.security.tokens import Grant

PAGE_ROWS = 50
"""Rows of a page."""
Item = TypeVar("Item", bound=BaseModel)


def everybody(_grant: Grant) -> bool:
    """For whoever has the scope."""
    return True


def staff(grant: Grant) -> bool:
    """For the office's own people: not for a facilitator, whose families are some of many."""
    return grant.for_office


Cell = str | int | date | Words | None


@dataclass(frozen=True)
class Row:
    """One line of a page."""

    key: str
    """What an act is given to find it again."""
    cells: Sequence[Cell]
    acts: tuple[str, ...] = ()
    """The names of the acts that this row offers."""
    link: str = ""
    """Where its first cell leads, below `/desk`; empty: nowhere."""


@dataclass(frozen=True)
class Rows:
    """One page of rows, and the cursor of the next one."""

    rows: Sequence[Row]
    next: str | None = None
    notes: Sequence[Words] = ()
    """Sentences above the table."""


@dataclass(frozen=True)
class Asked:
    """What a visitor asks to see of a page."""

    area: str
    """One that the account covers."""
    after: str | None = None
    """The cursor; none for the first page."""
    month: str = ""
    """`2026-06`, of a page that has months."""
    find: str = ""
    """What the visitor searches for, on a page with a search."""
    limit: int = PAGE_ROWS


@dataclass(frozen=True)
class Given:
    """What a visitor gives to an act."""

    key: str
    choice: str
    """Empty without choices."""
    day: date
    """Today, unless the act asks for a day."""
    text: str = ""
    """Empty unless the act asks for a text."""


@dataclass(frozen=True)
class Act:
    """A button: one call of a use case, in one transaction."""

    name: str
    """The last part of its address."""
    label: str
    """The name of a phrase."""
    do: Callable[[Context, Given], None]
    """Raises Refusal."""
    scope: str
    choices: Mapping[str, str] | None = None
    """Values that one chooses from, with the names of their phrases."""
    dated: bool = False
    """Whether it asks for the day on which it happened."""
    text: str = ""
    """The phrase of a text that it asks for; empty: it asks for none."""
    offered: Callable[[Grant], bool] = everybody
    """For whom it is, of those who see its page."""

    def open_to(self, grant: Grant) -> bool:
        """Whether this person may do it."""
        return grant.allows(self.scope) and self.offered(grant)


@dataclass(frozen=True)
class Reveal:
    """Cells that are masked until somebody asks for them."""

    show: Callable[[Context, Sequence[str]], Mapping[str, Mapping[str, str]]]
    """Of the rows with these keys what each masked column says; it records the look."""
    scope: str


@dataclass(frozen=True)
class DeskPage:
    """A page with a table."""

    name: str
    """Its address below `/desk`."""
    title: str
    """The name of a phrase, as each of `columns` is."""
    columns: tuple[str, ...]
    rows: Callable[[Context, Asked], Rows]
    scope: str
    acts: tuple[Act, ...] = ()
    reveal: Reveal | None = None
    months: bool = False
    """Whether one chooses a month."""
    search: str = ""
    """The phrase of what one searches for; empty: the page has no search."""
    areas: bool = True
    """Whether one chooses an area."""
    help: str = ""
    """The phrase of a sentence below the title."""
    offered: Callable[[Grant], bool] = staff
    """For whom it is; for everybody only where its use cases keep a person to the own work."""

    @property
    def path(self) -> str:
        """Its address."""
        return f"{HOME}/{self.name}"

    def open_to(self, grant: Grant) -> bool:
        """Whether the page is for this person."""
        return grant.allows(self.scope) and self.offered(grant)

    def act(self, name: str) -> Act:
        """The act of a name.

        Raises:
            Refusal: 404 NOT_SERVED.
        """
        for one in self.acts:
            if one.name == name:
                return one
        raise Refusal("NOT_SERVED", code="NOT_FOUND", status=404)


def act_of(
    use_case: Callable[[Context, Sequence[Item]], Sequence[Outcome]],
    item: type[Item],
    fields: Callable[[Context, Given], Mapping[str, Any]],
) -> Callable[[Context, Given], None]:
    """An act that calls a use case of the HTTP interface with one item."""

    def do(context: Context, given: Given) -> None:
        one = _valid(item, fields(context, given))
        for outcome in use_case(context, [one]):
            if outcome.refusal is not None:
                raise outcome.refusal

    return do


def _valid(item: type[Item], fields: Mapping[str, Any]) -> Item:
    """The item; what its model does not accept is refused as at the HTTP door."""
    try:
        return item.model_validate(fields)
    except ValidationError as error:
        fault = field_error(error.errors(include_url=False)[0])
        raise field_refusal(fault["code"], fault["field"]) from None
