"""Pages of the desk as HTML: templates, words, style; every text from outside is escaped."""

from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from shared.errors import Refusal
from shared.messages import Language, phrase

HERE = Path(__file__).parent
HTML = "text/html; charset=utf-8"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def _address(name: str) -> str:
    """The address of a file changes with its bytes, so a browser may keep it for ever."""
    stem, _, ending = name.rpartition(".")
    digest = sha256((HERE / "static" / name).read_bytes()).hexdigest()
    return f"/desk/static/{stem}-{digest[:16]}.{ending}"


_TYPES = {
    "desk.css": "text/css; charset=utf-8",
    "desk.js": "text/javascript; charset=utf-8",
    "lintas.svg": "image/svg+xml",
}
ADDRESSES = {name.rpartition(".")[2]: _address(name) for name in _TYPES}
"""Where style, script and icon are, by the ending of their names."""
FILES = {_address(name): ((HERE / "static" / name).read_bytes(), _TYPES[name]) for name in _TYPES}
"""What is served there, and its type."""


def page(template: str, language: Language, path: str, **values: Any) -> str:
    """A page in one language; `path` is its own address, for the switch of languages."""
    known = {"account": None, "files": ADDRESSES, "language": language, "path": path}
    words = {"t": partial(words_of, language), "n": partial(number_of, language)}
    return _TEMPLATES.get_template(template).render(**known | words | values)


def refusal(one: Refusal, language: Language, path: str) -> str:
    """The page of a refusal: what is wrong and what to do, in one language."""
    reason, remedy = one.in_language(language)
    return page("refusal.html", language, path, reason=reason, remedy=remedy)


def words_of(language: Language, name: str, **values: object) -> str:
    """The desk's phrase of a name."""
    return phrase(f"desk.{name}").of(language, **values)


def number_of(language: Language, number: int) -> str:
    """A number with its thousands: 12.000 in Indonesian, 12,000 in English."""
    text = f"{number:,}"
    return text.replace(",", ".") if language == "id" else text


def sentence(text: str) -> str:
    """A text of the catalogue as a sentence of its own; some of them are parts of lines elsewhere."""
    return (
        f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?', '!')) else '.'}"
        if text
        else ""
    )


_TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters["sentence"] = sentence
