"""What somebody typed into the search box, made plain and told apart: words, a number, a phone.

Telephones and ID numbers are compared as fingerprints or not at all, and never stand in an
address: whatever could be one `is_private`.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse

from stations.foundation import phones
from stations.foundation.marking import words_to_mark
from stations.foundation.pages import key_from

MOST = 60  # signs; what stands behind them is not looked at
MOST_TYPED = 4 * MOST  # before it is made plain: that can make one sign into several
MOST_PARTS = 6
TEN = 10  # digits; shorter ones are local numbers, and numbers of things
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Cn", "Co"})  # no sign that anybody reads
_OF_A_THING = re.compile(r"[A-Z]{1,3}[-\s#]*(?:\d{1,9}|20\d\d-\d{1,9})", re.IGNORECASE)
_DIGITS = re.compile(r"(?:\d[\s\-()+.·/]*){7,}")


@dataclass(frozen=True)
class Sought:
    """What is looked for; made by `sought_from`. `text` is plain: NFKC, one space between words,
    no control characters, at most sixty signs. `was_cut` when more was typed."""

    text: str = ""
    was_cut: bool = False

    @cached_property
    def parts(self):
        """The words, each of which has to be found; none of what is private."""
        return () if self.is_private else tuple(self.text.split()[:MOST_PARTS])

    @cached_property
    def phone(self):
        """The whole telephone number that was typed, normalised; "" for anything else."""
        if sum(sign.isdigit() for sign in self.text) < TEN:
            return ""
        try:
            return phones.normalise(self.text)
        except ValidationError:
            return ""

    @cached_property
    def is_private(self):
        """Whether it is, or holds, what could be a telephone or an ID number."""
        if self.phone:
            return True
        return bool(_DIGITS.search(self.text)) and not _OF_A_THING.fullmatch(self.text)

    @cached_property
    def marks(self):
        """What to mark in what was found."""
        return sorted({*self.parts, *words_to_mark(self.text)}, key=len, reverse=True)

    def number(self, letters):
        """(key, whether the letters stood before it) of a thing numbered like DD-12; a bare 12
        may be anything's. (None, False) when no such number was typed."""
        found = re.fullmatch(rf"({letters})?[\s\-#]*(\d{{1,19}})", self.text, re.IGNORECASE)
        key = key_from(found[2]) if found else None
        return key, key is not None and bool(found[1])

    def held_by(self, *fields):
        """The condition that every word stands in one of these columns."""
        if not self.parts:
            return Q(pk__in=())  # asks the database nothing
        holds = Q()
        for part in self.parts:
            anywhere = Q()
            for field in fields:
                anywhere |= Q(**{f"{field}__icontains": part})
            holds &= anywhere
        return holds

    def in_list(self, name, **more):
        """The address of a list narrowed by these words; "" for what must stand in none."""
        if self.is_private:
            return ""
        query = QueryDict(mutable=True)
        query.update({"q": self.text} | more)
        return f"{reverse(name)}?{query.urlencode()}"


def sought_from(typed):
    """`Sought` of whatever came in, however long and strange."""
    typed = typed or ""
    plain = unicodedata.normalize("NFKC", typed[:MOST_TYPED])
    shown = "".join(
        " " if sign.isspace() else sign
        for sign in plain
        if sign.isspace() or unicodedata.category(sign) not in _DROPPED
    )
    text = " ".join(shown.split())
    return Sought(text[:MOST].rstrip(), was_cut=len(text) > MOST or len(typed) > MOST_TYPED)
