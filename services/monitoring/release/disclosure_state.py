"""Across releases: a system whose shown figures would change by a few people is held back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.monitoring.release.compose import OPEN, Draft
from services.monitoring.release.figure import Decided, FigureId, Row, is_small


@dataclass(frozen=True)
class DisclosureState:
    """What was released so far, with exact values; it never leaves this service."""

    systems: Draft = field(default_factory=dict)
    """The last figures of every system that was ever released."""
    shown: Mapping[FigureId, int] = field(default_factory=dict)
    """The exact value behind every figure when it was last shown."""


def hold(new: Draft, state: DisclosureState) -> Draft:
    """The new draft, with the previous figures kept wherever the difference would say too much."""
    return {
        name: held(state.systems[name]) if _must_hold(name, figures, state) else figures
        for name, figures in new.items()
    }


def _must_hold(name: tuple[str, ...], figures: Sequence[Decided], state: DisclosureState) -> bool:
    before = state.systems.get(name)
    return before is not None and differs_by_few(figures, before, state.shown)


def differs_by_few(
    new: Iterable[Decided], before: Iterable[Decided], shown: Mapping[FigureId, int]
) -> bool:
    """Whether a figure that was shown would now differ by 1 to 10, counted before rounding.

    Every figure of the release before is looked at, and every figure to be shown again after a
    release that hid it: that gap must not open a door. A figure that is gone counts as zero.
    """
    now = {figure.id: figure for figure in new}
    seen = {figure.id for figure in before if figure.shown is not None}
    seen |= {one for one, figure in now.items() if figure.shown is not None and one in shown}
    return any(is_small((now[one].exact if one in now else 0) - shown[one]) for one in seen)


def held(previous: Iterable[Decided]) -> list[Decided]:
    """The same figures once more, marked as held."""
    return [figure._replace(status="held") for figure in previous]


def remember(released: Draft, state: DisclosureState) -> DisclosureState:
    """What the next release is compared with."""
    systems = {name: figures for name, figures in released.items() if name != OPEN}
    shown = {f.id: f.exact for figures in systems.values() for f in figures if f.shown is not None}
    return DisclosureState({**state.systems, **systems}, {**state.shown, **shown})


def rows(released: Draft) -> list[Row]:
    """The public lines, in order."""
    figures = (figure for system in released.values() for figure in system)
    return sorted(Row(figure.id, figure.shown, figure.status) for figure in figures)
