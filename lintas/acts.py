"""The page of acts (docs/acts.md): each act with the list and the page of the desk where it is done.

Made of `acts.toml` and of what services declare, by `lintas schemas`.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from lintas.registry import CARDS, PUBLISHERS, list_of
from shared.desk.desk import Desk
from shared.desk.months import month_pages
from shared.desk.pages import DeskPage
from shared.messages import phrase

TABLE = tomllib.loads(Path(__file__).with_name("acts.toml").read_text("utf-8"))
ACTS: Mapping[str, Mapping[str, Sequence[str]]] = TABLE["act"]
"""By the short name of an event the lists and the acts of pages that record it."""
SAID: Sequence[Mapping[str, Any]] = TABLE["said"]
"""What ministries said in public, and what answers it."""
_HEAD = """\
# Acts and where they are done

*Setiap tindakan, daftarnya, dan halamannya di meja kerja.* Made by `lintas schemas` from the declarations of the
services and `lintas/acts.toml`; do not edit it here. A list is sent on the desk (*Kirim daftar*) or with
`lintas import`; a page is at `/desk/` of the office's service.

## Acts / Tindakan

| tindakan / act | kantor / office | daftar / list | halaman / page |
|---|---|---|---|
"""
_SAID_HEAD = """
## What ministries said, and what answers it / Yang dikatakan, dan jawabannya

What is not there yet says so. / Yang belum ada disebutkan.

| di mana / where | yang dikatakan / said | tindakan / acts | halaman / pages | angka / figures | belum ada / not yet |
|---|---|---|---|---|---|
"""


def acts_page() -> str:
    """The page."""
    return "".join([_HEAD, *map(_act, ACTS), _SAID_HEAD, *map(_sentence, SAID)])


def sources_of(act: str) -> tuple[str, ...]:
    """The services that publish an event, by its short name."""
    kind = f"id.lintas.{act}.v1"
    return tuple(name for name in PUBLISHERS if kind in CARDS[name].topic.types)


@cache
def pages_of(service: str) -> Mapping[str, DeskPage]:
    """The pages of a service's desk, with those of its months, by name."""
    desk: Desk = import_module(f"services.{service}.desk").DESK
    months = month_pages(f"{service}:read", f"{service}:write") if desk.months else ()
    return {page.name: page for page in (*desk.pages, *months)}


def _act(name: str) -> str:
    services, entry = sources_of(name), ACTS[name]
    lists = [f"{list_of(one).title.id} (`{one}`)" for one in entry["lists"]]
    pages = [_button(services[0], one) for one in entry["pages"]]
    offices = ", ".join(services)
    return f"| {_words(name)} | {offices} | {_cell(lists)} | {_cell(pages)} |\n"


def _button(service: str, address: str) -> str:
    """`contacts/contacted`: the title of the page and the label of its act."""
    page, _, act = address.partition("/")
    found = pages_of(service)[page]
    return f"{phrase(found.title).id} (`{page}`): *{phrase(found.act(act).label).id}*"


def _sentence(one: Mapping[str, Any]) -> str:
    pages = [_page(address) for address in one["pages"]]
    cells = [
        one["where"],
        one["words"],
        _cell([_words(act) for act in one["acts"]]),
        _cell(pages),
        _cell(one["figures"]),
        one.get("later", ""),
    ]
    return f"| {' | '.join(cells)} |\n"


def _page(address: str) -> str:
    service, _, page = address.partition("/")
    return f"{phrase(pages_of(service)[page].title).id} ({service}, `{page}`)"


def _words(act: str) -> str:
    return phrase(f"event.id.lintas.{act}.v1").id


def _cell(parts: Sequence[str] | Iterator[str]) -> str:
    return "; ".join(parts)
