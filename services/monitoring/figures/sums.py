"""Sums that a definition declares: `enrolled = joined + not_joined`, `joined = joined[decile:*]`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_TERM = re.compile(r"([a-z0-9_]+)(?:\[([^\]*]*)\*\])?")


class InvalidSum(ValueError):
    """The text is no sum; the message shows it."""


@dataclass(frozen=True)
class Term:
    """A measure in a sum: in the band at hand, or in all bands with a prefix."""

    measure: str
    prefix: str | None = None


@dataclass(frozen=True)
class SumRule:
    """`total` equals the sum of `terms`."""

    total: str
    terms: tuple[Term, ...]

    @property
    def over_bands(self) -> bool:
        """Whether it adds up bands: it then holds for the total without a band."""
        return any(term.prefix is not None for term in self.terms)

    @property
    def measures(self) -> tuple[str, ...]:
        """Every measure in it, the total first."""
        return (self.total, *(term.measure for term in self.terms))


def read_sum(text: str) -> SumRule:
    """A sum from its text.

    Raises:
        InvalidSum: it is none.
    """
    total, equals, rest = text.partition("=")
    terms = [_TERM.fullmatch(term.strip()) for term in rest.split("+")]
    if not equals or not _TERM.fullmatch(total.strip()) or not all(terms):
        raise InvalidSum(f"not a sum: {text}")
    return SumRule(total.strip(), tuple(Term(one[1], one[2]) for one in terms if one))


def rest_of(rule: SumRule, given: Iterable[str]) -> str | None:
    """The one measure of a sum that no part gives, if there is exactly one."""
    known = set(given)
    missing = [one for one in dict.fromkeys(rule.measures) if one not in known]
    return missing[0] if len(missing) == 1 else None
