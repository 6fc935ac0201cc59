"""What becomes of one issue until now, in the words of the chain. No database.

A life runs along the links of the chain as the acts of deliberation/services do it, each link
some hours after the one before, and stops where the present begins.
"""

from datetime import UTC, datetime
from functools import lru_cache

from deliberation.choices import EventKind, SolvedAt, State, TaskState
from stations.foundation.calendar import add_workdays

HOUR, DAY = 3600, 86400
SHANGHAI = 8 * HOUR  # no summer time
SLOW = 0.04
REINSPECT = 30 * DAY


@lru_cache(maxsize=8192)
def _closing(number, days):
    noon = datetime.fromtimestamp(number * DAY + 4 * HOUR, UTC)
    return add_workdays(noon, days).timestamp()


def closing(moment, days):
    """When a promise of so many working days, given at that moment, falls due."""
    return _closing(day_of(moment), days)


def day_of(moment):
    """The day in Shanghai, counted from 1970."""
    return int((moment + SHANGHAI) // DAY)


class Life:
    """One issue: its state, its moments (seconds since 1970) and what happened when."""

    __slots__ = (
        "call_back",
        "called_back",
        "chance",
        "clock",
        "closed",
        "consents",
        "due",
        "events",
        "finished",
        "is_solved",
        "is_waived",
        "level",
        "merges",
        "noticed",
        "now",
        "ratings",
        "reinspected",
        "reopened",
        "responded",
        "route",
        "since",
        "slow",
        "state",
        "tasks",
    )  # fmt: skip

    def __init__(self, chance, created, now, *, consents, merges):
        self.chance, self.now, self.clock = chance, now, created
        self.slow = chance.random() < SLOW
        self.state, self.since, self.due = State.RECEIVED, created, closing(created, 1)
        self.route = self.level = ""
        self.responded = self.finished = self.call_back = self.called_back = None
        self.closed = self.reinspected = self.noticed = None
        self.tasks = []
        self.is_solved = self.is_waived = False
        self.ratings, self.reopened = [], 0
        self.consents, self.merges = consents, merges
        self.events = [(EventKind.SUBMITTED, created)]
        for link in LINKS:
            if not link(self):
                break

    def wait(self, least, most):
        """Some hours go by, five times as many when this one is slow; False beyond now."""
        hours = least + (most - least) * self.chance.random()
        self.clock += hours * HOUR * (5 if self.slow else 1)
        return self.clock <= self.now

    def move(self, state, *events, due=None):
        self.state, self.since, self.due = state, self.clock, due
        self.events += [(event, self.clock) for event in events]
        return due is not None

    def accept(self):
        luck = self.chance.random()
        if not self.wait(1, 16):
            return False
        if luck < 0.03:
            return self.move(State.WITHDRAWN, EventKind.WITHDRAWN)
        self.responded = self.clock
        if luck < 0.07:
            self.finished = self.clock
            return self.move(State.RETURNED, EventKind.RETURNED)
        if self.merges:
            return self.move(State.MERGED, EventKind.MERGED)
        return self.move(State.ACCEPTED, EventKind.ACCEPTED, due=closing(self.clock, 3))

    def choose_way(self):
        luck = self.chance.random()
        if not self.wait(4, 60):
            return False
        if luck < 0.06:
            self.route = "street"
            return self.move(State.STREET, EventKind.TO_STREET, due=closing(self.clock, 5))
        if luck < 0.16:
            self.route = "parties"
            self.move(State.DELIBERATING, EventKind.ROUTED, due=closing(self.clock, 10))
            if not self.wait(90, 220):
                return False
            self.events.append((EventKind.RESOLVED, self.clock))
        else:
            self.route = "direct"
        due = closing(self.clock, self.chance.randrange(5, 9))
        self.tasks.append({"made": self.clock, "due": due, "state": TaskState.OPEN})
        return self.move(State.HANDLING, EventKind.TASK, due=due)

    def handle(self):
        if self.route == "street":
            if not self.wait(30, 140):
                return False
            self.events.append((EventKind.STREET_ANSWER, self.clock))
            self.level = SolvedAt.STREET
        else:
            task = self.tasks[-1]
            if not self.wait(30, 200):
                return False
            task |= {"state": TaskState.FINISHED, "finished": self.clock}
            self.events.append((EventKind.FINISHED, self.clock))
            if not self.wait(2, 40):
                return False
            task |= {"state": TaskState.VERIFIED, "verified": self.clock}
            self.events.append((EventKind.VERIFIED, self.clock))
            self.level = SolvedAt.COMMUNITY if self.chance.random() < 0.25 else SolvedAt.ESTATE
        self.finished, self.is_solved = self.clock, True
        return self.move(State.DONE, EventKind.DONE, due=closing(self.clock, 3))

    def notice(self):
        if not self.wait(3, 60):
            return False
        self.noticed = self.clock
        event = EventKind.NOTICED if self.consents else EventKind.NOT_NOTICED
        return self.move(State.NOTICED, event, due=closing(self.clock, 7))

    def rate(self):
        luck = self.chance.random()
        if not self.wait(4, 240):
            return False
        if luck < 0.1:
            self.is_waived = True
            self.move(State.RATED, EventKind.WAIVED, due=closing(self.clock, 3))
            return True
        if luck < 0.16 and not self.reopened:
            return self.rate_low()
        self.ratings.append((self.chance.choice((3, 4, 4, 5, 5, 5)), self.clock))
        return self.move(State.RATED, EventKind.RATED, due=closing(self.clock, 3))

    def rate_low(self):
        """Once: a call, and the same way again."""
        self.ratings.append((self.chance.choice((1, 2)), self.clock))
        self.call_back, self.reopened = self.clock, 1
        self.finished, self.is_solved, self.level, self.route = None, False, "", ""
        self.move(State.ACCEPTED, EventKind.RATED, EventKind.REOPENED, due=closing(self.clock, 3))
        if not self.wait(1, 30):
            return False
        self.called_back = self.clock
        self.events.append((EventKind.CALLED_BACK, self.clock))
        return self.choose_way() and self.handle() and self.notice() and self.rate()

    def close(self):
        if not self.wait(2, 70):
            return False
        self.closed = self.clock
        return self.move(State.CLOSED, EventKind.CLOSED, due=self.clock + REINSPECT)

    def look_back(self):
        self.clock += REINSPECT + 3 * DAY * self.chance.random()
        if self.clock > self.now:
            return False
        self.reinspected, self.due = self.clock, None
        self.events.append((EventKind.REINSPECTED, self.clock))
        return False


LINKS = (
    Life.accept,
    Life.choose_way,
    Life.handle,
    Life.notice,
    Life.rate,
    Life.close,
    Life.look_back,
)
