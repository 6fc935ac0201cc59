"""Every issue of the demo is a small life: act, wait, act. A clock runs them all together.

Each life is a generator that yields the moment of its next act; at that moment the clock
stands there and the act is done through the real service. What has not come yet, has not.
"""

import heapq
import itertools
from datetime import timedelta

import time_machine

from deliberation.demo.city import City
from deliberation.demo.issues import life_of_issue
from deliberation.demo.meetings import meetings_of
from stations.registries import demo

ISSUES = 640
# How many issues an estate has, by its homes, but the small ones not too few.
LEAST_HOMES = 300


@demo.register("deliberation.life", label="十二周的诉求和议事", order=20)
def live_through_twelve_weeks(cast):
    """Run all lives in the order of their clocks, from twelve weeks ago until now."""
    city, lives = City(cast), Lives()
    for estate in city.estates:
        lives.at(city.start, meetings_of(city, estate))
    weights = [max(estate.home_count, LEAST_HOMES) for estate in city.estates]
    span = (city.now - city.start).total_seconds()
    for _ in range(ISSUES):
        estate = city.chance.choices(city.estates, weights)[0]
        moment = city.start + timedelta(seconds=span * city.chance.random())
        lives.at(city.waking(moment), life_of_issue(city, estate))
    lives.run(since=city.start, until=city.now - timedelta(minutes=3))
    return cast


class Lives:
    """Generators that wait for their next moment; those of the same moment in the order in which
    they asked for it."""

    def __init__(self):
        self.waiting = []
        self.count = itertools.count()

    def at(self, moment, life):
        """Go on with this life then."""
        heapq.heappush(self.waiting, (moment, next(self.count), life))

    def run(self, *, since, until):
        """Live through them all with the clock at each one's moment; what comes after `until`
        does not happen."""
        with time_machine.travel(since, tick=False) as clock:
            while self.waiting:
                moment, _, life = heapq.heappop(self.waiting)
                if moment > until:
                    continue
                clock.move_to(moment)
                wake = next(life, None)
                if wake is not None:
                    self.at(max(wake, moment), life)
