"""Tokens of the pilot's officers: those who hand in, and those who ask."""

from datetime import timedelta
from pathlib import Path

from lintas.registry import CARDS, PUBLISHERS
from shared import clock
from shared.security import tokens

HOME = ("35.09", "35.13")
"""Jember and Probolinggo."""
_ASKERS = ("SOCIAL_AFFAIRS", "COOPERATIVES")


def issue_tokens(keys: Path, life: timedelta) -> dict[str, str]:
    """Issue them in this key directory; by service, and by agency for those who ask monitoring."""
    expires = clock.now() + life
    made = {
        service: tokens.issue(
            keys / service / "tokens.json", name=f"pilot-{service}", agency=CARDS[service].agency,
            scopes=CARDS[service].scopes, areas=HOME, expires=expires,
        )
        for service in PUBLISHERS
    }  # fmt: skip
    book = keys / "monitoring" / "tokens.json"
    for agency in _ASKERS:
        made[agency] = tokens.issue(
            book, name=f"pilot-{agency.lower()}", agency=agency, scopes=["monitoring:exact"],
            areas=HOME, expires=expires,
        )  # fmt: skip
    made["monitoring"] = tokens.issue(
        book, name="pilot-release", agency="BP_TASKIN",
        scopes=["monitoring:release"], areas=["*"], expires=expires,
    )  # fmt: skip
    return made
