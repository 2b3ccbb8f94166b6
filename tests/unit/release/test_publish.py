"""Publishing on a real database: one transaction, numbers, memory, the event, the feeds."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, delete, func, insert, select

from services.monitoring import feeds, pages
from services.monitoring.domain import SOURCES, closed_month
from services.monitoring.feed.metadata import Publisher
from services.monitoring.feed.table import selected
from services.monitoring.figures.compute import Cell
from services.monitoring.release import store
from services.monitoring.release.manifest import check_manifest, sha256
from services.monitoring.release.publish import PublishContext, publish_release
from services.monitoring.release.store import Release
from services.monitoring.store import save_cut
from services.monitoring.tables import METADATA, cell
from shared.database.engine import SHARED_METADATA, open_engine, transaction
from shared.errors import Refusal
from shared.events.envelope import with_sequence
from shared.events.monitoring import ReleasePublished
from shared.events.reading import parse
from shared.outbox.table import outbox
from shared.wire.signatures import Signer, Trust, TrustedKey, key_id_of
from tests.kit.cells import DISTRICT, Places, World

KEY = Ed25519PrivateKey.generate()
SIGNER = Signer(key_id_of(KEY.public_key()), KEY)
TRUST = Trust({SIGNER.key_id: TrustedKey("urn:lintas:monitoring", KEY.public_key())})
CONTEXT = PublishContext(Places(), SIGNER, {"01": "a" * 64})
NOW = datetime(2026, 7, 20, 3, tzinfo=UTC)


@pytest.fixture
def engine(fresh_database: str) -> Iterator[Engine]:
    """An empty database with the tables of monitoring."""
    made = open_engine(fresh_database)
    yield from prepared(made)


def prepared(made: Engine) -> Iterator[Engine]:
    """The engine with tables, and closed afterwards."""
    METADATA.create_all(made)
    SHARED_METADATA.create_all(made)
    yield made
    made.dispose()


def fill(engine: Engine, world: World, latest: str = "2026-07-15") -> None:
    """Take a cut with a world's cells, the members' side agreeing, all sources known up to a day."""
    moment = datetime.fromisoformat(f"{latest}T05:00:00+00:00")
    joined = [
        Cell("i28.members_side", region, period, "", "", value)
        for (part, region, period, _, band), value in world.counts.items()
        if (part, region, band) == ("i01.flow", DISTRICT, "joined")
    ]
    with transaction(engine) as connection:
        marks, moments = dict.fromkeys(SOURCES, 5), dict.fromkeys(SOURCES, moment)
        save_cut(connection, marks, moments, 15, [*world.cells(), *joined], NOW)


def add(engine: Engine, part: str, period: str, band: str = "") -> None:
    """One more cell of one in the newest cut."""
    where = {"part": part, "region": DISTRICT, "period": period, "programme": "", "band": band}
    with transaction(engine) as connection:
        number = connection.scalar(select(func.max(cell.c.cut)))
        connection.execute(insert(cell).values(cut=number, **where, value=1))


def a_world(joined: int = 50) -> World:
    """One kecamatan with families that joined and families that did not."""
    world = World()
    world.families("2026-06", 0, "joined", joined)
    world.families("2026-06", 1, "not_joined", 300)
    return world


def publish(engine: Engine, number: int = 1, until: str | None = None) -> Release:
    """Make a release in a transaction of its own."""
    with transaction(engine) as connection:
        return publish_release(connection, CONTEXT, now=NOW, id=UUID(int=number), until=until)


def served(engine: Engine) -> TestClient:
    """The public side."""
    api = FastAPI()
    api.include_router(feeds.router(engine, Publisher("", "CC-BY-4.0"), Trust({})))
    api.include_router(pages.router(engine, Places()))
    return TestClient(api, headers={"Accept-Encoding": "identity"})


def test_a_release_covers_the_month_before_the_slowest_source() -> None:
    """Two sources are in July, one is still in May: April is closed everywhere."""
    latest = {source: datetime(2026, 7, 3, tzinfo=UTC) for source in SOURCES}
    latest[SOURCES[1]] = datetime(2026, 5, 31, 23, tzinfo=UTC)
    assert closed_month(latest) == "2026-04"
    assert closed_month(latest, "2026-02") == "2026-02"


def test_a_month_that_is_not_closed_cannot_be_released() -> None:
    """Figures that still move are not published."""
    latest = {source: datetime(2026, 7, 3, tzinfo=UTC) for source in SOURCES}
    with pytest.raises(Refusal, match="NOT_COMPLETE"):
        closed_month(latest, "2026-07")


def test_a_silent_source_stops_the_release() -> None:
    """Without one ministry nothing is complete."""
    with pytest.raises(Refusal, match="NOT_COMPLETE"):
        closed_month({SOURCES[0]: NOW})


@pytest.mark.parametrize(
    ("part", "period", "shown"),
    [("i01.flow", "1206-06", "1206-06"), ("i03.referred", "2006-12", "2006-12")],
)
def test_a_release_over_months_that_cannot_be_is_refused_before_it_is_built(
    engine: Engine, part: str, period: str, shown: str
) -> None:
    """One family of 1206 made 1,260,429 rows; the refusal names the months, the bound, the place."""
    fill(engine, a_world())
    add(engine, part, period, "enrolled")
    with pytest.raises(Refusal, match="MONTHS_IMPLAUSIBLE") as refused:
        publish(engine)
    for word in (shown, "2026-06", "2007-01", "2026-07", DISTRICT):
        assert word in refused.value.message
    with transaction(engine) as connection:  # the fact is taken back
        connection.execute(delete(cell).where(cell.c.period == period))
    assert publish(engine).until == "2026-06"


def test_old_cooperatives_do_not_stand_in_the_way_of_a_release(engine: Engine) -> None:
    """They are counted at the end of a release, not month by month."""
    fill(engine, a_world())
    add(engine, "i21.registered", "1950-03")
    assert publish(engine).until == "2026-06"


def test_there_is_no_release_before_the_first_cut(engine: Engine) -> None:
    """Nothing is known of any source."""
    with pytest.raises(Refusal, match="NOT_COMPLETE"):
        publish(engine)


def test_a_release_names_the_marks_of_its_cut(engine: Engine) -> None:
    """Not those of events that came while it was made."""
    fill(engine, a_world())
    assert json.loads(publish(engine).manifest)["watermarks"] == dict.fromkeys(SOURCES, 5)


def test_publishing_keeps_the_bytes_and_stages_the_event(engine: Engine) -> None:
    """What is stored, what is signed and what is announced agree."""
    fill(engine, a_world())
    made = publish(engine)
    with engine.connect() as connection:
        kept = store.numbered(connection, 1)
        staged = connection.execute(select(outbox.c.key, outbox.c.body)).one()
    assert kept == made
    event = parse(with_sequence(staged.body, 1))
    assert isinstance(event.data, ReleasePublished)
    assert (event.data.sha256, event.data.until) == (sha256(made.figures), "2026-06")
    assert staged.key == str(made.id) == event.subject


def test_the_manifest_of_a_release_holds_and_names_the_one_before(engine: Engine) -> None:
    """Releases form a chain."""
    fill(engine, a_world())
    first, second = publish(engine, 1), publish(engine, 2)
    checked = check_manifest(
        second.manifest, {"figures.json": second.figures}, TRUST, "urn:lintas:monitoring"
    )
    assert (checked["number"], checked["previous"]) == (2, sha256(first.manifest))
    assert json.loads(first.manifest)["previous"] is None


def test_the_same_cells_make_the_same_bytes(engine: Engine) -> None:
    """Neither clock nor number is in the figures."""
    fill(engine, a_world())
    assert publish(engine, 1).figures == publish(engine, 2).figures


def test_a_late_event_about_three_families_is_held_back(engine: Engine) -> None:
    """50 became 53 for the same month."""
    fill(engine, a_world(50))
    first = publish(engine, 1)
    fill(engine, a_world(53))
    second = publish(engine, 2)
    values = [
        {tuple(row[name] for name in ("measure", "region")): row["value"] for row in rows}
        for rows in (json.loads(made.figures)["rows"] for made in (first, second))
    ]
    assert values[0] == values[1]
    assert b'"held"' in second.figures


def test_nothing_is_left_behind_by_a_failed_release(engine: Engine) -> None:
    """Release, memory and event stand or fall together."""
    fill(engine, a_world())
    stopped = engine.connect()
    with stopped, stopped.begin() as change:
        publish_release(stopped, CONTEXT, now=NOW, id=UUID(int=1))
        change.rollback()
    with engine.connect() as connection:
        assert store.latest(connection) is None
        assert store.disclosure_state(connection).systems == {}
        assert connection.execute(select(outbox)).all() == []


def test_publishing_works_the_same_on_each_database(any_database: str, tmp_path: Path) -> None:
    """The same cells make the same bytes as on SQLite."""
    urls = (any_database, f"sqlite:///{tmp_path}/monitoring.db")
    (here, there) = (prepared(open_engine(url)) for url in urls)
    for one, other in zip(here, there, strict=True):
        fill(one, a_world())
        fill(other, a_world())
        assert publish(one).figures == publish(other).figures


def test_files_are_served_with_their_hash_as_etag_and_kept_for_ever(engine: Engine) -> None:
    """A cache never has to ask again, and may."""
    fill(engine, a_world())
    made = publish(engine)
    client = served(engine)
    for name, body in (
        ("figures.json", made.figures),
        ("figures.csv", made.csv),
        ("manifest.json", made.manifest),
    ):
        answer = client.get(f"/v1/releases/1/{name}")
        assert answer.content == body
        assert answer.headers["etag"] == f'"{sha256(body)}"'
        assert "immutable" in answer.headers["cache-control"]
        known = {"If-None-Match": f'W/"x", "{sha256(body)}"'}
        again = client.get(f"/v1/releases/1/{name}", headers=known)
        assert (again.status_code, again.content) == (304, b"")


def test_the_list_and_the_latest_name_every_file_with_its_hash(engine: Engine) -> None:
    """Whoever follows the list can check what he gets."""
    fill(engine, a_world())
    publish(engine, 1)
    publish(engine, 2)
    client = served(engine)
    listed = client.get("/v1/releases").json()["releases"]
    assert [one["number"] for one in listed] == [2, 1]
    assert client.get("/v1/releases/latest").json() == listed[0]
    for address, digest in listed[0]["files"].items():
        assert sha256(client.get(address).content) == digest


def test_head_answers_like_get_without_a_body(engine: Engine) -> None:
    """Mirrors ask for headers first."""
    fill(engine, a_world())
    publish(engine)
    answer = served(engine).head("/v1/releases/1/figures.csv")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["etag"]


@pytest.mark.parametrize("address", ["/v1/releases/2/figures.json", "/v1/releases/latest"])
def test_what_was_never_released_is_not_found(engine: Engine, address: str) -> None:
    """No release, no bytes."""
    with pytest.raises(Refusal, match="NOT_FOUND"):
        served(engine).get(address)


def test_exact_values_are_in_no_public_byte(engine: Engine) -> None:
    """53 is published as 55; what is remembered for the next release stays inside."""
    world = a_world(53)
    world.families("2026-06", 2, "unknown", 7)
    fill(engine, world)
    publish(engine)
    client = served(engine)
    for address in ("/v1/releases/1/figures.json", "/v1/releases/1/figures.csv"):
        body = client.get(address).text
        assert '":53' not in body
        assert ",53," not in body
        assert ",7," not in body


def test_the_files_of_a_release_are_served_with_what_describes_them(engine: Engine) -> None:
    """Index, table, a kabupaten, metadata; `latest` leads to the number; gzip and every origin."""
    fill(engine, a_world())
    publish(engine)
    client = served(engine)
    index = client.get("/v1/releases/1").json()
    assert (index["published_on"], index["next_on"]) == (NOW.date().isoformat(), "2026-08-10")
    for file in index["files"]:
        answer = client.get(file["path"], headers={"Accept-Encoding": "identity"})
        assert (sha256(answer.content), len(answer.content)) == (file["sha256"], file["bytes"])
        assert answer.headers["access-control-allow-origin"] == "*"
    package = client.get("/v1/releases/1/datapackage.json").json()
    assert {one["path"] for one in package["resources"]} < {
        file["path"].removeprefix("/v1/releases/1/") for file in index["files"]
    }
    beside = client.get(f"/v1/releases/1/districts/ID-{DISTRICT}.csv-metadata.json").json()
    assert beside["url"] == f"ID-{DISTRICT}.csv"
    latest = client.get("/v1/releases/latest/data.csv", follow_redirects=False)
    assert (latest.status_code, latest.headers["location"]) == (307, "/v1/releases/1/data.csv")
    packed = client.get("/v1/releases/1/data.csv", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    known = {"If-None-Match": packed.headers["etag"]}
    assert client.get("/v1/releases/1/data.csv", headers=known).status_code == 304
    for missing in ("/v1/releases/2", "/v1/releases/1/districts/ID-11.01.csv"):
        with pytest.raises(Refusal, match="NOT_FOUND"):
            client.get(missing)


def test_a_reader_chooses_lines_of_a_release(engine: Engine) -> None:
    """The same lines in three forms; what is not known is refused with what is."""
    fill(engine, a_world())
    publish(engine)
    client = served(engine)
    asked = {"indicator": "I01", "region": f"ID-{DISTRICT}", "period": "2026-M06"}
    first = client.get("/v1/data", params=asked, follow_redirects=False)
    assert first.status_code == 307
    assert "release=1" in first.headers["location"]
    lines = client.get("/v1/data", params={**asked, "format": "json"}).json()
    assert {(one["indicator"], one["period"]) for one in lines} == {("I01", "2026-M06")}
    table = client.get("/v1/data", params=asked).text.splitlines()
    assert len(table) == len(lines) + 1
    parquet = client.get("/v1/data", params={**asked, "format": "parquet"}).content
    assert selected(parquet, indicator="", region="", period="") == [
        tuple(one.values()) for one in lines
    ]
    with pytest.raises(Refusal, match="indicator, region, period, release, format"):
        client.get("/v1/data", params={"wilayah": "ID-35.09"})
    with pytest.raises(Refusal, match="NOT_FOUND"):
        client.get("/v1/data", params={"indicator": "I99"})
    assert client.get("/v1/data", params={"region": "35.09"}).status_code == 422
