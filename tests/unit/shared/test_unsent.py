"""What is not sent is a set of numbers, written as few ranges."""

from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from shared.database.engine import SHARED_METADATA, transaction
from shared.outbox import unsent
from shared.outbox.table import outbox_unsent
from shared.outbox.unsent import Range, runs, union, without
from tests import parts

NUMBERS = st.sets(st.integers(1, 40))
STEPS = st.lists(st.tuples(st.booleans(), NUMBERS), max_size=6)


def numbers_in(found: Iterable[Range]) -> list[int]:
    """Every number of the ranges, repeated where they overlap."""
    return [number for first, last in found for number in range(first, last + 1)]


@given(NUMBERS, NUMBERS)
def test_ranges_are_joined_and_cut_like_sets(some: set[int], others: set[int]) -> None:
    """In order, without overlap, and with no more ranges than needed."""
    joined = union([*runs(some), *runs(others)])
    assert numbers_in(joined) == sorted(some | others)
    assert all(low[1] + 1 < high[0] for low, high in pairwise(joined))
    assert numbers_in(without(runs(some), list(runs(others)))) == sorted(some - others)


@given(STEPS)
def test_the_table_is_a_set(steps: list[tuple[bool, set[int]]]) -> None:
    """Whatever is added and removed, in whatever order."""
    engine, expected = parts.quick_engine(test_the_table_is_a_set), set[int]()
    SHARED_METADATA.create_all(engine)
    with transaction(engine) as connection:
        connection.execute(outbox_unsent.delete())
        for adding, numbers in steps:
            if adding:
                assert unsent.add(connection, runs(numbers)) == len(numbers - expected)
                expected |= numbers
            else:
                unsent.remove(connection, numbers)
                expected -= numbers
            ranges = connection.execute(select(outbox_unsent)).all()
            assert sorted(numbers_in((one.first, one.last) for one in ranges)) == sorted(expected)
            assert unsent.depth(connection) == len(expected)
            assert unsent.lowest(connection) == min(expected, default=None)
