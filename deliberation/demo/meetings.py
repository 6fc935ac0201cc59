"""The four parties sit down, hear each other, and pass what they agree on."""

from datetime import timedelta

from django.utils import timezone

from deliberation.choices import Party
from deliberation.demo import texts
from deliberation.models import Issue
from deliberation.services import agenda, meetings
from stations.choices import Role


def meetings_of(city, estate):
    """Whenever something waits for them, the four parties sit down of an evening."""
    yield city.start + timedelta(days=city.chance.randrange(1, 8))
    while True:
        worker = city.chosen(estate, Role.WORKER)
        waiting = Issue.objects.filter(area=estate).waiting_for_meeting()
        waiting = waiting.exclude(agenda_items__state__in=("waiting", "open"))
        waiting = list(waiting.order_by("due_at")[:7])
        if waiting:
            moment = timezone.localtime() + timedelta(days=city.chance.randrange(3, 5))
            starts = moment.replace(hour=19, minute=30)
            meeting = agenda.convene_meeting(
                area=estate,
                by=worker,
                starts_at=starts,
                place=city.chance.choice(("服务站二楼议事室", "服务站茶角", "中心广场")),
                chair=city.speakers[estate][Party.BRANCH],
                issues=waiting,
            )
            yield starts + timedelta(minutes=2)
            hold(city, meeting, worker)
        yield timezone.now() + timedelta(days=city.chance.randrange(2, 6))


def hold(city, meeting, worker):
    """One meeting, from the roll call to the end."""
    meeting = meetings.start_meeting(meeting=meeting, by=worker)
    everybody = city.chance.random() < 0.85
    for party, name in city.speakers[meeting.area].items():
        if everybody or party != Party.OWNERS:
            meetings.mark_attendance(
                meeting=meeting,
                by=worker,
                party=party,
                name=name,
                title=texts.FORMAL[party],
                presence="video" if city.chance.random() < 0.1 else "room",
            )
    while item := meeting.items.filter(state="open").first():
        luck = city.chance.random()
        if not everybody or luck < 0.12:
            why = "业委会没有到" if not everybody else city.chance.choice(texts.POSTPONE)
            meetings.postpone_item(item=item, by=worker, reason=why)
        elif luck < 0.18:
            meetings.escalate_item(item=item, by=worker, reason=city.chance.choice(texts.TO_STREET))
        else:
            settle(city, item, worker)
    meetings.end_meeting(
        meeting=meeting,
        by=worker,
        words="各方都说了话，定下的事照决议去办。",
        listeners="旁听居民 6 位",
    )


def settle(city, item, worker):
    """Everybody agrees, one of them under a condition; the resolution and its task follow."""
    party, condition = city.chance.choice(texts.CONDITIONS)
    story = story_of(item.issue)
    lines = [f"经四方商议，同意{story[1]}。"]
    for one in Party:
        has_condition = one == party
        meetings.state_position(
            item=item,
            by=worker,
            party=one,
            stance="if" if has_condition else "agree",
            words=condition if has_condition else city.chance.choice(texts.AGREED),
        )
    lines.append(f"{condition}〔条件1〕")
    lines.append("办完以后在公告栏公示，请大家看。")
    meetings.draft_resolution(item=item, by=worker, text="\n".join(lines))
    meetings.plan_task(
        item=item,
        by=worker,
        title=story[1],
        responsible="property",
        person=city.speakers[item.meeting.area][Party.PROPERTY],
        due_at=city.office(city.chance.randrange(6, 14), (17, 18)),
    )
    meetings.pass_resolution(item=item, by=worker)


def story_of(issue):
    """(what was reported, what is to be done, what was done) of the texts of this issue."""
    return next(s for s in texts.STORIES[issue.category] if s[0] == issue.text)
