"""CSV uploads and HTTP requests with a token, as a client of a service sends them."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx

from shared.csv.rejects import reject_file
from shared.csv.rows import BadRow, Notice
from shared.messages import phrase
from shared.sheets.rejects import is_workbook, reject_workbook
from shared.sheets.workbook import MEDIA_TYPE

TIMEOUT = httpx.Timeout(120.0)
PIECE = 65_536
_WORKBOOKS = (".xlsx", ".ods")
_REJECTS = re.compile(r"(?P<list>.+)\.ditolak(?:-(?P<number>\d{1,3}))?\.(csv|xlsx)")


class RequestRefused(RuntimeError):
    """The service refused the whole request; the message is the service's own."""


@dataclass
class UploadReport:
    """What became of a CSV file."""

    accepted: int = 0
    duplicates: int = 0
    rejected: int = 0
    refused: dict[int, BadRow] = field(default_factory=dict)
    """The refused rows by line; or the one reason why the whole file was refused."""
    notices: list[Notice] = field(default_factory=list)
    closing: dict[str, Any] | None = None
    """What became of the month that the file was to close, as the service says it."""

    @property
    def is_complete(self) -> bool:
        """No row was refused, and the month that was to be closed is closed."""
        return not self.refused and (self.closing or {}).get("status") != "refused"

    @property
    def rows(self) -> int:
        """Every row of the file: each was accepted, already there or refused."""
        return self.accepted + self.duplicates + self.rejected

    def write_rejects(
        self, source: Path, target: Path, wanted: Mapping[str, bool] | None = None
    ) -> bool:
        """Write the refused rows with their reasons, ready to mend and send again.

        Those of a workbook are a workbook; `wanted` are then the columns of its list. A file that was
        refused as a whole (its header, its encoding) has none: nothing is written.
        """
        if any(row.whole_file for row in self.refused.values()):
            return False
        header = max((notice.header_line for notice in self.notices), default=0)
        with source.open("rb") as rows, target.open("wb") as rejects:
            if is_workbook(rows):
                rejects.write(reject_workbook(rows, self.refused, wanted or {}, header))
            else:
                rejects.writelines(reject_file(rows, self.refused, header))
        return True


def rejects_of(path: Path) -> Path:
    """Where refused rows go: `k.ditolak.csv` of `k.csv`, of that `k.ditolak-2.csv`; `.xlsx` of workbooks."""
    kind = ".xlsx" if path.suffix.lower() in _WORKBOOKS else ".csv"
    found = _REJECTS.fullmatch(path.name)
    if found is None:
        return path.with_suffix(f".ditolak{kind}")
    return path.with_name(f"{found['list']}.ditolak-{int(found['number'] or 1) + 1}{kind}")


def upload(
    url: str,
    token: str,
    kind: str,
    path: Path,
    on_rows: Callable[[int], None] = lambda _: None,
    closes: Mapping[str, str] | None = None,
) -> UploadReport:
    """Send a CSV file or a workbook to `/v1/imports/<kind>`; `on_rows` hears how many rows are done.

    `closes` names the month that the file closes: `closes`, `area` and perhaps `nil`.

    Raises:
        RequestRefused: the file as a whole was refused, or the service went away in the middle.
    """
    report = UploadReport()
    address = httpx.URL(f"{url}/v1/imports/{kind}", params=closes)
    try:
        done = _send(address, token, path, lambda line: _note(report, line, on_rows))
    except httpx.TransportError as error:
        away = phrase("client.away").both(url=url, error=type(error).__name__)
        raise RequestRefused(f"{away}; {phrase('client.again').both()}") from None
    if not done:
        early, again = phrase("client.broken_off").both(), phrase("client.again").both()
        raise RequestRefused(f"{early}; {again}")
    return report


def post(
    client: httpx.Client, url: str, token: str, body: Mapping[str, Any], key: str | None = None
) -> dict[str, Any]:
    """Send one request; the same body twice is one effect, because its hash is the key.

    With a `key` of its own, the same body is a new order.

    Raises:
        RequestRefused: the request was refused.
    """
    content = json.dumps(body, sort_keys=True).encode()
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Idempotency-Key": key or sha256(url.encode() + content).hexdigest(),
    }
    answer = client.post(url, content=content, headers=headers)
    if answer.is_error:
        raise RequestRefused(_problem(answer))
    return dict(answer.json())


def get(
    client: httpx.Client, url: str, token: str | None, query: Mapping[str, str]
) -> dict[str, Any]:
    """Read an answer; without a token what anybody may read.

    Raises:
        RequestRefused: the request was refused, or the service is away.
    """
    try:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = client.get(url, params=query, headers=headers)
    except httpx.TransportError as error:
        away = phrase("client.away").both(url=url, error=type(error).__name__)
        raise RequestRefused(away) from None
    if answer.is_error:
        raise RequestRefused(_problem(answer))
    return dict(answer.json())


def _send(
    address: httpx.URL, token: str, path: Path, note: Callable[[dict[str, Any]], bool]
) -> bool:
    """Send the file, note each line of the answer, and tell whether the last one said done."""
    done = False
    with path.open("rb") as file:
        kind_of_file = MEDIA_TYPE if is_workbook(file) else "text/csv"
    headers = {"Authorization": f"Bearer {token}", "Content-Type": kind_of_file}
    with httpx.Client(timeout=TIMEOUT) as client, client.stream(
        "POST", address, headers=headers, content=_pieces(path)
    ) as answer:  # fmt: skip
        if answer.is_error:
            answer.read()
            raise RequestRefused(_problem(answer))
        for line in answer.iter_lines():
            if line:
                done = note(json.loads(line))
    return done


def _note(report: UploadReport, line: dict[str, Any], on_rows: Callable[[int], None]) -> bool:
    if line.get("done") is False:
        raise RequestRefused(f"{line['code']}: {line['message']}")
    if "rows" in line:
        report.accepted, report.duplicates = line["accepted"], line["duplicates"]
        report.rejected = line["rejected"]
        report.closing = line.get("closing")
        on_rows(line["rows"])
        return bool(line.get("done"))
    if "notice" in line:
        report.notices.append(Notice(line.pop("notice"), **line))
    else:
        report.refused[line["line"]] = BadRow(**line)
    return False


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(PIECE):
            yield piece


def _problem(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
    except ValueError:
        return f"HTTP {answer.status_code}"
    parts = (
        problem.get("code"),
        problem.get("detail") or problem.get("title"),
        problem.get("remedy"),
    )
    return " - ".join(str(part) for part in parts if part)
