"""The parts of the suite themselves: what they say, and what is said when they cannot be had."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import parts
from tests.parts import images, real

ROOT = Path(__file__).resolve().parents[2]


def test_the_parts_tell_their_versions() -> None:
    """A broker and a database, each with a number."""
    broker, database = parts.current().versions().rsplit(", ", 1)
    assert any(character.isdigit() for character in broker), broker
    assert database.split()[0] in {"SQLite", "PostgreSQL"}
    assert database.split()[1][0].isdigit()


def session(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """A session of one file that needs no parts."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("LINTAS_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments, "tests/unit/test_lanes.py"],
        cwd=ROOT,
        env=environ | {"COLUMNS": "300"} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_side_by_side_the_session_says_what_its_workers_ran_on() -> None:
    """The process that deals out the tests has no parts of its own."""
    ended = session("-n", "2")
    assert ended.returncode == 0, ended.stdout
    assert "(embedded broker), SQLite" in ended.stdout


@pytest.mark.parametrize("name", [parts.KAFKA, parts.POSTGRES])
def test_a_server_of_the_environment_serves_one_worker(name: str) -> None:
    """Two would delete each other's topics and databases: refused, with the remedy."""
    ended = session("-n", "2", **{name: "127.0.0.1:1"})
    assert ended.returncode == 2, ended.stdout
    assert f"{name}: one server serves one worker: pass WORKERS=0" in ended.stdout
    assert "passed" not in ended.stdout


def test_without_an_engine_one_line_says_what_to_install() -> None:
    """No test passes by being left out: exit code 2."""
    ended = session("--parts", "real", DOCKER_HOST="unix:///nowhere.sock")
    assert ended.returncode == 2, ended.stdout
    (line,) = [line for line in ended.stdout.splitlines() if "no container engine" in line]
    assert "install Docker Engine" in line
    assert "passed" not in ended.stdout


@pytest.mark.parametrize(
    ("name", "value", "start"),
    [
        (parts.KAFKA, "127.0.0.1:1", real.kafka_server),
        (parts.POSTGRES, "postgresql://lintas:s3cret@127.0.0.1:1/lintas", real.postgres_server),
        (parts.POSTGRES, "lintas:s3cret", real.postgres_server),
    ],
)
def test_a_named_server_that_does_not_answer_is_reported_in_one_line(
    name: str, value: str, start: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The setting, the cause, the remedy, and no password; the session ends with 2."""
    monkeypatch.setenv(name, value)
    with pytest.raises(pytest.exit.Exception) as ended:
        start()
    assert ended.value.returncode == 2
    message = str(ended.value)
    assert message.startswith(f"{name} names no server that answers (")
    assert "leave it out" in message
    assert "\n" not in message
    assert "s3cret" not in message


def test_images_are_those_of_the_deployment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read from the compose file; a part that it does not name has a usual one."""
    compose = tmp_path / "docker-compose.yml"
    compose.write_text("services:\n  kafka:\n    image: apache/kafka:4.9.9\n")
    monkeypatch.setattr(images, "COMPOSE", compose)
    assert images.image("apache/kafka") == "apache/kafka:4.9.9"
    assert images.image("postgres") == images.IMAGES["postgres"]
