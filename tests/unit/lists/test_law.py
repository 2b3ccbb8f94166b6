"""One law for every list of every service, at its real door, with its own example."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from lintas.acts import ACTS
from lintas.registry import SERVICES, lists_of
from shared.application.lists import ListOf
from shared.csv.reader import read
from shared.csv.rows import BadRow, GoodRow
from tests.kit.door import ANYONE, Door
from tests.kit.twin_districts import THERE, open_service

LISTS = [(service, one) for service in SERVICES for one in lists_of(service)]
NAMES = [f"{service}-{one.name}" for service, one in LISTS]
FREE_TEXT = {"nama", "nama_pengurus", "alamat"}
"""Columns that take any words."""
NOBODYS = {"completions"}
"""Lists about persons alone, who have no place."""
LATER_IN_THE_STORY = {
    "exits": "FAMILY_LEFT",
    "member-resignations": "NOT_FOUND",
    "group-successors": "NOT_FOUND",
    "group-cooperatives": "NO_COOPERATIVE",
}
"""Examples that what came before refuses: who has left, a group that is none or no cooperative yet."""


def as_file(row: Mapping[str, str]) -> str:
    """A CSV file of one row."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, row)
    writer.writeheader()
    writer.writerow(row)
    return text.getvalue()


@dataclass(frozen=True)
class Answers:
    """What the door of a list answered to its example: sent first, again, and by another office."""

    first: list[dict[str, Any]]
    published: set[str]
    again: list[dict[str, Any]]
    elsewhere: list[dict[str, Any]]


def _play(door: Door, one: ListOf[Any]) -> Answers:
    file = as_file(one.example)
    before = len(door.events())
    first = door.upload(one.path, file)
    published = {event.type.split(".", 2)[2] for event in door.events()[before:]}
    again, elsewhere = (door.upload(one.path, file, token=token) for token in (ANYONE, THERE))
    return Answers(first, published, again, elsewhere)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Answers]:
    """Every list of every service in its order, over one database a service."""
    found: dict[str, Answers] = {}
    for service in (name for name in SERVICES if lists_of(name)):
        door = open_service(tmp_path_factory.mktemp(service), service)
        found |= {f"{service}-{one.name}": _play(door, one) for one in lists_of(service)}
        door.engine.dispose()
    return found


EACH = pytest.mark.parametrize(("service", "one"), LISTS, ids=NAMES)


@EACH
def test_an_example_is_accepted_or_refused_with_a_reason(
    played: dict[str, Answers], service: str, one: ListOf[Any]
) -> None:
    """The examples tell one story; where it has gone on, the refusal names a cell and a remedy."""
    *lines, total = played[f"{service}-{one.name}"].first
    assert (total["done"], total["rows"]) == (True, 1)
    if one.name not in LATER_IN_THE_STORY:
        assert total["accepted"] + total["duplicates"] == 1, lines
        return
    refused = lines[0]
    assert refused["code"] == LATER_IN_THE_STORY[one.name]
    assert refused["field"] in one.columns
    assert all((refused["message"], refused["remedy"]))


@EACH
def test_what_a_list_publishes_is_in_the_table_of_acts(
    played: dict[str, Answers], service: str, one: ListOf[Any]
) -> None:
    """Under the list's name."""
    published = {name.removesuffix(".v1") for name in played[f"{service}-{one.name}"].published}
    assert {act for act in published if one.name not in ACTS[act]["lists"]} == set()


@EACH
def test_what_was_accepted_is_already_there(
    played: dict[str, Answers], service: str, one: ListOf[Any]
) -> None:
    """The same file again changes nothing."""
    first, again = (
        played[f"{service}-{one.name}"].first[-1],
        played[f"{service}-{one.name}"].again[-1],
    )
    assert again["accepted"] == 0
    assert again["duplicates"] == first["accepted"] + first["duplicates"]


@EACH
def test_another_office_may_not(played: dict[str, Answers], service: str, one: ListOf[Any]) -> None:
    """A token of another kabupaten is refused, at a cell of this list."""
    *lines, total = played[f"{service}-{one.name}"].elsewhere
    if one.name in NOBODYS:
        assert total["duplicates"] == 1
        return
    assert total["rejected"] == 1
    assert lines[0]["code"] in ("AREA_FORBIDDEN", "NOT_FOUND")
    assert lines[0]["field"] in one.columns


@EACH
def test_a_wrong_cell_is_named_by_its_own_column(service: str, one: ListOf[Any]) -> None:
    """`?!` is no value of any column but of names and addresses; its row comes back with the column."""
    for column in one.columns:
        row = {**one.example, column: "?!"}
        (found,) = read(io.BytesIO(as_file(row).encode()), one.row)
        if column in FREE_TEXT:
            assert isinstance(found, GoodRow)
        else:
            assert isinstance(found, BadRow), column
            assert found.field == column
            assert all((found.message, found.remedy))


@EACH
def test_a_cell_that_must_be_filled_is_named(service: str, one: ListOf[Any]) -> None:
    """Empty cells are taken, or refused in their own column."""
    for column in one.columns:
        row = {**one.example, column: ""}
        (found,) = read(io.BytesIO(as_file(row).encode()), one.row)
        if isinstance(found, BadRow):
            assert found.field == column
            assert found.code in ("FIELD_REQUIRED", "NOT_DECLARED")
