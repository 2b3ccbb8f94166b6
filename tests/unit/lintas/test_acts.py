"""Every act has a place: a list or a page of the desk, by the declarations of the services."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from lintas.acts import ACTS, SAID, acts_page, pages_of, sources_of
from lintas.registry import CARDS, PUBLISHERS, lists_of
from services.monitoring.figures.definitions import DEFINITIONS

PUBLISHED = {
    name.removeprefix("id.lintas.").removesuffix(".v1")
    for service in PUBLISHERS
    for name in CARDS[service].topic.types
}
EACH = pytest.mark.parametrize("act", ACTS)


def buttons(service: str) -> set[str]:
    """The acts of a service's pages, as the table names them."""
    return {f"{page.name}/{act.name}" for page in pages_of(service).values() for act in page.acts}


def named(kind: str) -> set[str]:
    """What the table names: lists, or acts of pages."""
    return {one for entry in ACTS.values() for one in entry[kind]}


def test_every_act_is_in_the_table() -> None:
    """An event that services publish records an act; none is left out, none is made up."""
    assert set(ACTS) == PUBLISHED


@EACH
def test_an_act_has_a_place(act: str) -> None:
    """A list or a page, at every service that publishes it."""
    entry = ACTS[act]
    assert entry["lists"] or entry["pages"]
    assert sources_of(act)
    for service in sources_of(act):
        assert set(entry["lists"]) <= {one.name for one in lists_of(service)}
        assert set(entry["pages"]) <= buttons(service)


def test_every_list_and_every_button_is_an_act() -> None:
    """What a ministry adds to its desk gets a line."""
    assert named("lists") == {one.name for service in PUBLISHERS for one in lists_of(service)}
    assert named("pages") == {one for service in PUBLISHERS for one in buttons(service)}


@pytest.mark.parametrize("one", SAID, ids=lambda one: one["words"])
def test_what_was_said_is_answered_or_is_named_as_missing(one: Mapping[str, Any]) -> None:
    """By acts, pages and figures that there are."""
    assert one["acts"] or one["later"]
    assert set(one["acts"]) <= set(ACTS)
    assert set(one["figures"]) <= set(DEFINITIONS)
    for address in one["pages"]:
        service, _, page = address.partition("/")
        assert page in pages_of(service)


def cells_of(page: str) -> Iterator[list[str]]:
    """The rows of the page's tables."""
    for line in page.splitlines():
        if line.startswith("| "):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def test_the_page_has_a_row_for_each() -> None:
    """With words of both, and the names by which lists and pages are found."""
    rows = [*cells_of(acts_page())]
    contacted = next(row for row in rows if row[0] == "sudah dihubungi")
    assert contacted[1:] == [
        "beneficiary",
        "Hasil rujukan (`referral-outcomes`)",
        "Yang perlu dihubungi (`contacts`): *Sudah dihubungi*",
    ]
    assert len(rows) == len(ACTS) + len(SAID) + 2
