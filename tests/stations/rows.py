"""Many issues at once for tests of figures: random, but the same for the same seed."""

import uuid
from datetime import datetime, time, timedelta

from django.utils import timezone

from deliberation.choices import OPEN_STATES, Category, SolvedAt, State
from deliberation.models import Issue
from stations.models import Stale

STATES = [*sorted(OPEN_STATES), State.CLOSED, State.CLOSED, State.RETURNED, State.WITHDRAWN]
DONE = {State.DONE, State.NOTICED, State.RATED, State.CLOSED, State.RETURNED}


def issues_at(places, rng, *, number, first, last):
    """`number` issues in any state, received on days from `first` to `last`, marked stale."""
    span = (last - first).days
    rows = [
        one_issue(rng.choice(places), rng, first + timedelta(rng.randint(0, span)))
        for _ in range(number)
    ]
    Issue.objects.bulk_create(rows)
    Stale.objects.bulk_create([Stale(area=row.area, day=row.received_on) for row in rows])
    return rows


def one_issue(area, rng, day):
    at = timezone.make_aware(datetime.combine(day, time(rng.randint(0, 23), rng.randint(0, 59))))
    state = rng.choice(STATES)
    done = state in DONE
    solved = done and state != State.RETURNED and rng.random() < 0.85
    return Issue(
        uuid=uuid.UUID(int=rng.getrandbits(128)),
        token=uuid.UUID(int=rng.getrandbits(128)),
        code_digest=f"{rng.getrandbits(256):064x}",
        area=area,
        category=rng.choice(Category.values),
        title="楼道灯不亮",
        text="三楼的灯坏了。",
        state=state,
        created_at=at,
        received_on=day,
        stage_since=at,
        respond_by=at + timedelta(days=1),
        responded_at=rng.choice([None, at + timedelta(hours=rng.randint(1, 40))]),
        finish_by=at + timedelta(days=15),
        finished_at=at + timedelta(days=rng.randint(1, 20)) if done else None,
        is_solved=solved,
        solved_at_level=rng.choice(SolvedAt.values) if solved else "",
        last_rating=rng.choice([None, 1, 2, 3, 4, 5]) if done else None,
        due_at=at + timedelta(days=rng.randint(1, 90)) if state in OPEN_STATES else None,
        closed_at=at + timedelta(days=25) if state == State.CLOSED else None,
    )
