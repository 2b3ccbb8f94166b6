"""Which office reports which list, and which months it has closed."""

from collections.abc import Iterator, Mapping, Sequence

from lintas.pilot.files import Request, batches
from lintas.pilot.numbers import JEMBER, PROBOLINGGO, YEAR
from lintas.registry import CARDS, PUBLISHERS
from shared.events.reporting import OWNER_OF, ReportList

FIRST_MONTH = "2025-07"
"""The cooperatives of Jember were founded in that month."""
P2K2_MONTH = f"{YEAR}-01"
"""Nobody is obliged to record P2K2 before."""
LISTS = (
    *((name, JEMBER, FIRST_MONTH) for name in ("FAMILIES", "EXITS", "REFERRALS", "FACILITATORS")),
    *((name, PROBOLINGGO, FIRST_MONTH) for name in ("FAMILIES", "EXITS", "FACILITATORS")),
    *((name, JEMBER, FIRST_MONTH) for name in ("COOPERATIVES", "MEMBERS")),
    *((name, JEMBER, FIRST_MONTH) for name in ("SESSIONS", "TRAININGS")),
    *((name, PROBOLINGGO, P2K2_MONTH) for name in ("GROUPS", "SESSIONS", "ATTENDANCE")),
)
"""List, district, first month. Probolinggo's office for cooperatives takes no part: what it would know is
not reported, not zero; and nobody is referred there."""
OPEN = ("MEMBERS", JEMBER, f"{YEAR}-06")
"""What its office has not closed."""


def obligations() -> Iterator[Request]:
    """Every office says what it reports."""
    items = [
        {"list": name, "district": district, "first_month": first}
        for name, district, first in LISTS
    ]
    yield from _by_office("/v1/reports/obligations", items)


def closings() -> Iterator[Request]:
    """Every office closes its months up to June, but for one."""
    items = [
        {"list": name, "district": district, "month": month}
        for name, district, first in LISTS
        for month in _months(first)
        if (name, district, month) != OPEN
    ]
    yield from _by_office("/v1/reports/closings", items)


def _by_office(path: str, items: Sequence[Mapping[str, str]]) -> Iterator[Request]:
    """Each office gets what concerns its own lists."""
    for service in PUBLISHERS:
        own = [one for one in items if OWNER_OF[ReportList(one["list"])] == CARDS[service].source]
        yield from batches("Laporan", service, path, own)


def declarations(joined: int) -> Iterator[Request]:
    """What both offices count by themselves at the end of May: one lacks some, one has some twice."""
    for service, count in (("beneficiary", joined - joined // 40), ("cooperative", joined + 3)):
        item = {"measure": "JOINED_FAMILIES", "district": JEMBER, "month": f"{YEAR}-05",
                "count": count}  # fmt: skip
        yield from batches("Laporan", service, "/v1/reports/declarations", [item])


def _months(first: str) -> Iterator[str]:
    """From the first month to June."""
    return (
        month
        for year in (YEAR - 1, YEAR)
        for number in range(1, 13)
        if first <= (month := f"{year}-{number:02d}") <= f"{YEAR}-06"
    )
