"""A table is decided part by part: what no sum ties, month after month."""

from collections.abc import Mapping

from services.monitoring.disclosure.audit import audit
from services.monitoring.disclosure.decide import decide
from services.monitoring.disclosure.months import in_order
from services.monitoring.disclosure.table import Structure, Sum, Table, as_published
from tests.unit.disclosure.tables import table


def test_each_part_comes_after_those_that_it_looks_back_at() -> None:
    """Over a month that is missing too."""
    known = table(
        {"a1": 20, "b1": 30, "s1": 50, "a3": 20, "b3": 40, "s3": 60},
        ("s1", ["a1", "b1"]),
        ("s3", ["a3", "b3"]),
        before={"a3": "a2", "a2": "a1"},
    )
    assert [set(part.counts) for part in in_order(known)] == [
        {"a1", "b1", "s1"},
        {"a3", "b3", "s3"},
    ]
    turned = Table(known.counts, Structure(known.structure.sums, frozenset(), {"b1": "b3"}))
    assert ["s3" in part.counts for part in in_order(turned)] == [True, False]


def test_parts_that_look_at_each_other_are_one() -> None:
    """They are decided together; every sum and contributor is in one part."""
    known = table(
        {"a": 20, "b": 30, "s": 50, "c": 20, "d": 40, "t": 60, "alone": 5},
        ("s", ["a", "b"]),
        ("t", ["c", "d"]),
        before={"a": "c", "d": "b"},
    )
    known = Table(known.counts, known.structure, {"a": 2, "alone": 1})
    parts = sorted(in_order(known), key=lambda part: len(part.counts))
    assert [set(part.counts) for part in parts] == [{"alone"}, {"a", "b", "s", "c", "d", "t"}]
    assert [dict(part.contributors) for part in parts] == [{"alone": 1}, {"a": 2}]
    assert set(parts[1].structure.sums) == set(known.structure.sums)
    assert decide(known).keys() == known.counts.keys()


def test_a_sum_over_months_ties_them() -> None:
    """Cohorts and their total are one part, and nothing of them can be proven."""
    counts: Mapping[str, int] = {"1": 40, "2": 4, "3": 30, "total": 74}
    cohorts = table(counts, ("total", ["1", "2", "3"]), before={"2": "1", "3": "2"})
    assert [len(part.counts) for part in in_order(cohorts)] == [4]
    known = Structure((Sum("total", ("1", "2", "3")),), frozenset(), cohorts.structure.before)
    assert audit([as_published(decide(cohorts), known)], known) == []
