"""What the search box finds of voluntary service. Names, doors and words of who is helped are
sealed: they are found by the whole telephone alone, by its fingerprint."""

from . import giving, orders, people, places  # noqa: F401
