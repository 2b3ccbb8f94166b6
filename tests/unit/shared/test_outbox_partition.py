"""The quick choice of partition is exactly the one every Kafka client makes."""

import pytest
from aiokafka.partitioner import DefaultPartitioner, murmur2
from hypothesis import given
from hypothesis import strategies as st

from shared.outbox.partitioner import key_hash
from tests.kit.records import person


@given(st.binary(max_size=80))
def test_it_agrees_with_aiokafka_on_any_key(key: bytes) -> None:
    """Every length, every remainder of four."""
    assert key_hash(key) == murmur2(key) & 0x7FFFFFFF


@pytest.mark.parametrize("partitions", [1, 3, 6, 12])
def test_pseudonyms_go_where_any_client_would_put_them(partitions: int) -> None:
    """And they spread over all partitions."""
    places = list(range(partitions))
    keys = [person(number * 7919).encode() for number in range(200)]
    chosen = [places[key_hash(key) % partitions] for key in keys]
    assert chosen == [DefaultPartitioner()(key, places, places) for key in keys]
    assert set(chosen) == set(places)


@pytest.mark.parametrize(
    ("key", "expected"),
    [(b"21", -973932308), (b"foobar", -790332482), (b"a-little-bit-long-string", -985981536)],
)
def test_it_gives_the_figures_of_kafkas_own_test(key: bytes, expected: int) -> None:
    """From the Java client's UtilsTest."""
    assert key_hash(key) == expected & 0x7FFFFFFF
