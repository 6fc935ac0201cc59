"""Where a table's heads stand: below title rows, sometimes two rows deep with merged cells."""

import hashlib

from residents_map.foundation.sheets.cells import text_of
from residents_map.foundation.sheets.words import field_of_head

SEARCHED = 40
DEEPEST = 3


def find_heads(rows, merges):
    """(number of the last head row, heads) of [(number, cells)], or None.

    A head row has at least two heads that are known, one of them of a person. Heads that are
    merged over several rows or columns are put together: 住址·单元.
    """
    best, most = None, 1
    for at, (_, cells) in enumerate(rows[:SEARCHED]):
        fields = known(cells)
        if len(fields) > most:
            best, most = at, len(fields)
    if best is None:
        return None
    first, last = reach(rows, best, merges)
    width = max(len(rows[at][1]) for at in range(first, last + 1))
    columns = [[] for _ in range(width)]
    for at in range(first, last + 1):
        for column, text in enumerate(spread(rows, at, merges, width)):
            if text and text not in columns[column]:
                columns[column].append(text)
    heads = ["·".join(texts)[:60] for texts in columns]
    while heads and not heads[-1]:
        heads.pop()
    return rows[last][0], heads


def known(cells):
    """The heads of a row that are known. A cell with much text or many digits is no head."""
    found = set()
    for cell in cells:
        text = text_of(cell) if isinstance(cell, str) else ""
        if 0 < len(text) <= 20 and sum(c.isdigit() for c in text) < 5:
            field, is_known = field_of_head(text)
            if is_known:
                found.add(field or text)
    return found


def reach(rows, best, merges):
    """The first and last row (as places in `rows`) of the heads around the best one."""
    place = {number - 1: at for at, (number, _) in enumerate(rows)}
    here = rows[best][0] - 1
    top, bottom = here, here
    for r1, _, r2, _ in merges:
        if r1 <= here <= r2 and r2 - r1 < DEEPEST:
            top, bottom = min(top, r1), max(bottom, r2)
    wide = [m for m in merges if m[0] == top and m[3] > m[1] and m[2] == m[0]]
    if top == bottom and wide and place.get(here + 1) is not None:
        below = rows[place[here + 1]][1]
        under = [c for _, a, _, b in wide for c in below[a : b + 1]]
        if known(under) and not looks_like_data(below):
            bottom = here + 1
    if top == here and place.get(here - 1) is not None:
        above = rows[place[here - 1]][1]
        spans = [m for m in merges if m[0] == here - 1 == m[2] and m[3] > m[1]]
        texts = [c for c in above if c != ""]
        if len(texts) > 1 and (spans or known(above)) and not looks_like_data(above):
            top = here - 1
    if not merges and place.get(here + 1) is not None:
        below = rows[place[here + 1]][1]
        texts = [c for c in below if c != ""]
        if texts and all(isinstance(c, str) and known([c]) for c in texts):
            bottom = here + 1
    return place.get(top, best), place.get(bottom, best)


def looks_like_data(cells):
    return any(
        not isinstance(cell, str) or sum(c.isdigit() for c in cell) >= 5
        for cell in cells
        if cell != ""
    )


def spread(rows, at, merges, width):
    """The texts of a head row, a merged one over all its columns and rows."""
    number, cells = rows[at]
    texts = [text_of(cell) for cell in cells] + [""] * (width - len(cells))
    for r1, c1, r2, c2 in merges:
        if r1 == number - 1 and c1 < width and texts[c1] and r2 - r1 < DEEPEST:
            for column in range(c1, min(c2 + 1, width)):
                texts[column] = texts[c1]
    return texts


def fingerprint(heads):
    """The same for two files of one form."""
    return hashlib.sha256("\x1f".join(heads).encode()).hexdigest()
