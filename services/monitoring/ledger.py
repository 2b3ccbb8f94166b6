"""From new events to cells: fold the facts they belong to, and settle what these put into cells.

Both halves of the join meet here, in whatever order they come: a person whose memberships change
makes the families that list the person due; a family that changes reads its persons' memberships.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import Connection

from services.monitoring import marks, store
from services.monitoring.domain import Entry, FactKey, State
from services.monitoring.indicators import Contributed, contributions
from services.monitoring.indicators.definition import MEMBERSHIPS, Key
from services.monitoring.marks import Marks
from services.monitoring.packing import (
    pack_contributed,
    pack_state,
    unpack_contributed,
    unpack_state,
)
from services.monitoring.records import KINDS
from services.monitoring.timeline import Family, Person, family_of, view_of

PLACES = frozenset({"en", "ch", "ex", "ga"})
"""Codes of records that can change whom a family lists, where and until when."""
ACTIVE = frozenset({"mv", "ml", "mr"})
"""Codes of records that can change when a person is a member."""
EVERYTHING = frozenset({kind.code for kind in KINDS.values()} | {MEMBERSHIPS})
News = dict[FactKey, set[str]]
"""Codes of the records of each fact that are new."""
Stored = dict[FactKey, tuple[str, str]]
"""State and contributions as they are in the table."""


def take_in(connection: Connection, entries: Mapping[FactKey, Sequence[Entry]]) -> None:
    """Add these events to their facts and bring links, memberships and cells up to date."""
    news: News = {key: {entry.code for entry in some} for key, some in entries.items()}
    if any(map(_joins, news.values())):
        store.lock_join(connection)
    stored = store.hold(connection, entries)
    changed, deltas = {}, Marks()
    for key, some in entries.items():
        state = unpack_state(stored[key][0]) if key in stored else State()
        new, moved = marks.take_in(state, some)
        deltas.update(moved)
        if new:
            changed[key] = state
    _settle(connection, changed, stored, news)
    store.add_to_marks(connection, deltas)


def recount(connection: Connection, keys: Collection[FactKey]) -> None:
    """Make links, memberships, cells and marks of these facts again from their stored states."""
    store.lock_join(connection)
    stored = store.hold(connection, keys)
    states = {key: unpack_state(stored[key][0]) for key in stored}
    _settle(connection, states, stored, {key: set(EVERYTHING) for key in states})
    deltas = Marks()
    for state in states.values():
        deltas.update(marks.marks_of(state))
    store.add_to_marks(connection, deltas)


def _joins(codes: Collection[str]) -> bool:
    """Whether such records change either ministry's half of the join."""
    return not (PLACES.isdisjoint(codes) and ACTIVE.isdisjoint(codes))


def _settle(
    connection: Connection, states: dict[FactKey, State], stored: Stored, news: News
) -> None:
    """Write these states and everything that follows from them."""
    views: dict[FactKey, object] = {key: view_of(*key, state) for key, state in states.items()}
    active = _settle_memberships(connection, _persons(views, news))
    _add_families(connection, store.families_listing(connection, active), views, stored, news)
    _join(connection, _families(views, news, PLACES | {MEMBERSHIPS}))
    _settle_links(connection, _families(views, news, PLACES), stored)
    _settle_cells(connection, states, views, stored, news)


def _persons(views: Mapping[FactKey, object], news: News) -> dict[str, Person]:
    """Those whose memberships may have changed."""
    return {
        key[1]: view
        for key, view in views.items()
        if isinstance(view, Person) and not ACTIVE.isdisjoint(news[key])
    }


def _families(
    views: Mapping[FactKey, object], news: News, codes: Collection[str]
) -> dict[str, Family]:
    """Those with news of one of these codes."""
    return {
        key[1]: view
        for key, view in views.items()
        if isinstance(view, Family) and not news[key].isdisjoint(codes)
    }


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
    stored: Stored,
    news: News,
) -> None:
    """Make families that list a person whose memberships changed due, new events or not."""
    keys: list[FactKey] = [("family", name) for name in due]
    found = store.hold(connection, [key for key in keys if key not in views])
    stored.update(found)
    for key, (state, _) in found.items():
        views[key] = family_of(unpack_state(state))
    for key in keys:
        news.setdefault(key, set()).add(MEMBERSHIPS)


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
    stored: Stored,
) -> None:
    known = [name for name in families if ("family", name) in stored]
    after = {name: family.links() for name, family in families.items()}
    store.save_links(connection, store.links(connection, known), after)


def _settle_cells(
    connection: Connection,
    states: Mapping[FactKey, State],
    views: Mapping[FactKey, object],
    stored: Stored,
    news: News,
) -> None:
    """New contributions minus the stored ones, added up over the batch."""
    deltas: Counter[str] = Counter()
    rows = {}
    for key, view in views.items():
        state, contributed = stored.get(key, ("", "{}"))
        new_state = pack_state(states[key]) if key in states else state
        before = unpack_contributed(contributed)
        after = contributions(key[0], view, news[key], before)
        if after != before:
            _add_difference(deltas, before, after)
            contributed = pack_contributed(after)
        elif new_state == state:
            continue
        rows[key] = (new_state, contributed)
    store.save_facts(connection, rows, stored)
    store.add_to_cells(connection, {_cell_key(text): value for text, value in deltas.items()})


def _add_difference(deltas: Counter[str], before: Contributed, after: Contributed) -> None:
    for cell in before.keys() | after.keys():
        difference = after.get(cell, 0) - before.get(cell, 0)
        if difference:
            deltas[cell] += difference


def _cell_key(text: str) -> Key:
    part, region, period, band = text.split("|")
    return part, region, period, band
