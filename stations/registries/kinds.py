"""What can be declared: each kind with its facts, and the registry that keeps it by its key."""

from collections.abc import Callable
from dataclasses import dataclass, field

from stations.choices import STAFF
from stations.foundation.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Permission:
    """An act people may be allowed to do, and the roles that may."""

    key: str
    label: str
    roles: frozenset
    order: int = 100


class Permissions(Registry):
    def declare(self, key, *, label, roles):
        return self.add(Permission(key=key, label=label, roles=frozenset(roles)))


@dataclass(frozen=True, kw_only=True)
class DutyKind:
    """A kind of thing that can be due.

    `role` has to do it; `days` working days are given where the act sets no date itself;
    `url` turns object ids into links; `truth` gives the ids that should have an open
    duty, so that a test and a nightly check can compare. `seen_by` are the roles that hear of
    it and see it as others' overdue work: a household's door is nothing for the street.
    `urgent` ones (their clock is a day and a night) stand first in the desk's 今天.
    """

    key: str
    label: str
    group: str
    icon: str
    verb: str
    role: str
    days: int
    url: Callable
    truth: Callable
    seen_by: frozenset = STAFF
    urgent: bool = False
    order: int = 100


class DutyKinds(Registry):
    def declare(self, key, **facts):
        return self.add(DutyKind(key=key, **facts))

    def seen_by(self, role):
        """The keys of the kinds that somebody of this role may hear of."""
        return [kind.key for kind in self if role in kind.seen_by]


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """A number per estate and day (and split), however many estates in one query.

    `run(area_ids, days)` -> {(area_id, day, split): number}; `day` is None when the number
    is one of this moment. `cases(area, first, last, split)` -> link to what was counted,
    shown to whoever holds `opened_by` there: figures and cases are different rights.
    `daily`: of this moment, but changing slowly and dear to count: once a day, and when
    something of the estate changed, not every five minutes.
    `shown_as` is its place on the dashboard (see SHOWN_AS), `splits` names what it is
    split by: {split: label}.
    """

    key: str
    label: str
    unit: str
    more_is_better: bool | None
    run: Callable
    cases: Callable | None
    opened_by: Permission | None = None
    of_the_moment: bool = False
    daily: bool = False
    shown_as: str = ""
    splits: dict = field(default_factory=dict)
    order: int = 100


# What the dashboard makes of an indicator: the two lines by week, the columns of this
# moment, what is late split by its kind, bars with their change, bars as shares.
SHOWN_AS = ("received", "finished", "open", "overdue", "finished_today", "late", "bars", "shares")


class Indicators(Registry):
    def add(self, indicator):
        if indicator.shown_as and indicator.shown_as not in SHOWN_AS:
            raise ValueError(f"{indicator.key!r} is shown as {indicator.shown_as!r}?")
        return super().add(indicator)

    def at(self, place):
        """The indicator that stands at this place of the dashboard."""
        return next(indicator for indicator in self if indicator.shown_as == place)

    def register(self, key, *, label, unit, cases, more_is_better=None, **more):
        """Decorator: contribute the function as an indicator."""

        def decorator(function):
            self.add(
                Indicator(
                    key=key,
                    label=label,
                    unit=unit,
                    more_is_better=more_is_better,
                    run=function,
                    cases=cases,
                    **more,
                )
            )
            return function

        return decorator


@dataclass(frozen=True, kw_only=True)
class Rate:
    """A rate of two indicators, shown with both and with its definition in a sentence.

    `unit` is what both count. A rate `by_month` counts whole months, each on its first day: a
    month that still runs is compared with nothing, and weeks have no such rate. With a
    denominator under `least` there is no value: it would tell of single households.
    """

    key: str
    label: str
    numerator: str
    denominator: str
    definition: str
    unit: str = "件"
    by_month: bool = False
    least: int = 0
    order: int = 100


class Rates(Registry):
    def declare(self, key, **facts):
        return self.add(Rate(key=key, **facts))


@dataclass(frozen=True, kw_only=True)
class MenuEntry:
    """An entry of the staff frame: shown to whoever holds `permission` somewhere.

    It is the current one on its own page and below; `covers` are further addresses of its room.
    """

    key: str
    label: str
    icon: str
    url_name: str
    permission: Permission
    covers: tuple = ()
    tab: bool = False  # also at the bottom of the phone
    order: int = 100


class Menu(Registry):
    def declare(self, key, **facts):
        return self.add(MenuEntry(key=key, **facts))


@dataclass(frozen=True, kw_only=True)
class Finder:
    """A kind of thing that the search box finds, asked for whoever holds `permission` somewhere.

    `run(user, sought, most)` -> [Found], at most so many and in one query: only what this person
    may open. `whole(sought)` is the address of the app's own list narrowed to all of them, or "";
    without it the search page lists more of the kind itself. `hint` says what to type, where it
    is more than the name.
    """

    key: str
    label: str
    icon: str
    permission: Permission
    run: Callable
    whole: Callable | None = None
    hint: str = ""
    order: int = 100


class Finders(Registry):
    def declare(self, key, **facts):
        return self.add(Finder(key=key, **facts))

    def register(self, key, **facts):
        """Decorator: contribute the function as a finder."""

        def decorator(function):
            self.declare(key, run=function, **facts)
            return function

        return decorator


@dataclass(frozen=True, kw_only=True)
class OwnSearch:
    """An app's own search, which limits and writes down who looked: the search page offers to
    post the words to it (`url_name`), and looks there for nobody. `fits(sought)` tells whether
    it understands them; `words` say what it finds and what is written down."""

    key: str
    label: str
    words: str
    icon: str
    permission: Permission
    url_name: str
    fits: Callable
    order: int = 100


class OwnSearches(Registry):
    def declare(self, key, **facts):
        return self.add(OwnSearch(key=key, **facts))


@dataclass(frozen=True, kw_only=True)
class Verb:
    """An act in the act log, in words. `is_look`: somebody looked at personal data.

    `seen_by` are the roles that may read its line: one on a household names a door, which is
    nothing for the street.
    """

    key: str
    label: str
    is_look: bool = False
    seen_by: frozenset = STAFF
    order: int = 100


class Verbs(Registry):
    def declare(self, key, *, label, is_look=False, seen_by=STAFF):
        return self.add(Verb(key=key, label=label, is_look=is_look, seen_by=seen_by))


@dataclass(frozen=True, kw_only=True)
class ReferralKind:
    """Something that can be raised here out of another app's page.

    `begin(*, area, home, building, entrance, text, by, token, from_type)` raises it and gives
    the object; `token` (UUID) makes a second sending the same one. `outcomes(ids)` -> {id:
    Outcome}, one query, tells the other side what became of it. `page` is the address of a page
    of its own that asks more than a few words: it comes filled in with what `handovers` tells.
    `hint` says what it is for; `told` is what residents may read where it was raised from.
    """

    key: str
    label: str
    icon: str
    permission: Permission
    on_type: str
    begin: Callable
    outcomes: Callable
    page: str = ""
    hint: str = ""
    told: str = ""
    order: int = 100


class ReferralKinds(Registry):
    def declare(self, key, **facts):
        return self.add(ReferralKind(key=key, **facts))


@dataclass(frozen=True, kw_only=True)
class HandOverKind:
    """A type of thing that other things are raised out of; `key` is its type.

    `give(pk, user, who)` -> HandOver, or None where this person may not pass it on.
    `passed(source, *, kind, by)` follows in the transaction that keeps the link, once: it locks
    the source, may still refuse, and writes the source's own way.
    """

    key: str
    label: str
    icon: str
    give: Callable
    passed: Callable | None = None
    order: int = 100


class HandOvers(Registry):
    def declare(self, key, **facts):
        return self.add(HandOverKind(key=key, **facts))


@dataclass(frozen=True, kw_only=True)
class MapLayer:
    """A layer of the estate plan. `count(area, user)` -> {building_id: number}, one query.

    `url(building)` leads to what was counted; `opened_by` must be held there to see the layer.
    """

    key: str
    label: str
    icon: str
    colour: str
    unit: str
    count: Callable
    url: Callable
    opened_by: Permission
    order: int = 100


class MapLayers(Registry):
    def declare(self, key, **facts):
        return self.add(MapLayer(key=key, **facts))


@dataclass(frozen=True, kw_only=True)
class Door:
    """Something a resident can begin on an estate's public page, without an account.

    `url(estate, at)` leads there; `at` is the code of the door whose QR was scanned, or "".
    """

    key: str
    label: str
    words: str
    icon: str
    tone: str
    url: Callable
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class HomeDoor:
    """Something staff can begin for the people of one home, from that home's page.

    `known(home, user)` -> Outcome of what is there already, which then stands there instead.
    """

    key: str
    label: str
    icon: str
    permission: Permission
    url: Callable  # of the home
    known: Callable | None = None
    order: int = 100


class HomeDoors(Registry):
    def declare(self, key, **facts):
        return self.add(HomeDoor(key=key, **facts))


class Doors(Registry):
    def declare(self, key, **facts):
        return self.add(Door(key=key, **facts))
