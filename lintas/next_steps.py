"""What a person can do with a demo that runs: its addresses, its tokens in a file, commands to paste."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from lintas.local import Stack
from lintas.pilot.late import LAST_MONTH
from lintas.registry import PUBLISHERS, SERVICES
from shared.messages import phrase

ASKERS = {
    "monitoring": ("TOKEN_RELEASE", "orders a release"),
    "SOCIAL_AFFAIRS": ("TOKEN_EXACT", "reads exact figures, as Dinsos"),
    "COOPERATIVES": ("TOKEN_EXACT_DINKOPUM", "reads exact figures, as DinkopUM"),
}
"""Variables of the tokens that ask monitoring, and what they are for; the others send to one service."""
SAMPLES = (
    ("beneficiary", "facilitators"),
    ("beneficiary", "families"),
    ("cooperative", "cooperatives"),
    ("cooperative", "members"),
)
"""Sample lists in the order in which they need one another."""
SAMPLE_REGION = "35.09"
ORDER = json.dumps({"cause": "LATE_FACTS", "until": LAST_MONTH})
"""The months after the pilot's last one have no figures."""


def write_tokens(path: Path, tokens: Mapping[str, str]) -> None:
    """Write the tokens as variables of a shell, in a file that only its owner can read."""
    lines = ["# Tokens of a running demo; in a shell:  . FILE"]
    for key, token in tokens.items():
        name, what = ASKERS.get(key, (variable(key), f"sends to {key}"))
        lines.append(f"{name}={token}  # {what}")
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write("\n".join(lines) + "\n")


def variable(service: str) -> str:
    """The variable with the token that sends to a service."""
    return f"TOKEN_{service.upper()}"


def addresses(stack: Stack, tokens: Path) -> Iterator[str]:
    """Where the page and the broker are, how a topic is read, and where the tokens are."""
    page, broker, folder = stack.url("monitoring"), stack.broker.bootstrap, stack.directory
    yield f"{phrase('demo.page').both()}: {page}/  (English: {page}/?bahasa=en)"
    yield f"broker (Kafka): {broker}  {phrase('demo.read_topic').both()}:"
    yield (
        f"    .venv/bin/python docs/samples/consumer.py --broker {broker} --topic lintas.cooperative.v1 "
        f"--owner urn:lintas:cooperative --trust {folder}/keys/trust.json "
        f"--database {folder}/events.sqlite --idle 3"
    )
    yield f"{phrase('demo.tokens').both()}: {tokens}"


def desks(stack: Stack) -> Iterator[str]:
    """How an officer of each ministry gets a link to the desk; in the words of `lintas users`."""
    yield f"{phrase('demo.desk').both()}:"
    for service in PUBLISHERS:
        yield (
            f"    LINTAS_KEYS={stack.directory}/keys LINTAS_{service.upper()}_DATABASE={stack.database(service)} "
            f'.venv/bin/lintas users add {service} siti --name "Siti Contoh" --office jember --role officer '
            f"--area {SAMPLE_REGION} --url {stack.url(service)}"
        )


def steps(stack: Stack, tokens: Path) -> Iterator[str]:
    """What to try, as commands to paste."""
    monitoring = stack.url("monitoring")
    yield phrase("demo.services").both()
    yield from (f"    {service:12} {stack.url(service)}" for service in SERVICES)
    yield from desks(stack)
    yield f"{phrase('demo.send').both()}:"
    yield f"    . {tokens}"
    yield from (
        f"    LINTAS_TOKEN=${variable(service)} .venv/bin/lintas import --url {stack.url(service)} "
        f"{kind} docs/samples/lists/{kind}.csv"
        for service, kind in SAMPLES
    )
    yield f"{phrase('demo.see').both()}:"
    bearer = '-H "Authorization: Bearer $TOKEN'
    yield f'    curl {bearer}_EXACT" "{monitoring}/v1/exact/01?region={SAMPLE_REGION}"'
    yield (
        f'    curl -X POST {bearer}_RELEASE" -H "Idempotency-Key: $(date +%s)" '
        f"-H 'Content-Type: application/json' -d '{ORDER}' {monitoring}/v1/releases"
    )
    yield f"    {monitoring}/"
