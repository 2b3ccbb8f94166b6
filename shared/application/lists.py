"""A list of a service, declared once: its door, its command, its texts, its template and its desk.

LISTS = (
    ListOf("members", MemberRow, service.import_members, WRITE, MEMBER, called=COLUMNS),
)

`Routes.lists` serves them under `/v1/imports`; `lintas import` takes their names; the desk shows them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from shared.application.context import Context
from shared.csv.reader import columns_of
from shared.events.reporting import ReportList
from shared.http.batches import Change, Outcome
from shared.messages import Phrase, phrase, phrases

Row = TypeVar("Row", bound=BaseModel)
UseCase = Callable[[Context, Sequence[Any]], Sequence[Outcome]]


@dataclass(frozen=True)
class ListOf(Generic[Row]):
    """A list that an office sends as a file; each row goes through one use case.

    Its texts are phrases: `list.<name>.title`, `list.<name>.help`, and `list.column.<column>` for each
    column, or `list.<name>.<column>` where the column means something of its own here.
    """

    name: str
    """`members`: at `/v1/imports/members`, and `lintas import members`."""
    row: type[Row]
    use_case: Callable[[Context, Sequence[Row]], Sequence[Outcome]]
    """Its name and docstring are those of the endpoint in the OpenAPI document."""
    scope: str
    """What a token must permit."""
    example: Mapping[str, str]
    """One row by column, synthetic, that `row` accepts."""
    called: Mapping[str, str] = field(default_factory=dict)
    """What the list calls the fields that rules name."""
    by_value: tuple[str, ...] = ()
    """Columns of few values: a preview counts their changes by the value before and after."""
    closes: ReportList | None = None
    """The list of reporting that a file of it can complete for a month."""

    @property
    def path(self) -> str:
        """Where files go."""
        return f"/v1/imports/{self.name}"

    @property
    def columns(self) -> dict[str, bool]:
        """The columns in their order, and whether each must be in a file."""
        return columns_of(self.row)

    @property
    def title(self) -> Phrase:
        """What the list is called."""
        return phrase(f"list.{self.name}.title")

    @property
    def help(self) -> Phrase:
        """What the list is for, in a sentence."""
        return phrase(f"list.{self.name}.help")

    def column(self, name: str) -> Phrase:
        """What a column holds."""
        own = phrases().get(f"list.{self.name}.{name}")
        return own or phrase(f"list.column.{name}")

    def named(self, changes: Iterable[Change]) -> tuple[Change, ...]:
        """Changes by the columns of the list; a field that has no column here keeps its name."""
        return tuple(replace(one, field=self.called.get(one.field, one.field)) for one in changes)
