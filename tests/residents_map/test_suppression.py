"""Hidden small numbers stay hidden, whatever the table: an audit apart from the rule."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from residents_map.foundation.suppression import SMALL, suppress


def table(rows):
    """A table of rows and columns with all its totals: (values, sums)."""
    height, width = len(rows), len(rows[0])
    values = {(r, c): rows[r][c] for r in range(height) for c in range(width)}
    sums = []
    for r in range(height):
        values[r, "sum"] = sum(rows[r])
        sums.append(((r, "sum"), [(r, c) for c in range(width)]))
    for c in (*range(width), "sum"):
        values["sum", c] = sum(values[r, c] for r in range(height))
        sums.append((("sum", c), [(r, c) for r in range(height)]))
    return values, sums


def possible(values, sums, hidden, most):
    """{hidden key: every number it can have}, by trying all of them: no algebra, no shortcut."""
    order = sorted(hidden, key=str)
    ranges = [range(1, 5) if hidden[k] == SMALL else range(most + 1) for k in order]
    found = {key: set() for key in order}
    for numbers in product(*ranges):
        told = values | dict(zip(order, numbers, strict=True))
        if all(told[total] == sum(told[part] for part in parts) for total, parts in sums):
            for key, number in zip(order, numbers, strict=True):
                found[key].add(number)
    return found


small = st.integers(0, 9)


@given(st.lists(st.lists(small, min_size=2, max_size=3), min_size=2, max_size=3))
def test_no_hidden_number_follows_by_adding_and_subtracting(rows):
    width = min(map(len, rows))
    values, sums = table([row[:width] for row in rows])
    hidden = suppress(values, sums)
    assert {key for key, n in values.items() if 0 < n < 5} <= set(hidden)
    # An audit of its own: hidden numbers moved along the kernel stay a possible table.
    for key in hidden:
        assert is_free(key, sums, hidden), (key, values, hidden)


def is_free(key, sums, hidden):
    """Whether the number can change while all that is shown stays: rank with and without it."""
    order = sorted(hidden, key=str)
    rows = [
        [(one == total) - sum(one == part for part in parts) for one in order]
        for total, parts in sums
    ]
    at = order.index(key)
    unit = [int(n == at) for n in range(len(order))]
    return rank([*rows, unit]) > rank(rows)


def rank(rows):
    """Gauss over whole numbers, without fractions."""
    rows, found = [row[:] for row in rows if any(row)], 0
    while rows:
        pivot = rows.pop()
        column = next((n for n, one in enumerate(pivot) if one), None)
        if column is None:
            continue
        found += 1
        rows = [
            [a * pivot[column] - b * row[column] for a, b in zip(row, pivot, strict=True)]
            for row in rows
        ]
    return found


@given(st.lists(st.integers(0, 6), min_size=1, max_size=3))
def test_more_than_one_number_is_always_possible(column):
    values = dict(enumerate(column)) | {"sum": sum(column)}
    sums = [("sum", list(range(len(column))))]
    hidden = suppress(values, sums)
    for key, numbers in possible(values, sums, hidden, most=19).items():
        assert len(numbers) > 1, (key, values, hidden)


@settings(max_examples=30)
@given(st.lists(st.lists(st.integers(0, 6), min_size=1, max_size=2), min_size=1, max_size=2))
def test_in_a_tree_of_places_too(communities):
    values, sums = {}, []
    for c, estates in enumerate(communities):
        for e, number in enumerate(estates):
            values[c, e] = number
        values[c, "sum"] = sum(estates)
        sums.append(((c, "sum"), [(c, e) for e in range(len(estates))]))
    values["sum"] = sum(map(sum, communities))
    sums.append(("sum", [(c, "sum") for c in range(len(communities))]))
    hidden = suppress(values, sums)
    for key, numbers in possible(values, sums, hidden, most=14).items():
        assert len(numbers) > 1, (key, values, hidden)


@pytest.mark.parametrize(
    ("column", "hidden"),
    [
        ([10, 20, 30], set()),
        ([0, 20, 30], set()),
        ([3, 20, 30], {0, 1}),
        ([3, 2, 30], {0, 1}),
        ([1, 1, 30], {0, 1, 2}),  # two that make 2 can only be one each
        ([4, 4, 30], {0, 1, 2}),
        ([3], {0, "sum"}),
        ([0, 0, 3], {2, "sum"}),
    ],
)
def test_a_column_with_its_total(column, hidden):
    values = dict(enumerate(column)) | {"sum": sum(column)}
    assert set(suppress(values, [("sum", list(range(len(column))))])) == hidden


def test_what_the_reader_knows_anyway_is_not_hidden_and_helps_nobody():
    values = {"own": 3, "a": 2, "b": 9, "sum": 14}
    hidden = suppress(values, [("sum", ["own", "a", "b"])], known={"own"})
    assert hidden == {"a": "small", "b": "other"}
    # What follows from what one knows cannot be kept from one; asking for it does not hang.
    assert suppress({"own": 3, "a": 2, "sum": 5}, [("sum", ["own", "a"])], known={"own", "sum"})
