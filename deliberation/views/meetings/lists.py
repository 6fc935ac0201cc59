"""The list of meetings, the waiting issues, and the resolutions that were passed."""

from django.utils import timezone

from deliberation.access import HOLD_MEETING, VIEW_MEETINGS
from deliberation.choices import PARTY_SHORT, MeetingState
from deliberation.models import Issue, Meeting, Resolution, Seat
from stations.access import can, requires
from stations.foundation.http import show
from stations.foundation.keyset import page
from stations.foundation.pages import key_from
from stations.models import Area

from .council import outcome_of

MOST_COMING = 50
MOST_WAITING = 50
PAST = 15
RESOLUTIONS = 20


@requires(VIEW_MEETINGS)
def meetings(request):
    """议事: what comes, what waits for a meeting, what came of the earlier ones."""
    mine = Meeting.objects.visible_to(request.user).laid_out()
    coming = list(mine.coming().order_by("starts_at", "pk")[:MOST_COMING])
    waiting = list(
        Issue.objects.visible_to(request.user)
        .off_agenda()
        .select_related("area")
        .order_by("due_at", "pk")[: MOST_WAITING + 1]
    )
    past = page(mine.past(), request.GET, by="-starts_at", size=PAST)
    context = {
        "coming": [(meeting, missing) for meeting, missing in with_missing_seats(coming)],
        "waiting": waiting[:MOST_WAITING],
        "more_waiting": len(waiting) > MOST_WAITING,
        "past": [(meeting, outcome_of(meeting)) for meeting in past.rows],
        "pager": past.links(request.GET),
        "first_page": not past.newer,
        "may_hold": can(request.user, HOLD_MEETING),
    }
    return show(request, "deliberation/meeting_list.html", context)


def with_missing_seats(meetings):
    """Each meeting with its parties of whom nobody is known yet: they cannot be told."""
    known = {}
    for area, party in Seat.objects.filter(
        area__in={meeting.area_id for meeting in meetings}, until=None
    ).values_list("area_id", "party"):
        known.setdefault(area, set()).add(party)
    for meeting in meetings:
        running = meeting.state == MeetingState.RUNNING
        sure = (
            {person.party for person in meeting.attendances.all()}
            if running
            else known.get(meeting.area_id, set())
        )
        names = [PARTY_SHORT[party] for party in meeting.required_parties if party not in sure]
        yield meeting, "、".join(names)


@requires(VIEW_MEETINGS)
def resolutions(request):
    """决议: what was settled, newest first; found by estate and by words."""
    estates = Area.objects.visible_to(request.user, VIEW_MEETINGS.roles).estates()
    passed = (
        Resolution.objects.visible_to(request.user)
        .passed()
        .select_related("item__meeting__area", "item__issue")
    )
    words = request.GET.get("q", "").replace("\x00", "").strip()[:40]
    if words:
        passed = passed.holding(words)
    estate = key_from(request.GET.get("estate"))
    if estate:
        passed = passed.filter(item__meeting__area=estate)
    found = page(passed, request.GET, by="-passed_at", size=RESOLUTIONS)
    context = {
        "resolutions": found.rows,
        "pager": found.links(request.GET),
        "words": words,
        "estate": estate,
        "estates": estates.order_by("name")[:200],
        "today": timezone.localdate(),
    }
    return show(request, "deliberation/meeting_resolutions.html", context)
