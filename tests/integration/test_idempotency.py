"""One Idempotency-Key, one effect: on SQLite and on PostgreSQL, at once and after a failure."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from sqlalchemy import Engine, func, select, text

from shared.database.engine import transaction
from shared.http.idempotency import Answer, claim_for, forget, idempotency, once
from shared.observability.health import Health
from tests.kit.sample_api import NOW, note, open_database, sample_api, sample_tokens

DEAR = {"items": [{"number": "N/1", "count": 1}]}


@pytest.fixture
def engine(any_database: str) -> Iterator[Engine]:
    """The sample's empty tables on each database."""
    engine = open_database(any_database)
    yield engine
    engine.dispose()


class Writer:
    """Posts with a key, as one client or another."""

    def __init__(self, engine: Engine, directory: Path) -> None:
        """Open the sample API on this database."""
        tokens, self.token, self.reader = sample_tokens(directory)
        api = sample_api(engine, tokens, Health())
        self.client = TestClient(api, raise_server_exceptions=False)

    def post(self, content: object, key: str, path: str = "/v1/notes") -> Response:
        """Post JSON with a key."""
        headers = {"Authorization": f"Bearer {self.token}", "Idempotency-Key": key}
        answer: Response = self.client.post(path, json=content, headers=headers)
        return answer


@pytest.fixture
def writer(engine: Engine, tmp_path: Path) -> Iterator[Writer]:
    """A writer whose API runs."""
    one = Writer(engine, tmp_path)
    with one.client:
        yield one


def stored(engine: Engine, table: object = note) -> int:
    """How many rows there are."""
    with engine.begin() as connection:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())  # type: ignore[arg-type]


def test_a_hundred_concurrent_posts_of_one_key_have_one_effect(
    writer: Writer, engine: Engine
) -> None:
    """All get the same answer: accepted, never duplicate; one is not a replay."""
    with ThreadPoolExecutor(100) as threads:
        answers = list(threads.map(lambda _: writer.post(DEAR, "one"), range(100)))
    assert {200} == {answer.status_code for answer in answers}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].json()["results"][0]["status"] == "accepted"
    assert sum("idempotent-replay" not in answer.headers for answer in answers) == 1
    assert stored(engine) == 1


def test_the_same_request_again_gets_the_same_bytes(writer: Writer) -> None:
    """The answer is kept, not computed again (which would say duplicate)."""
    first, second = writer.post(DEAR, "k"), writer.post(DEAR, "k")
    assert first.content == second.content
    assert second.headers["idempotent-replay"] == "true"


def test_a_key_with_another_body_is_refused(writer: Writer, engine: Engine) -> None:
    """And nothing of the second body is stored."""
    writer.post(DEAR, "k")
    answer = writer.post({"items": [{"number": "N/2", "count": 1}]}, "k")
    assert (answer.status_code, answer.json()["code"]) == (422, "IDEMPOTENCY_MISMATCH")
    assert stored(engine) == 1


def test_a_key_on_another_path_is_refused(writer: Writer) -> None:
    """The fingerprint covers the path, not only the body."""
    writer.post(DEAR, "k")
    answer = writer.post({"least": 1}, "k", path="/v1/tallies")
    assert answer.json()["code"] == "IDEMPOTENCY_MISMATCH"


def test_a_refused_request_leaves_its_key_free(writer: Writer, engine: Engine) -> None:
    """After the cause has gone, the same request with the same key succeeds."""
    assert writer.post({"least": 1}, "k", path="/v1/tallies").status_code == 409
    assert stored(engine, idempotency) == 0
    writer.post(DEAR, "other")
    assert writer.post({"least": 1}, "k", path="/v1/tallies").status_code == 200


def test_two_clients_may_use_the_same_key(engine: Engine) -> None:
    """A key belongs to the client that sent it."""
    for client in ("a", "b"):
        claim = claim_for(client, "k", "POST", "/v1/notes", client.encode())
        with transaction(engine) as connection:
            answer = once(connection, claim, NOW, lambda name=client: Answer(200, name.encode()))  # type: ignore[misc]
        assert (client.encode(), False) == (answer.body, answer.replayed)


def test_a_change_that_fails_at_its_end_leaves_neither_effect_nor_key(engine: Engine) -> None:
    """The key lives in the transaction of the change."""
    claim = claim_for("a", "k", "POST", "/v1/notes", b"{}")

    def fail() -> Answer:
        connection.execute(note.insert().values(number="N/1", count=1))
        raise RuntimeError

    with pytest.raises(RuntimeError), transaction(engine) as connection:
        once(connection, claim, NOW, fail)
    assert (stored(engine), stored(engine, idempotency)) == (0, 0)


def test_two_keys_with_the_same_body_are_two_requests(writer: Writer) -> None:
    """The second is done, and finds a duplicate."""
    writer.post(DEAR, "one")
    assert writer.post(DEAR, "two").json()["results"][0]["status"] == "duplicate"


def test_old_answers_are_forgotten_and_new_ones_kept(engine: Engine) -> None:
    """`forget` looks at when the answer was given."""
    for key, now in (("old", NOW - timedelta(days=8)), ("new", NOW)):
        with transaction(engine) as connection:
            once(connection, claim_for("a", key, "POST", "/", b""), now, lambda: Answer(200, b"{}"))
    with transaction(engine) as connection:
        assert forget(connection, NOW - timedelta(days=7)) == 1
        assert list(connection.execute(select(idempotency.c.key)).scalars()) == ["new"]


def test_a_change_that_breaks_off_in_the_database_is_accepted_when_sent_again(
    writer: Writer, engine: Engine
) -> None:
    """A table that is gone for a while is an error answer, never half an effect."""
    with engine.begin() as connection:
        connection.execute(text("alter table note rename to gone"))
    answer = writer.post(DEAR, "k")
    with engine.begin() as connection:
        connection.execute(text("alter table gone rename to note"))
    assert answer.status_code >= 500
    assert stored(engine, idempotency) == 0
    assert writer.post(DEAR, "k").json()["results"][0]["status"] == "accepted"
