"""Bands, ages and the rule of eligibility."""

from datetime import date
from uuid import UUID

import pytest

from services.beneficiary.eligibility import (
    RULE,
    age_band,
    age_on,
    assess,
    decile_band,
    refer,
)
from shared.events.base import AgeBand, DecileBand
from shared.events.beneficiary import IneligibleReason
from tests.kit.families import a_candidate

DAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("decile", "band"),
    [(1, "D1_2"), (2, "D1_2"), (3, "D3_4"), (4, "D3_4"), (5, "D5"), (6, "D6_10"), (10, "D6_10")],
)
def test_deciles_fall_into_four_bands(decile: int, band: str) -> None:
    """The cut at five is the local rule's own."""
    assert band == decile_band(decile).value


@pytest.mark.parametrize(
    ("born", "age"),
    [
        (date(2009, 3, 1), 17),
        (date(2009, 3, 2), 16),
        (date(2008, 2, 29), 18),
        (date(1961, 3, 2), 64),
    ],
)
def test_age_counts_completed_years(born: date, age: int) -> None:
    """The birthday itself counts; the leap day's birthday is 1 March in common years."""
    assert age == age_on(born, DAY)


@pytest.mark.parametrize(
    ("born", "band"),
    [
        (date(2009, 3, 1), AgeBand.A17_29),
        (date(2009, 3, 2), AgeBand.OTHER),
        (date(1996, 3, 2), AgeBand.A17_29),
        (date(1996, 3, 1), AgeBand.A30_44),
        (date(1981, 3, 2), AgeBand.A30_44),
        (date(1981, 3, 1), AgeBand.A45_64),
        (date(1961, 3, 2), AgeBand.A45_64),
        (date(1961, 3, 1), AgeBand.OTHER),
        (None, AgeBand.OTHER),
    ],
)
def test_ages_fall_into_bands_by_the_day(born: date | None, band: AgeBand) -> None:
    """Each band begins on a birthday and ends the day before the next one."""
    assert band is age_band(born, DAY)


def test_who_meets_the_rule_has_no_reason_against() -> None:
    """Productive age, an embryo business, decile 1 to 5."""
    assert assess(a_candidate(), DAY) == ()


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"representative": None}, IneligibleReason.REPRESENTATIVE_UNKNOWN),
        ({"born": None}, IneligibleReason.AGE_UNKNOWN),
        ({"born": date(2009, 3, 2)}, IneligibleReason.AGE_OUTSIDE_17_64),
        ({"born": date(1961, 3, 1)}, IneligibleReason.AGE_OUTSIDE_17_64),
        ({"business": None}, IneligibleReason.NO_EMBRYO_BUSINESS),
        ({"band": DecileBand.D6_10}, IneligibleReason.DECILE_ABOVE_5),
    ],
)
def test_each_condition_has_its_own_reason(
    other: dict[str, object], reason: IneligibleReason
) -> None:
    """Whoever is not referred gets the reason."""
    assert (reason,) == assess(a_candidate(**other), DAY)


def test_every_reason_is_reported_at_once() -> None:
    """Nobody has to come back three times."""
    poor_fit = a_candidate(business=None, band=DecileBand.D6_10, born=None)
    assert len(assess(poor_fit, DAY)) == 3


def test_decile_five_is_eligible() -> None:
    """The rule says 1 to 5."""
    assert assess(a_candidate(band=DecileBand.D5), DAY) == ()


def test_a_referral_names_the_rule_that_was_met() -> None:
    """Figures can then tell referrals under different rules apart."""
    referral = refer(a_candidate(), UUID(int=3), DAY)
    assert (referral.rule, referral.issued_on) == ("productive_age+business_embryo/1", DAY)
    assert referral.rule == RULE


def test_who_is_not_eligible_is_never_referred() -> None:
    """Not even by a caller who forgot to ask."""
    with pytest.raises(ValueError, match="eligible"):
        refer(a_candidate(band=DecileBand.D6_10), UUID(int=3), DAY)
