"""An issue comes in: who reports it, who meets it too, and how the station takes it up."""

import uuid
from datetime import timedelta

from django.utils import timezone

from deliberation.choices import OPEN_STATES, Channel, State
from deliberation.demo import texts
from deliberation.demo.city import state_of
from deliberation.demo.handling import handle
from deliberation.models import Issue
from deliberation.services import intake, triage
from stations.choices import Role


def life_of_issue(city, estate):
    """The life of one issue. Most go well; some wait too long; a few go wrong."""
    yield timezone.now()
    issue, story = report(city, estate)
    slow = city.chance.random() < 0.05
    for _ in range(city.chance.choices((0, 1, 2, 4, 9), (50, 25, 13, 8, 4))[0]):
        yield timezone.now() + timedelta(minutes=city.chance.randrange(10, 120))
        if state_of(issue) in OPEN_STATES:
            building = city.chance.choice(city.buildings[estate])
            intake.meet_it_too(
                issue=issue,
                who=intake.household_mark(browser=str(city.chance.random())),
                entrance=city.chance.choice(city.entrances[building]),
            )
    worker, colleague = city.pair(estate)
    yield city.office(city.chance.choice((2, 3, 4)) if slow else city.chance.random() * 0.7)
    if city.chance.random() < 0.03:
        intake.withdraw_issue(issue=issue, why="自己解决了")
        return
    if city.chance.random() < 0.04:
        triage.return_issue(issue=issue, by=worker, reason=city.chance.choice(texts.RETURNED))
        return
    if twin := twin_of(issue):
        triage.merge_issues(issue=twin, others=[issue], by=worker)
        return
    triage.accept_issue(issue=issue, by=worker, reply=city.chance.choice(texts.REPLIES))
    yield city.office(city.chance.randrange(6, 9) if slow else city.chance.random() * 2.5)
    yield from handle(city, issue, story, worker, colleague, slow)


def report(city, estate):
    """One report of the estate, and the story it is taken from."""
    category = city.chance.choices(list(texts.STORIES), (18, 16, 14, 11, 9, 9, 7, 8, 5, 4, 3, 4))[0]
    story = city.chance.choice(texts.STORIES[category])
    building = city.chance.choice(city.buildings[estate])
    indoors = category in ("leak", "elevator", "light", "noise", "ebike", "fire")
    common = not indoors or city.chance.random() < 0.2
    channel = city.chance.choices(
        (Channel.WEB, Channel.COUNTER, Channel.PHONE, Channel.PATROL), (70, 12, 13, 5)
    )[0]
    worker = None if channel == Channel.WEB else city.chosen(estate, Role.WORKER)
    entrance = city.chance.choice(city.entrances[building])
    issue, _ = intake.submit_issue(
        token=uuid.UUID(int=city.chance.getrandbits(128), version=4),
        area=estate,
        category=category,
        text=story[0],
        entrance=None if common else entrance,
        place=city.chance.choice(city.places[estate]) if common else None,
        spot="" if common else city.chance.choice(texts.SPOTS),
        name=city.names.name(),
        phone=f"139{city.chance.randrange(10**8):08d}",
        door=f"{city.chance.randrange(1, 18)}{city.chance.randrange(1, 5):02d}",
        consent_public=city.chance.random() < 0.85,
        channel=channel,
        by=worker,
        photos=city.photos(category, story[0], 0, 1)[: city.chance.randrange(1, 3)]
        if city.chance.random() < 0.7
        else (),
    )
    return issue, story


def twin_of(issue):
    """Another open issue of the estate that says the same."""
    same = Issue.objects.filter(area=issue.area, text=issue.text).open()
    same = same.filter(state__in=(State.ACCEPTED, State.DELIBERATING)).exclude(pk=issue.pk)
    return same.filter(received_on__gte=issue.received_on - timedelta(days=7)).first()
