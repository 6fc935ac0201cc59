"""What each part of voluntary service adds to the tests that walk the whole portal.

A part may have: `build(world, cast)` puts its things on the world; `WALK` {address: f(world) ->
kwargs}; `Stage` with what its acts need; `ACTS` {address: (who, prepare, data, verbs)}, `QUIET`
{address: why no line} and `READ` (see tests/security/test_audit.py); `SESSION` {address: session key that knows the
object}; `CASES` of later work (see test_work.py); `PROMISED` {duty: working days}.
"""

from tests.volunteers.parts import (
    care,
    events,
    giving,
    hours,
    orders,
    people,
    posts,
    rosters,
)

PARTS = (people, orders, care, hours, events, posts, giving, rosters)


def _all(name, empty):
    return [getattr(part, name, empty) for part in PARTS]


def _named(names):
    """Addresses of voluntary service, by their whole names."""
    return {name if ":" in name else f"volunteers:{name}" for name in names}


def merged(name):
    """The tables of all parts as one, addresses and verbs by their whole names."""
    found = {}
    for table in _all(name, {}):
        found |= {
            key if ":" in key or "." in key else f"volunteers:{key}": value
            for key, value in table.items()
        }
    return found


def build(world, cast):
    """One of everything of every part."""
    for part in PARTS:
        if hasattr(part, "build"):
            part.build(world, cast)


WALK = merged("WALK")
ACTS = {
    name: (who, prepare, data, [verb if "." in verb else f"volunteers.{verb}" for verb in verbs])
    for name, (who, prepare, data, verbs) in merged("ACTS").items()
}
QUIET = merged("QUIET")
READ = set().union(*map(_named, _all("READ", ())))
SESSION = merged("SESSION")
STAGES = tuple(part.Stage for part in PARTS if hasattr(part, "Stage"))
CASES = merged("CASES")
PROMISED = {key: days for table in _all("PROMISED", {}) for key, days in table.items()}
