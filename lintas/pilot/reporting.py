"""Which office reports which list, and which months it has closed."""

from collections.abc import Iterator, Mapping
from typing import Any

from lintas.pilot.files import Request, batches
from lintas.pilot.numbers import JEMBER, PROBOLINGGO, YEAR

FIRST_MONTH = "2025-07"
"""The cooperatives of Jember were founded in that month."""
P2K2_MONTH = f"{YEAR}-01"
"""Nobody is obliged to record P2K2 before."""
LISTS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "beneficiary": tuple(
        (name, district, FIRST_MONTH)
        for district in (JEMBER, PROBOLINGGO)
        for name in ("FAMILIES", "EXITS", "REFERRALS", "FACILITATORS")
    ),
    "cooperative": (("COOPERATIVES", JEMBER, FIRST_MONTH), ("MEMBERS", JEMBER, FIRST_MONTH)),
    "training": (
        ("SESSIONS", JEMBER, FIRST_MONTH),
        ("TRAININGS", JEMBER, FIRST_MONTH),
        ("GROUPS", PROBOLINGGO, P2K2_MONTH),
        ("SESSIONS", PROBOLINGGO, P2K2_MONTH),
        ("ATTENDANCE", PROBOLINGGO, P2K2_MONTH),
    ),
}
"""Service -> list, district, first month. Probolinggo's office for cooperatives takes no part: what it
would know is not reported, not zero."""
OPEN = ("cooperative", "MEMBERS", JEMBER, f"{YEAR}-06")
"""What its office has not closed."""


def obligations() -> Iterator[Request]:
    """Every office says what it reports."""
    for service, lists in LISTS.items():
        items = [
            {"list": name, "district": district, "first_month": first}
            for name, district, first in lists
        ]
        yield from batches("Laporan", service, "/v1/reports/obligations", items)


def closings() -> Iterator[Request]:
    """Every office closes its months up to June, but for one."""
    for service, lists in LISTS.items():
        items = [
            _closing(name, district, month)
            for name, district, first in lists
            for month in _months(first)
            if (service, name, district, month) != OPEN
        ]
        yield from batches("Laporan", service, "/v1/reports/closings", items)


def declarations(joined: int) -> Iterator[Request]:
    """What both offices count by themselves at the end of May: one lacks some, one has some twice."""
    for service, count in (("beneficiary", joined - joined // 40), ("cooperative", joined + 3)):
        item = {"measure": "JOINED_FAMILIES", "district": JEMBER, "month": f"{YEAR}-05",
                "count": count}  # fmt: skip
        yield from batches("Laporan", service, "/v1/reports/declarations", [item])


def _closing(name: str, district: str, month: str) -> dict[str, Any]:
    return {"list": name, "district": district, "month": month}


def _months(first: str) -> Iterator[str]:
    """From the first month to June."""
    return (
        month
        for year in (YEAR - 1, YEAR)
        for number in range(1, 13)
        if first <= (month := f"{year}-{number:02d}") <= f"{YEAR}-06"
    )
