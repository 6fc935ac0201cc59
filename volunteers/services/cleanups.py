"""清洁日: one event a month for each post that has it, made ahead."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from stations.choices import Role
from stations.models import Posting
from volunteers.choices import EventKind, Help
from volunteers.messages import posts as messages
from volunteers.models import Event, Post
from volunteers.services.events import add_event
from volunteers.services.posts import months_later

AHEAD = timedelta(days=21)
SATURDAY = 5
BEGINS, ENDS = time(9), time(10, 30)
SEATS = 12


def day_of(month):
    """The first Saturday of a month, given by its first day."""
    return month + timedelta(days=(SATURDAY - month.weekday()) % 7)


def make_cleanups(today=None):
    """Make the clean-up days of the next three weeks that are not there yet. Returns how many.

    One a month and post: what the station cancelled is not made again.
    """
    today, made = today or timezone.localdate(), 0
    first = date(today.year, today.month, 1)
    for month in (first, months_later(first, 1)):
        if not today < day_of(month) <= today + AHEAD:
            continue
        posts = Post.objects.current().filter(has_cleanup=True).exclude(pk__in=planned(month))
        for post in posts.order_by("pk"):
            made += bool(make_cleanup(post, month))
    return made


def planned(month):
    """Keys of the posts that have (or had) their clean-up day in that month."""
    begins = timezone.make_aware(datetime.combine(month, time.min))
    ends = timezone.make_aware(datetime.combine(months_later(month, 1), time.min))
    rows = Event.objects.filter(
        kind=EventKind.CLEANUP, slots__starts_at__gte=begins, slots__starts_at__lt=ends
    )
    return rows.exclude(post=None).values("post")


@transaction.atomic
def make_cleanup(post, month):
    """One clean-up day, open at once, in the name of somebody of the station; or None.

    The post is held meanwhile, so two at the same time make one.
    """
    post = Post.objects.select_for_update(of=("self",)).select_related("area").get(pk=post.pk)
    by = keeper(post.area)
    if by is None or post.until or Post.objects.filter(pk=post.pk, pk__in=planned(month)).exists():
        return None
    day = day_of(month)
    begins = timezone.make_aware(datetime.combine(day, BEGINS))
    ends = timezone.make_aware(datetime.combine(day, ENDS))
    event = add_event(
        area=post.area,
        post=post,
        kind=EventKind.CLEANUP,
        help=Help.CLEANING,
        title=f"{month.month}月清洁日：{post.title}",
        place=f"{post.area}，{post.title}"[:60],
        words=post.words,
        risks="戴好手套，碎玻璃和重东西不要用手搬。",
        slots=[(begins, ends, max(SEATS, post.seats))],
        opens=True,
        by=by,
    )
    slot = event.slots.get()
    for claim in post.claims.current().select_related("volunteer"):
        messages.cleanup_planned(claim=claim, event=event, slot=slot)
    return event


def keeper(area):
    """In whose name the station's own events stand: a worker of the place, else its secretary."""
    rows = Posting.objects.current().filter(
        area__path__in=area.lineage_paths(),
        role__in=(Role.WORKER, Role.SECRETARY),
        user__is_active=True,
    )
    found = sorted(
        rows.select_related("user", "area"),
        key=lambda posting: (-posting.area.level, posting.role != Role.WORKER, posting.pk),
    )
    return found[0].user if found else None
