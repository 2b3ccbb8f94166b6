"""What is sent: the pilot's own lists and batches, in an order in which all of it is accepted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from lintas.client import post, upload
from lintas.pilot.files import Request, Upload, batches, write_csv
from lintas.pilot.generate import DEFAULT_SEED, make_pilot
from lintas.pilot.numbers import Numbers
from shared.regions import Regions

ATTENDANCE = "/v1/attendance"


@dataclass(frozen=True)
class Work:
    """One kind of intake at one service."""

    name: str
    service: str
    count: int
    lists: Sequence[Upload] = ()
    requests: Sequence[Request] = ()
    measured: bool = True

    def send(self, url: str, token: str) -> None:
        """Send all of it.

        Raises:
            RuntimeError: not every row or item was accepted.
        """
        accepted = sum(upload(url, token, one.kind, one.path).accepted for one in self.lists)
        with httpx.Client(timeout=120.0) as client:
            for one in self.requests:
                answer = post(client, f"{url}{one.path}", token, one.body)
                accepted += sum(each["status"] == "accepted" for each in answer["results"])
        if accepted != self.count:
            raise RuntimeError(f"{self.name}: {accepted} of {self.count} were accepted")


def works(directory: Path, families: int) -> Iterator[Work]:
    """The works of a pilot with so many families, written to a directory."""
    numbers = replace(
        Numbers(),
        probolinggo_families=families,
        jember_families=families // 10,
        members=families // 2,
    )
    pilot = make_pilot(directory, numbers, DEFAULT_SEED, Regions.load())
    for kind, measured in (
        ("facilitators", False),
        ("families", True),
        ("cooperatives", False),
        ("members", True),
        ("family-groups", False),
    ):
        some = [one for one in pilot.uploads if one.kind == kind]
        yield Work(
            f"{kind}, list", some[0].service, sum(one.rows for one in some), some, (), measured
        )
    sessions = [one for one in pilot.requests if one.path == "/v1/sessions"]
    yield Work("sessions, HTTP", "training", _items(sessions), (), sessions, measured=False)
    yield from _attendance(directory, [one for one in pilot.requests if one.path == ATTENDANCE])


def _attendance(directory: Path, requests: Sequence[Request]) -> Iterator[Work]:
    """Half of it over HTTP, half as a list."""
    items: list[dict[str, Any]] = [item for one in requests for item in one.body["items"]]
    half = len(items) // 2
    sent = list(batches("", "training", ATTENDANCE, items[:half]))
    yield Work("attendance, HTTP", "training", half, (), sent)
    path = directory / "kehadiran.csv"
    rows = ((one["session_number"], one["family_number"], "") for one in items[half:])
    count = write_csv(path, ("nomor_sesi", "nomor_keluarga", "nik"), rows)
    listed = Upload("training", "attendance", path, count)
    yield Work("attendance, list", "training", count, [listed])


def _items(requests: Sequence[Request]) -> int:
    return sum(len(one.body["items"]) for one in requests)
