"""Ordering a release and waiting until it is published."""

import time
from collections.abc import Callable
from uuid import uuid4

import httpx

from lintas.client import post
from lintas.endpoints import Endpoints
from lintas.progress import Stalled
from shared.events.monitoring import CutCause

LOOK_SECONDS, PATIENCE_SECONDS = 0.5, 600.0


def release(
    endpoints: Endpoints,
    until: str | None = None,
    cause: CutCause = CutCause.FIRST_RELEASE,
    *,
    seconds: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Take a cut of all that is known, up to a month, and return the number of its release once it is there.

    Raises:
        lintas.client.RequestRefused: a source has sent nothing, or the month has not ended.
        Stalled: the release is not made within ten minutes.
    """
    base = endpoints.url("monitoring")
    with httpx.Client(base_url=base, timeout=120.0) as client:
        order = {"until": until, "cause": cause}
        url, token = f"{base}/v1/releases", endpoints.tokens["monitoring"]
        number = int(post(client, url, token, order, key=uuid4().hex)["number"])
        end = seconds() + PATIENCE_SECONDS
        while not _is_there(client, number):
            if seconds() > end:
                raise Stalled(f"release {number} is not made; the log of monitoring says why")
            sleep(LOOK_SECONDS)
    return number


def _is_there(client: httpx.Client, number: int) -> bool:
    answer = client.get(f"/v1/releases/{number}")
    return answer.status_code == httpx.codes.OK
