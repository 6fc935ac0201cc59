"""会上: the meeting starts, people sign in, one item after the other, it ends."""

from django.db import transaction
from django.utils import timezone

from deliberation.choices import EventKind, ItemState, MeetingState, Party
from deliberation.models import AgendaItem, Attendance, Meeting, Seat
from deliberation.services.agenda import (
    ON_THE_TABLE,
    end_item,
    locked_meeting,
    number_items,
    turn_to,
)
from deliberation.services.chain import log, refuse
from stations.services.acts import record
from stations.services.duties import end_duty


@transaction.atomic
def start_meeting(*, meeting, by):
    """开会."""
    meeting = locked_meeting(meeting)
    if meeting.state != MeetingState.PLANNED:
        refuse("这次会已经开过了。")
    meeting.state = MeetingState.RUNNING
    meeting.started_at = timezone.now()
    meeting.save()
    # From here on an item keeps its number: it stands in the resolution's and on the papers.
    meeting.items.filter(state=ItemState.WITHDRAWN).update(order=0)
    number_items(meeting.items.on_agenda())
    first = meeting.items.filter(state=ItemState.WAITING).first()
    if first:
        turn_to(first)
    record("deliberation.start_meeting", on=meeting, by=by)
    return meeting


def running(meeting):
    """The meeting, held until the act is done; refused unless it is going on."""
    meeting = locked_meeting(meeting)
    if meeting.state != MeetingState.RUNNING:
        refuse("会还没有开，先点“开会”。" if not meeting.is_over else "会已经散了，不能再改。")
    return meeting


def open_item_of(item):
    """The item as it is now; refused unless it is on the table."""
    running(item.meeting)
    item = AgendaItem.objects.select_related("meeting__area", "issue").get(pk=item.pk)
    if item.state != ItemState.OPEN:
        refuse("现在议的不是这一项，刷新页面看看。")
    return item


@transaction.atomic
def mark_attendance(*, meeting, by, party, name, title="", presence="room"):
    """签到: a person of a party is here. Known representatives are offered, not typed."""
    meeting = locked_meeting(meeting)
    if meeting.is_over:
        refuse("会已经散了，不能再改。")
    name, title = name.strip(), title.strip()
    attendance, _ = Attendance.objects.update_or_create(
        meeting=meeting,
        party=party,
        name=name,
        defaults={"title": title, "presence": presence},
    )
    if not Seat.objects.filter(area=meeting.area, party=party, name=name, until=None).exists():
        Seat.objects.create(area=meeting.area, party=party, name=name, title=title)
    record("deliberation.mark_attendance", on=meeting, by=by, party=party)
    return attendance


@transaction.atomic
def take_back_attendance(*, attendance, by):
    """Marked by mistake: not here after all, as long as the meeting runs."""
    meeting = locked_meeting(attendance.meeting)
    if meeting.is_over:
        refuse("会已经散了，不能再改。")
    attendance.delete()
    record("deliberation.take_back_attendance", on=meeting, by=by)
    return meeting


@transaction.atomic
def open_item(*, item, by):
    """Turn to this item; another open one goes back to wait."""
    meeting = running(item.meeting)
    item.refresh_from_db()
    if item.state != ItemState.WAITING:
        refuse("这一项已经议过了。")
    meeting.items.filter(state=ItemState.OPEN).update(state=ItemState.WAITING)
    turn_to(item)
    record("deliberation.open_item", on=item, by=by)
    return item


@transaction.atomic
def keep_minutes(*, meeting, by, words="", listeners=""):
    """Write down what was said and who listened, while the meeting runs."""
    meeting = running(meeting)
    meeting.words, meeting.listeners = words, listeners
    meeting.save(update_fields=["words", "listeners"])
    record("deliberation.keep_minutes", on=meeting, by=by)
    return meeting


@transaction.atomic
def end_meeting(*, meeting, by, words="", listeners=""):
    """散会: items not reached wait for the next meeting."""
    meeting = running(meeting)
    # Those that wait first: closing the one on the table would turn to them.
    for item in meeting.items.filter(state__in=ON_THE_TABLE).order_by("-state", "order", "pk"):
        end_item(item, by, ItemState.POSTPONED, "这次没有议到")
        if item.issue:
            log(
                item.issue,
                EventKind.POSTPONED,
                by=by,
                words="这次没有议到",
                public="这次会没有议到，排到下一次。",
            )
    meeting.state = MeetingState.ENDED
    meeting.ended_at = timezone.now()
    meeting.words = words
    meeting.listeners = listeners
    meeting.save()
    end_duty("deliberation.hold_meeting", on=meeting)
    record("deliberation.end_meeting", on=meeting, by=by)
    return meeting


def seats_of(area):
    """{party: [Seat]}: who speaks for each party of the estate today."""
    seats = {party: [] for party in Party}
    for seat in Seat.objects.filter(area=area, until=None):
        seats[Party(seat.party)].append(seat)
    return seats


def meetings_with_room(area):
    """Coming meetings of the estate an issue can still go to."""
    return Meeting.objects.filter(area=area, state=MeetingState.PLANNED).order_by("starts_at")
