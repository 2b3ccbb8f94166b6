"""The words of a release: figure, status, mark, row."""

from typing import Literal, NamedTuple

Status = Literal["published", "hidden", "not_reported", "not_applicable"]
Mark = Literal["", "revised", "break"]
"""Whether a shown value differs from the release before, and whether by a new definition."""


class FigureId(NamedTuple):
    """Which figure; ids compare as tuples, and that order decides every tie."""

    indicator: str
    measure: str
    region: str
    period: str
    programme: str = ""
    band: str = ""


class Row(NamedTuple):
    """One line of a release, as the public sees it."""

    id: FigureId
    value: int | None
    status: Status
    unit: str = ""
    """What is counted."""
    mark: Mark = ""
    reporting: int = 0
    """Kabupaten whose offices have closed every list that the figure needs."""
    expected: int = 0
    """Kabupaten whose offices are obliged to report; 0 where the figure needs no list."""
