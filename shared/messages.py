"""The catalogue of messages: what a person reads, by name, in Indonesian and English.

Each room of `shared` and each service keeps the messages of its own codes in `messages.toml` beside
its modules. A name is a code (`DATE_ORDER`), or a code and the case in which it is given
(`CONFLICT.target`; `.field` of a JSON body, `.row` of a CSV file). Braces name the values that a
message shows; `{found_en}` is how the English calls `{found}`.
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[1]
FILE = "messages.toml"


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


def text(name: str) -> Text:
    """The message of a name; there is none for a name that no catalogue has (KeyError)."""
    return catalogue()[name]


@cache
def catalogue() -> Mapping[str, Text]:
    """Every message by its name.

    Raises:
        ValueError: two files have the same name, or a message lacks one of its parts.
    """
    found: dict[str, Text] = {}
    for path in files():
        for name, message in read(path).items():
            if name in found:
                raise ValueError(f"{path}: {name} is in another catalogue already")
            found[name] = message
    return found


def files() -> list[Path]:
    """The files of the catalogue: one a room of `shared`, one a service."""
    return sorted(
        path for room in ("shared", "services") for path in (ROOT / room).glob(f"*/{FILE}")
    )


def read(path: Path) -> dict[str, Text]:
    """The messages of one file."""
    tables = tomllib.loads(path.read_text("utf-8"))
    try:
        return {name: Text(**entry) for name, entry in _entries(tables)}
    except TypeError as error:
        raise ValueError(f"{path}: {error}") from None


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
