"""Every declared list has texts, and an example row that it takes itself."""

import csv
import io
from typing import Any

import pytest

from lintas.registry import SERVICES, list_names, lists_of
from shared.application.lists import ListOf
from shared.csv.reader import read
from shared.csv.rows import GoodRow

LISTS = [(service, one) for service in SERVICES for one in lists_of(service)]
EACH = pytest.mark.parametrize(
    "one", [one for _, one in LISTS], ids=[f"{service}-{one.name}" for service, one in LISTS]
)


def as_file(row: dict[str, str]) -> io.BytesIO:
    """A CSV file of one row."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, row)
    writer.writeheader()
    writer.writerow(row)
    return io.BytesIO(text.getvalue().encode())


def test_lists_are_declared_by_services() -> None:
    """Those of closings are of several services and have one name."""
    assert len(LISTS) > len(list_names()) > 10
    for service in SERVICES:
        names = [one.name for one in lists_of(service)]
        assert len(names) == len(set(names))


@EACH
def test_the_example_of_a_list_is_a_row_of_it(one: ListOf[Any]) -> None:
    """It has every column, in the list's order, and the reader takes it without a word."""
    assert list(one.example) == list(one.columns)
    (row,) = read(as_file(dict(one.example)), one.row)
    assert isinstance(row, GoodRow), row


@EACH
def test_a_list_and_each_column_have_words_in_both_languages(one: ListOf[Any]) -> None:
    """Whoever fills a list in reads what belongs in each cell."""
    texts = [one.title, one.help, *map(one.column, one.columns)]
    assert all(text.id and text.en for text in texts)
