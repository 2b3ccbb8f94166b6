"""Exact elimination, against the rank of the same matrix."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from services.monitoring.release.linear import derivable, reduced

matrices = st.integers(1, 5).flatmap(
    lambda width: st.lists(
        st.lists(st.sampled_from((-1, 0, 0, 1, 2)), min_size=width, max_size=width),
        min_size=1,
        max_size=5,
    )
)


def equations(matrix: list[list[int]]) -> list[dict[int, int]]:
    """Sparse rows of a dense matrix."""
    return [{j: factor for j, factor in enumerate(row) if factor} for row in matrix]


@given(matrices)
def test_derivable_are_exactly_the_unit_vectors_in_the_row_space(matrix: list[list[int]]) -> None:
    """Adding the unit vector of a derivable unknown does not raise the rank; of another it does."""
    dense = np.array(matrix, dtype=float)
    rank = np.linalg.matrix_rank(dense)
    unit = np.eye(dense.shape[1])
    expected = {
        j
        for j in range(dense.shape[1])
        if np.linalg.matrix_rank(np.vstack([dense, unit[j]])) == rank
    }
    assert derivable(equations(matrix)) == expected


@given(matrices)
def test_the_reduced_form_keeps_the_row_space(matrix: list[list[int]]) -> None:
    """As many rows as the rank, and none of them new."""
    dense = np.array(matrix, dtype=float)
    rows = reduced(equations(matrix))
    again = np.zeros((max(len(rows), 1), dense.shape[1]))
    for i, row in enumerate(rows):
        for j, factor in row.items():
            again[i, j] = factor
    rank = np.linalg.matrix_rank(dense)
    assert len(rows) == rank
    assert np.linalg.matrix_rank(np.vstack([dense, again])) == rank


def test_no_equations_determine_nothing() -> None:
    """Figures without sums are safe from sums."""
    assert derivable([]) == set()
    assert derivable([{}]) == set()


def test_two_unknowns_with_one_sum_are_not_determined_and_with_two_are() -> None:
    """A sum alone leaves both free; with x - y both follow."""
    assert derivable([{"x": 1, "y": 1}]) == set()
    assert derivable([{"x": 1, "y": 1}, {"x": 1, "y": -1}]) == {"x", "y"}


def test_elimination_stays_exact_where_floats_do_not() -> None:
    """A difference in the twentieth digit still distinguishes two equations."""
    big = 10**20
    assert derivable([{"x": big, "y": 1}, {"x": big + 1, "y": 1}]) == {"x", "y"}
