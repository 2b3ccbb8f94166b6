"""A list that closes its month: `POST /v1/imports/members?closes=2026-06&area=35.09[&nil=true]`.

Whether the month can be closed is looked at before a row is read; it is closed after the last row was
kept, and only if none was refused. What is kept stays kept: the same file again brings duplicates and
closes.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from fastapi import Request
from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import Engine

from shared.csv.rows import BadRow
from shared.database.engine import rehearsal, transaction
from shared.errors import Refusal
from shared.events.base import DistrictCode
from shared.events.days import EndedMonth
from shared.http.batches import Outcome, refused
from shared.http.endpoints import Work
from shared.http.problems import InvalidContent, field_error, field_refusal
from shared.security.tokens import Grant


class AskedClosing(BaseModel):
    """What the address asks for; the list is that of the path."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    closes: EndedMonth
    area: DistrictCode
    nil: bool = False
    """Nothing happened in that month."""


class MonthCloser(Protocol):
    """Closes months of the list that a path reports."""

    @property
    def name(self) -> str:
        """The list."""

    def require(self, work: Work, asked: AskedClosing) -> None:
        """Refuse what cannot be closed, by the names of the address."""

    def close(self, work: Work, asked: AskedClosing) -> Outcome:
        """Close the month; a duplicate where it is closed already."""


DRY_RUN = "dry_run"
"""What an address says besides, of any list."""
EMPTY = "CSV_EMPTY"
"""The code of a file without rows."""
WORDS = {
    "closes": "Close this month for `area` when every row was kept",
    "area": "The kabupaten or kota of the month, with `closes`",
    "nil": "Nothing happened in that month, with `closes`",
}
PARAMETERS: list[dict[str, Any]] = [
    {"name": name, "in": "query", "schema": schema, "description": WORDS[name]}
    for name, schema in AskedClosing.model_json_schema()["properties"].items()
]
"""Of the lists that can close a month; the others take none."""


def asked_in(request: Request, closer: MonthCloser | None) -> AskedClosing | None:
    """What an address asks for, if it does.

    Raises:
        Refusal: InvalidContent (422) for what is no month or district, and for every other name: a
            misspelt one must not leave a month open that its office believes to be closed.
    """
    given = [one for one in request.query_params.multi_items() if one[0] != DRY_RUN]
    if not given:
        return None
    known = AskedClosing.model_fields if closer else {}
    names = [name for name, _ in given]
    for name in names:
        if name not in known or names.count(name) > 1:
            raise field_refusal("FIELD_UNKNOWN" if name not in known else "FIELD_VALUE", name)
    if lacking := [name for name in ("closes", "area") if name not in names]:
        raise Refusal("CLOSING_INCOMPLETE", lacking[0])
    try:
        return AskedClosing.model_validate(dict(given))
    except ValidationError as error:
        raise InvalidContent([field_error(one) for one in error.errors()]) from None


@dataclass(frozen=True)
class Closing:
    """The month that a file is to close."""

    closer: MonthCloser
    asked: AskedClosing
    engine: Engine
    grant: Grant
    now: Callable[[], datetime]

    def require(self) -> None:
        """Refuse it before a row is read."""
        with transaction(self.engine) as connection:
            self.closer.require(Work(connection, self.grant, self.now()), self.asked)

    def finish(
        self, totals: Mapping[str, int], whole_file: Sequence[BadRow], *, dry_run: bool = False
    ) -> dict[str, Any]:
        """Close the month after the last row, or say why it stays open; for the last line.

        `whole_file`: the refusals of the file as a whole. With `dry_run` the month stays as it is.
        """
        reason = reason_open(self.asked, totals, {one.code for one in whole_file})
        if reason is not None:
            return {"closing": self._named() | refused(reason).as_dict()}
        with (rehearsal if dry_run else transaction)(self.engine) as connection:
            work = Work(connection, self.grant, self.now())
            outcome = self.closer.close(work, self.asked)
        return {"closing": self._named() | outcome.as_dict()}

    def _named(self) -> dict[str, Any]:
        asked = self.asked
        return {"list": self.closer.name, "district": asked.area, "month": asked.closes,
                "nil": asked.nil}  # fmt: skip


def reason_open(
    asked: AskedClosing, totals: Mapping[str, int], faults: Collection[str]
) -> Refusal | None:
    """Why what a file brought does not close its month."""
    if EMPTY in faults:
        return Refusal("CLOSING_EMPTY", "nil")
    if faults:
        return Refusal("CLOSING_FILE", "closes")
    if totals["rejected"]:
        return Refusal("CLOSING_REJECTED", "closes", count=totals["rejected"])
    if asked.nil and totals["rows"]:  # duplicates too: a file sent twice must not become nil
        return Refusal("CLOSING_NOT_NIL", "nil", count=totals["rows"])
    return None
