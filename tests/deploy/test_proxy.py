"""The proxy of the deployment, nginx itself with our files: what strangers can hold, and what they see."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from lintas.broker import free_port
from lintas.registry import SERVICES
from shared.settings import OPERATIONS_PORTS
from tests.deploy.test_compose import PARTS
from tests.kit.serving import ended, until
from tests.programs import needed

ROOT = Path(__file__).resolve().parents[2]
CONFIGURATION = ROOT / "deploy" / "proxy"
STRANGERS = 150
HALF = b"GET /health/live HTTP/1.1\r\nHost: x\r\n"
SLOW = b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: 90000\r\n%s\r\n{"
SHORT = {" 10s": " 1s"}
"""Ten seconds are one in these tests."""


@dataclass(frozen=True)
class Door:
    """A port of the proxy, and the service behind it."""

    port: int
    token: str
    log: Path

    def dial(self, sends: bytes) -> socket.socket:
        """Open a connection and send this."""
        one = socket.create_connection(("127.0.0.1", self.port), 10)
        one.sendall(sends)
        return one

    def slow(self, path: bytes, kind: bytes, *, known: bool) -> bytes:
        """The beginning of a request whose body does not come, with a token or without."""
        token = f"Authorization: Bearer {self.token}\r\nIdempotency-Key: slow\r\n"
        return SLOW % (path, kind, token.encode() if known else b"")

    def ask(self, method: str, path: str, content: bytes = b"", **headers: str) -> httpx.Response:
        """One request on a connection of its own, with the token."""
        named = {"Authorization": f"Bearer {self.token}"} | headers
        url = f"http://127.0.0.1:{self.port}{path}"
        return httpx.request(method, url, content=content, headers=named, timeout=10)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, str]]:
    """A service with 80 descriptors, in a process of its own: its port and a token."""
    folder = tmp_path_factory.mktemp("behind")
    command = [sys.executable, "-m", "tests.deploy.behind", str(folder)]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT)
    assert process.stdout is not None
    port, token = process.stdout.readline().split()
    yield int(port), token
    process.kill()
    process.wait()
    process.stdout.close()


@contextmanager
def proxy(folder: Path, service: tuple[int, str], changes: dict[str, str]) -> Iterator[Door]:
    """Nginx with the deployment's files, other ports and names, and these words replaced."""
    program = needed("nginx")
    port, alive, log = free_port(), free_port(), folder / "log"
    shutil.copytree(CONFIGURATION, folder / "conf")
    places = {"/tmp/": f"{folder}/", "127.0.0.1:8100": f"127.0.0.1:{alive}"}  # noqa: S108
    for path in (folder / "conf").iterdir():
        text = path.read_text("utf-8")
        for old, new in (places | changes).items():
            text = text.replace(old, new)
        path.write_text(text, "utf-8")
    (folder / "conf" / "services.conf").write_text(
        f"map $server_port $service {{ {port} 127.0.0.1:{service[0]}; }}\n"
        f"server {{ listen 127.0.0.1:{port}; include port.conf; }}\n"
    )
    owner = (
        "user root;" if os.getuid() == 0 else ""
    )  # the folder of a test is open to its owner alone
    command = [program, "-e", "stderr", "-c", str(folder / "conf" / "nginx.conf"), "-g", owner]
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        until(lambda: process.poll() is not None or _answers(alive))
        assert process.poll() is None, log.read_text("utf-8")
        yield Door(port, service[1], log)
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/alive").status_code == 204
    except httpx.TransportError:
        return False


@pytest.fixture
def door(tmp_path: Path, service: tuple[int, str]) -> Iterator[Door]:
    """The proxy as it is deployed."""
    with proxy(tmp_path, service, {}) as one:
        yield one


@pytest.fixture
def hasty(tmp_path: Path, service: tuple[int, str]) -> Iterator[Door]:
    """The proxy when ten seconds are one."""
    with proxy(tmp_path, service, SHORT) as one:
        yield one


def test_nginx_reads_the_files_that_are_deployed(tmp_path: Path) -> None:
    """With the names and ports of the Compose file."""
    shutil.copytree(CONFIGURATION, tmp_path / "conf")
    path = tmp_path / "conf" / "nginx.conf"
    path.write_text(path.read_text("utf-8").replace("/tmp/", f"{tmp_path}/"), "utf-8")  # noqa: S108
    command = [needed("nginx"), "-t", "-e", "stderr", "-c", str(path)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr


def test_every_service_has_its_door() -> None:
    """Under its name, and no door leads to where its health check asks."""
    text = (CONFIGURATION / "services.conf").read_text("utf-8")
    ports = [published.rpartition(":")[2] for published in PARTS["proxy"]["ports"]]
    assert re.findall(r"listen (\d+);", text) == ports
    for name, port in zip(SERVICES, ports, strict=True):
        probed = PARTS[name]["healthcheck"]["test"][-1].rpartition(":")[2]
        assert int(probed) == int(port) + OPERATIONS_PORTS
        assert probed not in text
        assert f"{port} {name}:{port};" in text


@pytest.mark.parametrize(
    ("attack", "known"),
    [("silent", False), ("half", False), ("body", False), ("body", True), ("import", True)],
)
def test_honest_clients_are_served_while_strangers_hold_connections(
    door: Door, attack: str, known: bool
) -> None:
    """150 of them at a service of 80 descriptors, with a token or without."""
    sends = {
        "silent": b"",
        "half": HALF,
        "body": door.slow(b"/v1/notes", b"application/json", known=known),
        "import": door.slow(b"/v1/imports/notes", b"text/csv", known=known),
    }[attack]
    with ExitStack() as held:
        for _ in range(STRANGERS):
            held.enter_context(door.dial(sends))
        content = json.dumps({"items": [{"number": attack, "count": 1}]}).encode()
        for number in range(5):
            assert door.ask("GET", "/docs/start.js").status_code == 200
            headers = {
                "Content-Type": "application/json",
                "Idempotency-Key": f"{attack}-{known}-{number}",
            }
            assert door.ask("POST", "/v1/notes", content, **headers).status_code == 200


@pytest.mark.parametrize("sends", [b"", HALF, HALF + b"\r\n"])
def test_who_sends_no_further_head_in_time_is_cut(hasty: Door, sends: bytes) -> None:
    """Silent, half a head, resting after an answer."""
    with hasty.dial(sends) as one:
        assert ended(one)


def test_a_body_that_stops_is_cut(hasty: Door) -> None:
    """The service never hears of it: a token makes no difference."""
    with hasty.dial(hasty.slow(b"/v1/notes", b"application/json", known=True)) as one:
        assert ended(one)


def test_connections_of_one_address_and_of_one_service_are_bounded(
    tmp_path: Path, service: tuple[int, str]
) -> None:
    """Who is one too many is asked to come again; the others are served."""
    few = {"limit_conn address 200": "limit_conn address 3"}
    with proxy(tmp_path, service, few) as door, ExitStack() as held:
        slow = door.slow(b"/v1/notes", b"application/json", known=False)
        while (answer := door.ask("GET", "/docs/start.js")).status_code == 200:
            held.enter_context(door.dial(slow))
        assert (answer.status_code, answer.json()["code"]) == (503, "BUSY")
        assert answer.headers["Retry-After"] == "5"


def test_a_body_that_is_too_large_never_reaches_the_service(door: Door) -> None:
    """Declared or not; an import may be larger."""
    large = b"x" * (2 * 1024 * 1024 + 1)
    answer = door.ask("POST", "/v1/notes", large, **{"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "BODY_TOO_LARGE")
    answer = door.ask("POST", "/v1/imports/notes", large, **{"Content-Type": "text/csv"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")


def test_figures_of_the_process_stay_inside(door: Door) -> None:
    """`/metrics` is for Prometheus, which asks the service itself."""
    answer = door.ask("GET", "/metrics")
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_services_own_refusals_pass_unchanged(door: Door) -> None:
    """Status, code and headers are those of the service."""
    answer = door.ask("GET", "/v1/notes/absent")
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert answer.json()["field"] == "number"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_a_service_that_is_away_is_a_reason_to_come_again(
    tmp_path: Path, service: tuple[int, str]
) -> None:
    """503 with Retry-After, in the form of every other problem."""
    with proxy(tmp_path, (free_port(), service[1]), {}) as door:
        answer = door.ask("GET", "/docs/start.js")
    assert (answer.status_code, answer.json()["code"]) == (503, "SERVICE_AWAY")
    assert answer.headers["Retry-After"] == "5"


def test_the_log_holds_no_address_no_path_and_few_refusals(door: Door) -> None:
    """What a stranger writes into an address is nobody's to keep; 300 refusals are not 300 lines."""
    with httpx.Client(base_url=f"http://127.0.0.1:{door.port}") as stranger:
        for _ in range(300):
            assert stranger.get("/v1/notes/KPM-1?nik=3509012304560001").status_code == 400
    assert door.ask("GET", "/docs/start.js").status_code == 200
    until(lambda: '"200"' in door.log.read_text("utf-8"))
    text = door.log.read_text("utf-8")
    assert not [word for word in ("KPM", "3509012304560001", "127.0.0.1", "/v1") if word in text]
    assert len(text.splitlines()) < 60
    assert json.loads(text.splitlines()[-1])["status"] == "200"
