"""The public page: one release, one kabupaten, in Indonesian or English; no script, no cookie."""

from pathlib import Path
from threading import Lock
from uuid import UUID

from fastapi import APIRouter, Header, Query, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import Engine

from services.monitoring.feed.answer import FOR_EVER, answer
from services.monitoring.feed.queries import find_others
from services.monitoring.page.book import Book
from services.monitoring.page.membership import Names
from services.monitoring.page.page import Asked, view
from services.monitoring.page.words import Words
from services.monitoring.release.figures import read_figures
from services.monitoring.release.manifest import sha256
from services.monitoring.release.queries import find_release, latest_mark
from shared.database.engine import snapshot
from shared.inbox.seen import watermarks

HERE = Path(__file__).parent
STYLE = (HERE / "static" / "page.css").read_bytes()
ICON = (HERE / "static" / "lintas.svg").read_bytes()
STYLE_ADDRESS = f"/static/page-{sha256(STYLE)[:16]}.css"
POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
ASK_AGAIN = "public, max-age=0, must-revalidate"
MAX_CHOICE = 40
ASK_AGAIN_SECONDS = 10
"""A page without a figure loads itself again after so long."""


def router(engine: Engine, names: Names) -> APIRouter:
    """The page at `/`, its style sheet and its icon."""
    made = APIRouter(include_in_schema=False)
    release = LatestRelease(engine)

    @made.api_route("/", methods=["GET", "HEAD"])
    def page(
        bahasa: str = Query("", max_length=MAX_CHOICE),
        kabupaten: str = Query("", max_length=MAX_CHOICE),
        ukuran: str = Query("", max_length=MAX_CHOICE),
        program: str = Query("", max_length=MAX_CHOICE),
        if_none_match: str = Header(""),
    ) -> Response:
        """The latest release for readers."""
        book, asked = release.book(), Asked.of(bahasa, kabupaten, ukuran, program)
        body = render(book, names, asked, 0 if book else _arrived(engine)).encode()
        made = answer(body, "text/html; charset=utf-8", if_none_match, ASK_AGAIN)
        made.headers["Content-Security-Policy"] = POLICY
        return made

    @made.api_route(STYLE_ADDRESS, methods=["GET", "HEAD"])
    def style(if_none_match: str = Header("")) -> Response:
        """The style sheet; its address changes with its bytes."""
        return answer(STYLE, "text/css; charset=utf-8", if_none_match, FOR_EVER)

    @made.api_route("/static/lintas.svg", methods=["GET", "HEAD"])
    def icon(if_none_match: str = Header("")) -> Response:
        """The picture in the browser's tab."""
        return answer(ICON, "image/svg+xml", if_none_match, ASK_AGAIN)

    return made


class LatestRelease:
    """The rows of the latest release, read once a release."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._kept: tuple[UUID, Book] | None = None

    def book(self) -> Book | None:
        """The latest release, if there is any."""
        mark = latest_mark(self._engine)
        if mark is None:
            return None
        with self._lock:
            if self._kept is None or self._kept[0] != mark.id:
                release = find_release(self._engine, mark.number)
                rows = read_figures(release.figures)
                others = find_others(self._engine, mark.number)
                self._kept = (mark.id, Book(release.number, *rows, others))
            return self._kept[1]


def _arrived(engine: Engine) -> int:
    """Events that are here without a gap: who waits for the first release sees that it comes nearer."""
    with snapshot(engine) as connection:
        return sum(watermarks(connection).values())


def render(book: Book | None, names: Names, asked: Asked, arrived: int = 0) -> str:
    """The page as HTML; every text from outside is escaped. Without a figure it says how much has arrived."""
    words = Words(asked.language)
    return TEMPLATES.get_template("page.html").render(
        page=view(book, names, asked) if book else None,
        words=words,
        t=words.text,
        style=STYLE_ADDRESS,
        arrived=arrived,
        again=ASK_AGAIN_SECONDS,
    )


TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
