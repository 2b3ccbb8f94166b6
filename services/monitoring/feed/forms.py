"""Codes as text that no reader takes for a number or a day. Pure.

`01` becomes 1 in pandas, `35.09` becomes 35.09 everywhere, `2026` is a number and `2026-06` a moment
in R. Quotes do not help: readers guess from what is inside. So every code begins with a letter, or
is a reporting period of SDMX (`2026-M06`, `2026-A1`).
"""

import re

NATION = "ID"
TOTAL = "total"
LEVELS = ("provinsi", "kabupaten", "kecamatan", "desa")
INDICATOR_FORM = r"^I\d{2}$"
REGION_FORM = r"^ID(-\d{2}(\.\d{2}(\.\d{2})?)?)?$"
PERIOD_FORM = r"^(\d{4}-(M(0[1-9]|1[0-2])|A1)|total)$"


def indicator_code(number: str) -> str:
    """`I01` for indicator 01."""
    return f"I{number}"


def region_code(code: str) -> str:
    """`ID-35.09` for 35.09; the nation is `ID`."""
    return code if code == NATION else f"{NATION}-{code}"


def level_of(code: str) -> str:
    """The level of a region of the list."""
    return "nasional" if code == NATION else LEVELS[code.count(".")]


def period_code(period: str) -> str:
    """`2026-M06` for a month, `2026-A1` for a year; `total` stays.

    Raises:
        ValueError: none of these.
    """
    if re.fullmatch(r"\d{4}-\d{2}", period):
        return f"{period[:5]}M{period[5:]}"
    if re.fullmatch(r"\d{4}", period):
        return f"{period}-A1"
    if period == TOTAL:
        return period
    raise ValueError(f"no period: {period}")


def period_of(code: str) -> str:
    """The period of a code: `2026-06` for `2026-M06`, `2026` for `2026-A1`."""
    return code.replace("-M", "-").removesuffix("-A1")


def period_kind(period: str) -> str:
    """`month`, `year` or `total`."""
    if period == TOTAL:
        return TOTAL
    return "month" if "-" in period else "year"
