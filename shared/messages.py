"""The catalogue: what a person reads, by name, in Indonesian and English.

Each room of `shared` and each service keeps the messages of its own codes in `messages.toml` beside
its modules. A name is a code (`DATE_ORDER`), or a code and the case in which it is given
(`CONFLICT.target`; `.field` of a JSON body, `.row` of a CSV file). Braces name the values that a
message shows; `{found_en}` is how the English calls `{found}`.

What refuses nobody (headings, labels, lines of commands) has no remedy: it lies in `phrases.toml`, in
the same rooms and in `lintas`, under names in lower case (`page.headline.question`).
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar

ROOT = Path(__file__).resolve().parents[1]
FILE, PHRASES = "messages.toml", "phrases.toml"
Language = Literal["id", "en"]
Entry = TypeVar("Entry")


class Text(NamedTuple):
    """One message: the reason and what to do about it, both in two languages."""

    id: str
    en: str
    remedy_id: str
    remedy_en: str
    status: int = 409
    """The HTTP status of an answer that is this refusal."""

    def message(self, values: Mapping[str, object]) -> str:
        """The reason, Indonesian with English beside it."""
        return _both(self.id, self.en, values)

    def remedy(self, values: Mapping[str, object]) -> str:
        """What to do, Indonesian with English beside it."""
        return _both(self.remedy_id, self.remedy_en, values)

    def of(self, language: Language, values: Mapping[str, object]) -> tuple[str, str]:
        """The reason and what to do about it, in one language."""
        english = (self.en, self.remedy_en)
        parts = (self.id, self.remedy_id) if language == "id" else english
        reason, remedy = (part.format_map(_Known(values)) for part in parts)
        return reason, remedy


class Phrase(NamedTuple):
    """Words of a page, a command or an answer, in two languages."""

    id: str
    en: str

    def of(self, language: Language, **values: object) -> str:
        """The words in one language."""
        return (self.id if language == "id" else self.en).format_map(values)

    def both(self, **values: object) -> str:
        """Indonesian with English beside it."""
        return _both(self.id, self.en, values)


@dataclass(frozen=True)
class Words:
    """A phrase with what it shows, before anybody has said in which language."""

    name: str
    """The name of a phrase."""
    values: Mapping[str, object] = field(default_factory=dict)


def phrase(name: str) -> Phrase:
    """The phrase of a name; there is none for a name that no catalogue has (KeyError)."""
    return phrases()[name]


def text(name: str) -> Text:
    """The message of a name; there is none for a name that no catalogue has (KeyError)."""
    return catalogue()[name]


@cache
def catalogue() -> Mapping[str, Text]:
    """Every message by its name.

    Raises:
        ValueError: two files have the same name, or a message lacks one of its parts.
    """
    return _joined({path: read(path, Text) for path in files(FILE)})


@cache
def phrases() -> Mapping[str, Phrase]:
    """Every phrase by its name.

    Raises:
        ValueError: as for messages.
    """
    return _joined({path: read(path, Phrase) for path in files(PHRASES)})


def files(name: str) -> list[Path]:
    """The files of a catalogue: one a room of `shared`, one a service and its desk, one of the commands."""
    return sorted(
        path
        for place in ("shared/*", "services/*", "services/*/desk", "lintas")
        for path in ROOT.glob(f"{place}/{name}")
    )


def read(path: Path, kind: Callable[..., Entry]) -> dict[str, Entry]:
    """The messages or phrases of one file."""
    tables = tomllib.loads(path.read_text("utf-8"))
    try:
        return {name: kind(**entry) for name, entry in _entries(tables)}
    except TypeError as error:
        raise ValueError(f"{path}: {error}") from None


def _joined(parts: Mapping[Path, Mapping[str, Entry]]) -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for path, part in parts.items():
        if twice := sorted(found.keys() & part.keys()):
            raise ValueError(f"{path}: {twice[0]} is in another catalogue already")
        found |= part
    return found


def _entries(tables: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Each message with its whole name: a table with texts, which may have cases below it."""
    for key, table in tables.items():
        name = above + key
        own = {part: value for part, value in table.items() if not isinstance(value, dict)}
        if own:
            yield name, own
        yield from _entries({k: v for k, v in table.items() if k not in own}, f"{name}.")


def _both(first: str, second: str, values: Mapping[str, object]) -> str:
    known = _Known(values)
    return f"{first.format_map(known)} / {second.format_map(known)}"


class _Known(dict[str, object]):
    """A message is shown even if a value of it is missing."""

    def __missing__(self, key: str) -> str:
        return "-"
