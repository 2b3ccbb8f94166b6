"""What an officer and an auditor do by hand: mend a refused list, check the proof of one event."""

import base64
import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from lintas.local import Stack
from lintas.pilot.probolinggo import FAMILY_COLUMNS
from lintas.progress import wait_complete
from lintas.registry import PUBLISHERS
from shared import clock
from shared.security import tokens
from tests.e2e.conftest import Played
from tests.e2e.pilot_run import PilotRun, add_rows

DISTRICT = "35.10"
LINTAS = Path(sys.executable).parent / "lintas"
PAGE = Path(__file__).resolve().parents[2] / "docs" / "proof.md"
GOOD = [
    {
        "nomor_keluarga": f"PKH-3510-{n:03d}",
        "nomor_kk": f"35109000000000{n:02d}",
        "nik_pengurus": f"351090410190{n + 1:04d}",
        "nama_pengurus": "Sri Lestari",
        "tanggal_lahir_pengurus": "1990-01-01",
        "alamat": "Dusun Krajan RT 01",
        "telepon": f"0000111100{n:02d}",
        "kode_desa": "35.10.01.2001",
        "program": "PKH",
        "desil": "2",
        "tanggal_masuk": "2026-01-05",
        "jenis_usaha": "47",
    }
    for n in range(10)
]
SPOILED = {
    1: ("nik_pengurus", "3,51E+15", "NIK_SCIENTIFIC"),
    3: ("nik_pengurus", "3510903213900003", "NIK_DATE"),
    5: ("kode_desa", "35.10.01.9999", "REGION_UNKNOWN"),
    7: ("tanggal_masuk", "2026-02-30", "DATE_INVALID"),
    8: ("program", "PHK", "FIELD_CHOICE"),
}


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    """A file as a spreadsheet saves it."""
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, FAMILY_COLUMNS, delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return path


def spoiled() -> list[dict[str, str]]:
    """The ten families, five of them each wrong in another way."""
    return [
        row | ({SPOILED[n][0]: SPOILED[n][1]} if n in SPOILED else {}) for n, row in enumerate(GOOD)
    ]


def run_import(stack: Stack, token: str, path: Path) -> subprocess.CompletedProcess[str]:
    """The officer's command."""
    command = [str(LINTAS), "import", "--url", stack.url("beneficiary"), "families", str(path)]
    environ = os.environ | {"LINTAS_TOKEN": token, "COLUMNS": "200"}
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def officer(played: Played) -> str:
    """A token for another district, issued while the service runs."""
    return tokens.issue(
        played.directory / "keys" / "beneficiary" / "tokens.json",
        name="pilot-banyuwangi",
        agency="SOCIAL_AFFAIRS",
        scopes=["beneficiary:write"],
        areas=[DISTRICT],
        expires=clock.now() + timedelta(hours=1),
    )


@pytest.fixture(scope="module")
def refused(
    played: Played, officer: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Path, subprocess.CompletedProcess[str]]]:
    """The spoiled list after it was sent. Its good rows are inputs of the run from now on."""
    path = write(tmp_path_factory.mktemp("hand") / "keluarga-banyuwangi.csv", spoiled())
    result = run_import(played.pilot_run.stack, officer, path)
    yield path, result
    rows = [[row.get(name, "") for name in FAMILY_COLUMNS] for row in GOOD]
    add_rows(played.pilot_run, path.name, FAMILY_COLUMNS, rows)


def test_refused_rows_come_back_with_reason_and_remedy(
    refused: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    """Exit code 1, five rows kept, and a reject file that names line, column, code and remedy."""
    path, result = refused
    assert result.returncode == 1, result.stdout + result.stderr
    assert _count(5, 0, 5) in result.stdout
    with path.with_suffix(".ditolak.csv").open(encoding="utf-8-sig", newline="") as stream:
        rejects = list(csv.DictReader(stream, delimiter=";"))
    listed = [(int(row["baris"]), row["kolom_salah"], row["kode"]) for row in rejects]
    assert listed == [(n + 2, column, code) for n, (column, _, code) in SPOILED.items()]
    assert all(row["alasan"] and row["perbaikan"] for row in rejects)
    numbers = [row["nomor_keluarga"] for row in rejects]
    assert numbers == [GOOD[n]["nomor_keluarga"] for n in SPOILED]


def test_what_the_officer_reads_holds_no_identity(
    refused: tuple[Path, subprocess.CompletedProcess[str]],
) -> None:
    """The screen may be seen by others; the wrong value is masked there."""
    _, result = refused
    said = result.stdout + result.stderr
    assert set(re.findall(r"\d{10,}", said)) <= {"9" * 16}, "only the form of a number is shown"
    assert "3,51E+15" not in said
    assert "Sri Lestari" not in said


def test_the_mended_list_adds_only_what_is_missing(
    played: Played, officer: str, refused: tuple[Path, subprocess.CompletedProcess[str]]
) -> None:
    """All ten rows are sent again, and once more: each family is counted once."""
    path = write(refused[0].with_name("keluarga-banyuwangi-diperbaiki.csv"), GOOD)
    stack = played.pilot_run.stack
    first, second = (run_import(stack, officer, path) for _ in range(2))
    assert (first.returncode, second.returncode) == (0, 0), first.stdout + second.stdout
    assert _count(5, 5, 0) in first.stdout
    assert _count(0, 10, 0) in second.stdout
    assert exact_families(played.pilot_run) == 10


def exact_families(pilot_run: PilotRun) -> int:
    """Families of the district by monitoring's exact count."""
    with httpx.Client(timeout=30) as client:
        wait_complete(pilot_run.stack, client, lambda _: None)
    token = tokens.issue(
        pilot_run.stack.directory / "keys" / "monitoring" / "tokens.json",
        name="banyuwangi-reader",
        agency="SOCIAL_AFFAIRS",
        scopes=["monitoring:exact"],
        areas=[DISTRICT],
        expires=clock.now() + timedelta(hours=1),
    )
    pilot_run.stack.tokens["banyuwangi"] = token
    answer = pilot_run.get("monitoring", "/v1/exact/01", "banyuwangi", region=DISTRICT)
    return int(answer["own"][-1]["enrolled"])


def test_a_token_of_another_district_is_refused(played: Played, tmp_path: Path) -> None:
    """Every row comes back: the officer of Jember may not enrol families of Banyuwangi."""
    path = write(tmp_path / "keluarga.csv", GOOD)
    result = run_import(played.pilot_run.stack, played.pilot_run.stack.tokens["beneficiary"], path)
    assert result.returncode == 1
    assert "AREA_FORBIDDEN" in result.stdout


def test_the_proof_of_one_event_is_checked_with_the_program_of_the_page(
    played: Played, tmp_path: Path
) -> None:
    """One event of each source from the dump; and not after one bit was changed."""
    (program,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    (tmp_path / "check.py").write_text(program)
    for source in PUBLISHERS:
        dump = played.directory / "topics" / f"lintas.{source}.v1.ndjson"
        lines = dump.read_text("ascii").splitlines()
        record = json.loads(lines[len(lines) // 2])
        value, proof = (
            base64.b64decode(t) for t in (record["value"], record["headers"]["lintas-proof"])
        )
        assert check(tmp_path, played, value, proof).stdout == f"proven: urn:lintas:{source}\n"
        assert check(tmp_path, played, bytes([value[0] ^ 1]) + value[1:], proof).returncode != 0


def check(
    folder: Path, played: Played, value: bytes, proof: bytes
) -> subprocess.CompletedProcess[str]:
    """Run the page's program on one event."""
    (folder / "value").write_bytes(value)
    (folder / "proof").write_bytes(proof)
    trust = played.directory / "keys" / "trust.json"
    command = [sys.executable, "check.py", "value", "proof", str(trust)]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def _count(accepted: int, there: int, refused: int) -> str:
    """The line in which `lintas import` says what became of the rows."""
    return f"diterima / accepted: {accepted}, sudah ada / already there: {there}, ditolak / refused: {refused}"
