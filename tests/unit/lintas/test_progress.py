"""How far the road is, as the services' own figures tell it."""

import httpx
import pytest

from lintas.progress import look
from lintas.registry import CARDS, PUBLISHERS
from lintas.remote import Deployment

DEPLOYMENT = Deployment({s: f"http://{s}:8000" for s in (*PUBLISHERS, "monitoring")}, {})


def client(
    applied: int, *, sent: int = 5, depth: int = 0, counter: int = 0, status: int = 200
) -> httpx.Client:
    """Services of which each has sent so much, and of which monitoring has applied so much."""

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.port == 8100
        service = request.url.host
        if service == "monitoring":
            sources = [CARDS[name].source for name in PUBLISHERS]
            lines = [f'lintas_watermark_complete_events{{source="{s}"}} {applied}' for s in sources]
        else:
            lines = [
                f'lintas_outbox_acknowledged_events{{source="urn:lintas:{service}"}} {sent}.0',
                f"lintas_relay_sent_events_total {counter}.0",
                f"lintas_outbox_depth_events {depth}.0",
            ]
        return httpx.Response(status, text="\n".join(lines) + "\n")

    return httpx.Client(transport=httpx.MockTransport(answer))


def test_complete_when_all_that_was_sent_is_applied() -> None:
    """A restarted service counts from zero again; what it reads from its table does not."""
    assert look(DEPLOYMENT, client(5, counter=0)).complete
    assert look(DEPLOYMENT, client(5, counter=5)).complete


def test_not_complete_while_something_waits_or_is_missing() -> None:
    """Not yet sent, or not yet applied."""
    assert not look(DEPLOYMENT, client(5, depth=1)).complete
    assert not look(DEPLOYMENT, client(4)).complete


def test_a_service_that_is_not_ready_is_reported_as_such() -> None:
    """The caller may try again later."""
    with pytest.raises(httpx.HTTPStatusError):
        look(DEPLOYMENT, client(5, status=503))
