"""`lintas demo` as a newcomer meets it: what it prints is pasted into a shell and works."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from lintas.registry import PUBLISHERS, lists_of
from tests.programs import needed

ROOT = Path(__file__).resolve().parents[2]
LISTS = ROOT / "docs" / "samples" / "lists"
LINTAS = Path(sys.executable).parent / "lintas"
PATIENCE = 600.0
pytestmark = pytest.mark.timeout(1500)
"""A demo with its two releases, and many commands of a shell."""
BEFORE_SESSIONS = (
    ("cooperative", "annual-meetings"),
    ("cooperative", "member-targets"),
    ("training", "family-groups"),
    ("training", "group-families"),
)
AFTER_SESSIONS = (
    ("training", "attendance"),
    ("training", "obligations"),
    ("training", "closings"),
    ("cooperative", "declarations"),
)
"""Sample lists in the order of the guide; the demo prints the four that come before all of them."""
AFTER_A_RELEASE = (
    "referrals", "family-changes", "assignments", "facilitator-targets", "graduation-proposals",
    "graduation-verifications", "graduation-approvals", "visits", "training-offers", "exits", "consents",
    "member-approvals", "member-activations", "member-activity", "member-benefits", "member-lapses",
    "member-resignations", "member-reinstatements", "cooperative-mentoring", "cooperative-capital",
    "cooperative-statuses", "groups", "group-statuses", "group-members", "group-departures",
    "group-successors", "group-cooperatives", "sessions", "group-attendance", "completions",
    "reopenings",
)  # fmt: skip
"""What happens to those families and members later."""


@dataclass
class Demo:
    """A demo whose output is a file, not a terminal."""

    process: subprocess.Popen[bytes]
    output: Path

    @property
    def said(self) -> str:
        """All that it has printed."""
        return self.output.read_text("utf-8")

    def commands(self, beginning: str) -> list[str]:
        """The printed commands that begin so; programs of the environment are those of this session."""
        bin_folder = str(Path(sys.executable).parent)
        lines = [line.strip() for line in self.said.splitlines()]
        return [one.replace(".venv/bin", bin_folder) for one in lines if one.startswith(beginning)]

    def paste(self, *commands: str) -> str:
        """Type commands into a shell in the repository, after the tokens; all of them must succeed."""
        (source,) = self.commands(". ")
        script = "\n".join(["set -e", source, *commands])
        typed = subprocess.run(
            ["sh", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False, timeout=280
        )
        assert typed.returncode == 0, typed.stdout + typed.stderr
        return typed.stdout


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A small demo that stays up."""
    needed("curl")
    folder = tmp_path_factory.mktemp("demo")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("LINTAS_")}
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            [str(LINTAS), "demo", "--small"], cwd=ROOT, stdout=output, stderr=output,
            env=environ | {"TMPDIR": str(folder)},
        )  # fmt: skip
    made = Demo(process, folder / "output")
    try:
        deadline = time.monotonic() + PATIENCE
        while "/v1/releases\n" not in made.said:
            assert process.poll() is None, made.said
            assert time.monotonic() < deadline, made.said
            time.sleep(0.2)
        yield made
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def test_what_is_done_is_said_where_nobody_can_draw_bars(demo: Demo) -> None:
    """One line for each long step, with amounts while the pilot is sent."""
    assert "making the pilot's files, keys and databases ... 0 s" in demo.said
    assert "starting broker and services ... 0 s" in demo.said
    assert re.search(r"CSV rows [\d,]+/[\d,]+; ", demo.said)
    assert "menyusun rilis sampai / making the release until 2026-05 ... 0 s" in demo.said


def test_the_printed_command_reads_a_topic_with_a_stock_client(demo: Demo) -> None:
    """The sample consumer, with the broker's address, proves every event."""
    (command,) = demo.commands(".venv/bin/python docs/samples/consumer.py")
    last = demo.paste(command).splitlines()[-1]
    assert re.fullmatch(r"[1-9]\d{2,} events, 0 missing, 0 records refused", last)


def test_the_sample_lists_are_accepted_and_seen_in_a_release(demo: Demo) -> None:
    """Every list that services take: pasted commands, all rows good, exact and public figures change."""
    (exact,) = demo.commands("curl -H")
    (order,) = demo.commands("curl -X POST")
    before = may(demo.paste(exact))
    imports = demo.commands("LINTAS_TOKEN=")
    said = demo.paste(*imports)
    rows = [rows_of(name) for name in ("facilitators", "families", "cooperatives", "members")]
    accepted = re.findall(r"accepted: (\d+), .*: 0, .*: 0\n", said)
    assert [int(number) for number in accepted] == rows
    for service, kind in BEFORE_SESSIONS:
        send(demo, service, kind)
    hold_the_session(demo)
    for service, kind in AFTER_SESSIONS:
        send(demo, service, kind)
    settled(demo, exact, before["enrolled"] + 15)
    made = json.loads(demo.paste(order))
    assert (made["number"], made["reason"], made["released"]) == (3, "UNPLANNED", False)
    public = released(f"{address(demo, 'monitoring')}/v1/releases/3/figures.csv")
    enrolled = 5 * round((before["enrolled"] + 15) / 5)
    assert f"\n01,enrolled,35.09,2026-05,ALL,,{enrolled},published,family," in public
    owners = {one.name: service for service in PUBLISHERS for one in lists_of(service)}
    for kind in AFTER_A_RELEASE:
        send(demo, owners[kind], kind)


def released(url: str) -> str:
    """A file of a release that is being made."""
    deadline = time.monotonic() + PATIENCE
    while (answer := httpx.get(url, timeout=30)).status_code == httpx.codes.NOT_FOUND:
        assert time.monotonic() < deadline
        time.sleep(0.5)
    return answer.raise_for_status().text


def settled(demo: Demo, exact: str, enrolled: int) -> None:
    """Wait until the families are counted: the office's own half is live."""
    deadline = time.monotonic() + 60
    while may(demo.paste(exact))["enrolled"] != enrolled:
        assert time.monotonic() < deadline
        time.sleep(0.5)


def hold_the_session(demo: Demo) -> None:
    """The session over HTTP, as the guide says."""
    body = f'-H "Content-Type: application/json" -d @{LISTS / "sessions.json"}'
    token = '-H "Authorization: Bearer $TOKEN_TRAINING"'
    session = demo.paste(
        f'curl -s -X POST {token} -H "Idempotency-Key: s-1" {body} {address(demo, "training")}/v1/sessions'
    )
    assert [one["status"] for one in json.loads(session)["results"]] == ["accepted"]


def send(demo: Demo, service: str, kind: str) -> None:
    """A list of which every row is new and good."""
    command = f"{LINTAS} import --url {address(demo, service)} {kind} {LISTS / kind}.csv"
    said = demo.paste(f"LINTAS_TOKEN=$TOKEN_{service.upper()} {command}")
    assert re.search(rf"accepted: {rows_of(kind)}, .*: 0, .*: 0\n", said), said


def rows_of(kind: str) -> int:
    """How many rows a sample has."""
    with (LISTS / f"{kind}.csv").open(newline="") as file:
        return len(list(csv.DictReader(file)))


def address(demo: Demo, service: str) -> str:
    """The printed address of a service."""
    found = re.search(rf"^ *{service} +(http://\S+)$", demo.said, re.MULTILINE)
    assert found
    return found[1]


def may(answer: str) -> dict[str, int]:
    """The office's own half at the end of May, the last month that everybody has closed."""
    (found,) = (one for one in json.loads(answer)["own"] if one["month"] == "2026-05")
    return dict(found)


def test_there_is_a_sample_of_every_list_that_a_service_takes(demo: Demo) -> None:
    """By the services' own description of their doors."""
    taken = set()
    for service in PUBLISHERS:
        paths = httpx.get(f"{address(demo, service)}/openapi.json", timeout=30).json()["paths"]
        doors = (path for path, door in paths.items() if "post" in door)
        taken |= {path.rpartition("/")[2] for path in doors if path.startswith("/v1/imports/")}
    assert {path.stem for path in LISTS.glob("*.csv")} == taken


def test_the_printed_commands_open_each_desk(demo: Demo) -> None:
    """An account is made and its link leads to the page where one chooses a passphrase."""
    links = demo.paste(*demo.commands("LINTAS_KEYS=")).splitlines()
    assert len(links) == len(PUBLISHERS)
    for link in links:
        page = httpx.get(link, timeout=30)
        assert page.status_code == httpx.codes.OK
        assert 'name="passphrase"' in page.text


def test_the_tokens_are_for_their_owner_alone(demo: Demo) -> None:
    """Nobody else reads the file, and none of them is printed."""
    path = Path(demo.commands(". ")[0].removeprefix(". "))
    assert path.stat().st_mode & 0o777 == 0o600
    tokens = re.findall(r"=(lintas_\S+)", path.read_text("ascii"))
    assert len(tokens) == 6
    assert not [token for token in tokens if token in demo.said]
