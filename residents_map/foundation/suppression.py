"""Small numbers of people, hidden so that nobody can work them out again.

A table of figures is published with its totals. Every number from 1 to 4 is hidden (a number so
small points at people), and then as many others as are needed so that no hidden number follows
from the ones that are shown: neither by adding and subtracting rows, columns and totals (exact
linear algebra), nor because only one number is left between what is possible.
"""

from fractions import Fraction

LEAST = 5


SMALL, OTHER = "small", "other"


def suppress(values, sums, *, known=frozenset(), least=LEAST):
    """{key: SMALL or OTHER} of what to hide; `sums` are (total key, [part keys]).

    SMALL is shown as "<5"; of OTHER nothing is told, not even whether it is small. `known` are
    keys the reader may see anyway: they are never hidden and count as published.
    """
    hidden = {key: SMALL for key, n in values.items() if 0 < n < least and key not in known}
    settled = set()  # what nobody can hide, because the reader knows everything round it
    while told := found_out(values, sums, hidden, least) - settled:
        key = min(told, key=lambda key: (values[key], str(key)))
        also = beside(values, sums, hidden, key, known)
        if also is not None:
            hidden[also] = OTHER
        else:
            settled.add(key)
    return hidden


def found_out(values, sums, hidden, least=LEAST):
    """The hidden keys whose number can be worked out from what is shown."""
    return determined(values, sums, hidden) | narrowed(values, sums, hidden, least)


def beside(values, sums, hidden, key, known):
    """What else to hide so that `key` is safe, or None.

    The smallest shown number in a sum with it, or with something hidden beside it, parts before
    totals; when all of them are hidden, a small one of which then not even that is told.
    """
    totals = {total for total, _ in sums}

    def order(one):
        return (one in totals, not values[one], values[one], str(one))

    reach, tried = {key}, set()
    while reach - tried:
        tried |= reach
        near = [{total, *parts} for total, parts in sums if reach & {total, *parts}]
        around = {one for line in near for one in line} - known
        if shown := around - set(hidden):
            return min(shown, key=order)
        reach |= around
    return max((one for one in reach if hidden.get(one) == SMALL), key=order, default=None)


def determined(values, sums, hidden):
    """The hidden keys that follow from the shown ones by adding and subtracting.

    Each sum is an equation in the hidden numbers. A number is determined when the reduced
    equations hold it alone.
    """
    order = sorted(hidden, key=str)
    at = {key: n for n, key in enumerate(order)}
    rows = []
    for total, parts in sums:
        row = [Fraction(0)] * len(order)
        for key, sign in [(total, 1), *((part, -1) for part in parts)]:
            if key in at:
                row[at[key]] += sign
        if any(row):
            rows.append(row)
    alone = (row for row in reduced(rows) if sum(1 for one in row if one) == 1)
    return {order[next(n for n, one in enumerate(row) if one)] for row in alone}


def reduced(rows):
    """The reduced row echelon form, in exact fractions."""
    rows, done = [list(row) for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((n for n in range(done, len(rows)) if rows[n][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        head = rows[done][column]
        rows[done] = [one / head for one in rows[done]]
        for n, row in enumerate(rows):
            if n != done and row[column]:
                factor = row[column]
                rows[n] = [a - factor * b for a, b in zip(row, rows[done], strict=True)]
        done += 1
    return rows[:done]


def narrowed(values, sums, hidden, least=LEAST):
    """The hidden keys for which only one number is possible.

    The reader knows that a number shown as "<5" is 1 to 4 and that no number is under 0; every
    sum narrows what each of its numbers can be, until nothing moves.
    """
    top = sum(values.values()) + 1
    low = {key: int(mark == SMALL) for key, mark in hidden.items()}
    high = {key: least - 1 if mark == SMALL else top for key, mark in hidden.items()}
    moved = True
    while moved:
        moved = False
        for total, parts in sums:
            signs = {total: 1, **dict.fromkeys(parts, -1)}
            unknown = [key for key in signs if key in hidden]
            rest = sum(sign * values[key] for key, sign in signs.items() if key not in hidden)
            for key in unknown:
                others = [one for one in unknown if one != key]
                # sign·x = −(rest + Σ others): the ends of the sum over the others
                ends = (
                    rest + sum(min(signs[o] * low[o], signs[o] * high[o]) for o in others),
                    rest + sum(max(signs[o] * low[o], signs[o] * high[o]) for o in others),
                )
                least_x, most_x = sorted(-signs[key] * end for end in ends)
                if least_x > low[key]:
                    low[key], moved = least_x, True
                if most_x < high[key]:
                    high[key], moved = most_x, True
    return {key for key in hidden if low[key] >= high[key]}
