"""The building blocks of sections: bars and tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.monitoring.page.book import Shown, percent


@dataclass(frozen=True)
class Bar:
    """A labelled figure with a bar; `width` in per cent of the widest or the whole."""

    label: str
    shown: Shown
    width: int
    share: int | None = None
    """Per cent to print beside the figure."""
    code: str = ""
    """For the style."""


@dataclass(frozen=True)
class Line:
    """One line of a table."""

    label: str
    cells: tuple[Shown, ...]
    is_total: bool = False
    is_derived: bool = False
    """Whether it is worked out from the lines above."""


@dataclass(frozen=True)
class Table:
    """Heads and lines."""

    corner: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]


def bars_of_whole(labelled: Sequence[tuple[str, str, Shown]], whole: Shown) -> tuple[Bar, ...]:
    """Bars (code, label, figure) in per cent of a whole."""
    made = []
    for code, label, shown in labelled:
        share = percent(shown, whole)
        made.append(Bar(label, shown, min(share or 0, 100), share, code))
    return tuple(made)


def bars_of_widest(labelled: Sequence[tuple[str, str, Shown]]) -> tuple[Bar, ...]:
    """Bars (code, label, figure) in proportion to the largest of them."""
    widest = max((shown.value or 0 for _, _, shown in labelled), default=0)
    return tuple(
        Bar(label, shown, 100 * (shown.value or 0) // widest if widest else 0, None, code)
        for code, label, shown in labelled
    )
