"""CSV intake: an officer's lists by the service's front door, API process alone."""

import time
from pathlib import Path

import httpx

from benchmarks.processes import environment, prepared, running
from lintas.client import upload
from lintas.pilot.files import Upload
from shared.kafka.settings import KafkaSettings

SERVICE = "beneficiary"


def intake_rate(
    kafka: KafkaSettings, database: str, keys: Path, token: str, items: list[Upload], log: Path
) -> float:
    """Rows a second, from the first byte sent to the last row accepted."""
    env = environment(SERVICE, keys, kafka, prepared(SERVICE, database))
    url = f"http://127.0.0.1:{env['LINTAS_BENEFICIARY_PORT']}"
    with running(SERVICE, ("api",), env, log) as process:
        while not _answers(url):
            process.check()
            time.sleep(0.1)
        began = time.perf_counter()
        accepted = sum(upload(url, token, one.kind, one.path).accepted for one in items)
        seconds = time.perf_counter() - began
    if accepted != (rows := sum(one.rows for one in items)):
        raise RuntimeError(f"{accepted} of {rows} rows accepted; see {log}")
    return accepted / seconds


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/docs", timeout=2).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
