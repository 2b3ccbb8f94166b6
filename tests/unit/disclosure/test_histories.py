"""Random histories: late events, corrections, resignations, moves and exits, in two to six releases."""

import os
import random
import subprocess
import sys

import pytest

from services.monitoring.disclosure import K
from services.monitoring.disclosure.audit import audit
from services.monitoring.disclosure.decide import decide
from services.monitoring.disclosure.table import Structure, Table
from tests.kit.depth import amount
from tests.unit.disclosure.histories import careful, history, naive

CHUNKS, IN_A_CHUNK = 8, 25


@pytest.mark.long
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_nothing_small_can_be_proven(chunk: int) -> None:
    """Over all releases together."""
    proven, size = {}, amount(IN_A_CHUNK)
    for seed in range(chunk * size, (chunk + 1) * size):
        tables = history(seed)
        if found := audit(careful(tables), tables[0].structure):
            proven[seed] = found
    assert proven == {}


@pytest.mark.long
def test_rounding_alone_is_caught() -> None:
    """Hiding small counts and rounding the rest gives something away in every history."""
    safe = [
        seed
        for seed in range(amount(30))
        if not audit(naive(tables := history(seed)), tables[0].structure)
    ]
    assert safe == []


def test_a_shown_value_is_at_most_ten_people_away() -> None:
    """Before rounding, which adds two: no table stays the same while its figures move on."""
    away = [
        abs(value - table.counts[one])
        for seed in range(20)
        for table in history(seed)[:1]
        for one, value in decide(table).items()
        if value is not None
    ]
    assert max(away) < K


def test_the_order_of_figures_and_sums_does_not_matter() -> None:
    """The same table, written down in another order."""
    one = history(3)[0]
    figures, sums = list(one.counts.items()), list(one.structure.sums)
    random.Random(1).shuffle(figures)
    random.Random(2).shuffle(sums)
    structure = Structure(tuple(sums), one.structure.open, one.structure.before)
    assert decide(Table(dict(figures), structure)) == decide(one)


@pytest.mark.long
def test_every_process_decides_the_same() -> None:
    """The order of Python's sets differs between processes and must not matter."""
    code = "from tests.unit.disclosure.histories import *; print(careful(history(5)))"
    said = {
        subprocess.run(
            [sys.executable, "-W", "ignore", "-c", code],
            env=os.environ | {"PYTHONHASHSEED": str(seed)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in (1, 2, 3)
    }
    assert len(said) == 1
