"""From new events to cells: fold the facts they belong to, and settle what these put into cells.

Both halves of the join meet here, in whatever order they come: a person whose memberships change
makes the families that list the person due; a family that changes reads its persons' memberships.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection

from services.monitoring import store
from services.monitoring.domain import Entry, FactKey, State
from services.monitoring.indicators import Key, contributions
from services.monitoring.timeline import Family, Person, Span, family_of, view_of
from shared.events.envelope import Event

PLACES = frozenset({"en", "ch", "ex", "ga"})
"""Codes of records that can change whom a family lists, where and until when."""
Active = dict[str, dict[str, Span]]
"""Person -> membership -> when."""
_dump = json.JSONEncoder(separators=(",", ":"), sort_keys=True).encode


def take_in(connection: Connection, entries: Mapping[FactKey, Sequence[Entry]]) -> None:
    """Add these events to their facts and bring links, memberships and cells up to date."""
    store.lock(connection, _reach(connection, entries))
    stored = store.facts(connection, entries)
    changed = {}
    for key, news in entries.items():
        state = State.loads(stored[key][0]) if key in stored else State()
        if sum(map(state.add, news)):
            changed[key] = state
    moved = {name for (unit, name), news in entries.items() if unit == "family" and _moves(news)}
    _settle(connection, changed, stored, moved)


def recount(connection: Connection, keys: Collection[FactKey]) -> None:
    """Make links, memberships and cells of these facts again from their stored states."""
    store.lock(connection, keys)
    stored = store.facts(connection, keys)
    states = {key: State.loads(stored[key][0]) for key in stored}
    _settle(connection, states, stored, {name for unit, name in states if unit == "family"})


def latest_times(events: Iterable[Event]) -> dict[str, datetime]:
    """The latest event time of each source in a batch."""
    latest: dict[str, datetime] = {}
    for event in events:
        if event.source not in latest or event.time > latest[event.source]:
            latest[event.source] = event.time
    return latest


def _settle(
    connection: Connection,
    states: dict[FactKey, State],
    stored: dict[FactKey, tuple[str, str]],
    moved: Collection[str],
) -> None:
    """Write these states and everything that follows from them."""
    views: dict[FactKey, object] = {key: view_of(*key, state) for key, state in states.items()}
    persons = {name: view for (_, name), view in views.items() if isinstance(view, Person)}
    active = _settle_memberships(connection, persons)
    due = store.families_listing(connection, active)
    _add_families(connection, due, views, stored)
    families = {name: view for (_, name), view in views.items() if isinstance(view, Family)}
    _join(connection, families)
    _settle_links(connection, {name: families[name] for name in moved if name in families}, stored)
    _settle_cells(connection, states, views, stored)


def _settle_memberships(connection: Connection, persons: Mapping[str, Person]) -> set[str]:
    """Write when these persons are members; returns those for whom it changed."""
    before = store.memberships(connection, persons)
    after = {name: person.active() for name, person in persons.items()}
    changed = {name for name in after if after[name] != before.get(name, {})}
    store.save_memberships(connection, before, {name: after[name] for name in changed})
    return changed


def _add_families(
    connection: Connection,
    due: Iterable[str],
    views: dict[FactKey, object],
    stored: dict[FactKey, tuple[str, str]],
) -> None:
    """Take in families that have no new event but list a person whose memberships changed."""
    missing: list[FactKey] = [("family", name) for name in due if ("family", name) not in views]
    store.lock(connection, missing)
    found = store.facts(connection, missing)
    stored.update(found)
    for key, (state, _) in found.items():
        views[key] = family_of(State.loads(state))


def _join(connection: Connection, families: Mapping[str, Family]) -> None:
    """Give each family the memberships of its persons."""
    wanted = {person for family in families.values() for person in family.persons()}
    active = store.memberships(connection, wanted)
    spans = {person: list(of.values()) for person, of in active.items()}
    for family in families.values():
        family.memberships = spans


def _settle_links(
    connection: Connection,
    families: Mapping[str, Family],
    stored: Mapping[FactKey, tuple[str, str]],
) -> None:
    known = [name for name in families if ("family", name) in stored]
    after = {name: family.links() for name, family in families.items()}
    store.save_links(connection, store.links(connection, known), after)


def _settle_cells(
    connection: Connection,
    states: Mapping[FactKey, State],
    views: Mapping[FactKey, object],
    stored: Mapping[FactKey, tuple[str, str]],
) -> None:
    """New contributions minus the stored ones, added up over the batch."""
    deltas: Counter[str] = Counter()
    rows = {}
    for key, view in views.items():
        state, contributed = stored.get(key, ("", "{}"))
        new_state = states[key].dumps() if key in states else state
        new = {"|".join(cell): value for cell, value in contributions(key[0], view).items()}
        written = _dump(new)
        if written != contributed:
            deltas.update(new)
            deltas.subtract(json.loads(contributed))
        if written != contributed or new_state != state:
            rows[key] = (new_state, written)
    store.save_facts(connection, rows)
    store.add_to_cells(connection, {_cell_key(text): value for text, value in deltas.items()})


def _cell_key(text: str) -> Key:
    part, region, period, band = text.split("|")
    return part, region, period, band


def _moves(news: Iterable[Entry]) -> bool:
    return any(entry.mends or entry.content[0] in PLACES for entry in news)


def _reach(connection: Connection, entries: Mapping[FactKey, Sequence[Entry]]) -> set[FactKey]:
    """The facts of these events and, on PostgreSQL, everybody on the other side of the join."""
    reach = set(entries)
    if connection.dialect.name != "postgresql":
        return reach
    families = [name for unit, name in entries if unit == "family"]
    listed = {person for of in store.links(connection, families).values() for person, _ in of}
    for news in entries.values():
        listed |= {person for entry in news for person in entry.persons()}
    reach |= {("person", name) for name in listed}
    persons = [name for unit, name in entries if unit == "person"]
    return reach | {("family", name) for name in store.families_listing(connection, persons)}
