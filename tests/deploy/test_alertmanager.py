"""Alertmanager as it is deployed: its file as given and filled in, and a real one that delivers to a webhook."""

import json
import re
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from lintas.broker import free_port
from lintas.schemas import ROOT
from tests.deploy.rules import alerts
from tests.programs import needed

FILE = ROOT / "deploy" / "alertmanager" / "alertmanager.yml"
NAMES = {one["alert"] for one in alerts()}
TOKEN = "a-token-of-this-test"


def filled_in(text: str) -> str:
    """The file with every line taken that an operator may take."""
    return text.replace("#| ", "")


def check(path: Path) -> subprocess.CompletedProcess[str]:
    """What amtool says of a configuration."""
    command = [needed("amtool"), "check-config", str(path)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("change", [str, filled_in], ids=["as given", "filled in"])
def test_amtool_finds_the_file_right(change: Callable[[str], str], tmp_path: Path) -> None:
    """It starts as it is, and with mail and webhooks taken."""
    path = tmp_path / "alertmanager.yml"
    path.write_text(change(FILE.read_text()))
    checked = check(path)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_secrets_are_named_by_file_and_never_written_down() -> None:
    """Where mail and webhooks are taken as well."""
    text = filled_in(FILE.read_text())
    named = re.findall(r"^.*(?:password|credentials|token|secret)\w*:.*$", text, re.MULTILINE)
    assert named
    assert all(re.search(r"_file: /run/lintas/[\w.]+", line) for line in named)


def test_inhibitions_name_alerts_that_exist_and_never_the_watchdog() -> None:
    """Each name on both sides; an alert does not silence itself."""
    for rule in yaml.safe_load(FILE.read_text())["inhibit_rules"]:
        cause, effect = (set(re.findall(r"Lintas\w+", str(rule[f"{one}_matchers"])))
                         for one in ("source", "target"))  # fmt: skip
        assert cause | effect <= NAMES - {"LintasWatchdog"}
        assert not cause & effect


@contextmanager
def webhook() -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """A server that keeps what it is sent by whoever has the token."""
    received: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            known = self.headers["authorization"] == f"Bearer {TOKEN}"
            if known:
                received.append({"path": self.path, **json.loads(body)})
            self.send_response(200 if known else 401)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port, received
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def alertmanager(folder: Path, hook: int) -> Iterator[str]:
    """The deployed file, filled in with this webhook, without the pauses of a real day; its address."""
    (folder / "webhook.token").write_text(TOKEN)
    text = filled_in(FILE.read_text()).replace("/run/lintas", str(folder))
    text = text.replace("https://example.go.id/", f"http://127.0.0.1:{hook}/")
    text = re.sub(r"    email_configs:\n(      .*\n){2}", "", text).replace(
        "group_wait: 30s", "group_wait: 1s"
    )
    (folder / "alertmanager.yml").write_text(text)
    port = free_port()
    command = [
        needed("prometheus-alertmanager"), f"--config.file={folder}/alertmanager.yml",
        f"--storage.path={folder}/data", f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]  # fmt: skip
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def until(true: Callable[[], bool], what: Callable[[], object]) -> None:
    """Wait for a condition, never for a time."""
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, what()
        time.sleep(0.1)


def ready(url: str) -> bool:
    """Whether Alertmanager answers."""
    try:
        return httpx.get(f"{url}/-/ready").status_code == 200
    except httpx.ConnectError:
        return False


def fire(url: str, *labels: dict[str, str]) -> None:
    """Say to Alertmanager what Prometheus would."""
    now = datetime.now(UTC).isoformat()
    sent = httpx.post(
        f"{url}/api/v2/alerts", json=[{"labels": one, "startsAt": now} for one in labels]
    )
    assert sent.status_code == 200, sent.text


def test_an_alert_reaches_the_webhook_once_for_all_of_a_service_and_without_what_follows_from_it(
    tmp_path: Path,
) -> None:
    """One notice with both alerts of the source, none for what a dead watermark implies; the watchdog apart."""
    at = {"job": "monitoring", "source": "urn:lintas:training"}
    with webhook() as (port, received), alertmanager(tmp_path, port) as url:
        until(lambda: ready(url), (tmp_path / "log").read_text)
        fire(
            url,
            {"alertname": "LintasWatermarkOld", "severity": "critical", **at},
            {"alertname": "LintasSequenceGap", "severity": "critical", **at},
            {"alertname": "LintasStaleFast", "severity": "critical", **at},
            {"alertname": "LintasWatchdog", "severity": "info"},
        )
        until(
            lambda: {one["path"] for one in received} == {"/lintas", "/watchdog"}, lambda: received
        )
    notices = {one["path"]: one for one in received}
    names = {
        path: sorted(a["labels"]["alertname"] for a in one["alerts"])
        for path, one in notices.items()
    }
    assert names == {
        "/lintas": ["LintasSequenceGap", "LintasWatermarkOld"],
        "/watchdog": ["LintasWatchdog"],
    }
    assert notices["/lintas"]["groupLabels"] == at
    assert len(received) == 2
