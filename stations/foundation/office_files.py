"""Word and Excel files from one plain dict: only our own template, never a formula.

What people typed arrives as text and stays text: a title that looks like XML, like a template
or like a formula appears literally.
"""

import re
from datetime import date

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def plain(value):
    """Text without the characters that no XML file may hold."""
    return _FORBIDDEN.sub("", str(value))


def shown(value):
    """A cell as people read it: dates as 2026-10-03, nothing as a dash."""
    if value is None or value == "":
        return "—"
    if isinstance(value, date):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, int):
        return f"{value:,}"
    return plain(value)


def write_word(template, context, target, *, sections):
    """Fill our template and write it to `target`; see office_writers.write_word.

    The libraries are loaded here: 20 MB that a web process has no use for.
    """
    from stations.foundation.office_writers import write_word as write

    return write(template, context, target, sections=sections)


def write_excel(sheets, target):
    """Write sheets as an Excel file to `target`; see office_writers.write_excel."""
    from stations.foundation.office_writers import write_excel as write

    return write(sheets, target)
