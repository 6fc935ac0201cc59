"""我的待办, read for one person: what is due, whom to urge, whom one waits for.

Three queries over `Duty`, however many apps contribute and however much is due.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db.models import Q
from django.utils import timezone

from stations.choices import STREET_STAFF, Role
from stations.foundation.drawing import left_words
from stations.models import Duty
from stations.models.area import places_of
from stations.registries import duties, schedule
from stations.services.duties import desk_order

PAGE = 200
URGE_SHOWN = 5  # on the whole desk; their own tab lists them all
WAITING_SHOWN = 6
URGE = "要催"
# How many rows of a heading stand on the whole desk; the rest is one click away.
SHOWN = {"late": 12, "today": 30, "tomorrow": 12, "week": 8, "later": 5}
HEADINGS = {"late": "已超期", "today": "今天", "tomorrow": "明天", "week": "本周", "later": "以后"}

# Whose overdue work one answers for, and whose word one waits for.
BELOW = {
    Role.SECRETARY: {Role.WORKER},
    Role.OFFICER: {Role.WORKER, Role.SECRETARY},
}
ABOVE = {
    Role.WORKER: {Role.SECRETARY, Role.OFFICER},
    Role.SECRETARY: STREET_STAFF,
}


@dataclass(frozen=True)
class Line:
    """A duty as the desk shows it; its words are made when a page says them."""

    duty: Duty
    now: datetime

    @cached_property
    def due(self):
        return due_words(self.duty.until, self.now)

    @property
    def when(self):
        return self.due[0]

    @property
    def tone(self):
        return self.due[1]

    @property
    def since(self):
        return day_words(self.duty.since, self.now)

    @property
    def waited(self):
        return waited(self.duty, self.now)

    @property
    def kind(self):
        return duties[self.duty.kind]

    @property
    def url(self):
        return self.kind.url(self.duty.object_id)


def due_for(user):
    """Everything due for this person, the most urgent first."""
    return Duty.objects.for_person(user).filter(kind__in=known_kinds()).order_by("until", "pk")


def to_urge(user, now=None):
    """Overdue duties of those this person answers for: their own staff's, or their street's."""
    others = Q(pk__in=())
    for role, below in BELOW.items():
        others |= Q(area__in=places_of(user, {role}), role__in=below, kind__in=duties.seen_by(role))
    return (
        Duty.objects.open()
        .filter(others, until__lt=now or timezone.now(), kind__in=known_kinds())
        .exclude(holder=user)
        .exclude(pk__in=Duty.objects.for_person(user).values("pk"))
        .order_by("until", "pk")
    )


def waiting_for(user):
    """Duties of the levels above that this person's matters wait for, the longest first."""
    others = Q(pk__in=())
    for role, above in ABOVE.items():
        others |= Q(area__in=places_of(user, {role}), role__in=above)
    return (
        Duty.objects.open()
        .filter(others, kind__in=known_kinds())
        .exclude(pk__in=Duty.objects.for_person(user).values("pk"))
        .select_related("holder", "area")
        .order_by("since", "pk")
    )


def known_kinds():
    """Duties of an app that was taken out stay in the table and off the desk."""
    return [kind.key for kind in duties]


def kinds_of(group):
    return [kind.key for kind in duties if kind.group == group]


def after(rows, place):
    """The rows behind `place` (until, pk): the next page of a desk."""
    until, pk = place
    return rows.filter(Q(until__gt=until) | Q(until=until, pk__gt=pk))


def lines(rows, now):
    return [Line(duty, now) for duty in rows]


def under_headings(rows, now):
    """[(key, heading, lines)] of those headings that have any, in their order. What is urgent
    stands first in 今天, whatever its hour, until it is late."""
    groups = {key: [] for key in HEADINGS}
    for row in rows:
        key = desk_order(row.duty, now)
        groups["today" if row.kind.urgent and key != "late" else key].append(row)
    groups["today"].sort(key=lambda row: not row.kind.urgent)  # the rest stays in its order
    return [(key, HEADINGS[key], found) for key, found in groups.items() if found]


def appointments(user, now):
    """Today's appointments of every app, in the order of the day."""
    day = timezone.localdate(now)
    found = [one for contribution in schedule for one in contribution.run(user, day)]
    return sorted(found, key=lambda one: one.at)


def due_words(until: datetime, now: datetime):
    """Until when, in words, and its tone: "超 2 小时" late, "17:30 前" warn, "周五 12:00"."""
    if until < now:
        return left_words(until, now)
    local, today = timezone.localtime(until), timezone.localdate(now)
    days = (local.date() - today).days
    if days == 0:
        return f"{local:%H:%M} 前", "warn"
    if days == 1:
        return f"明天 {local:%H:%M}", ""
    weekday = "周" + "一二三四五六日"[local.weekday()]
    if days <= 6 - today.weekday():
        return f"{weekday} {local:%H:%M}", ""
    year = f"{local.year}年" if local.year != today.year else ""
    return f"{year}{local:%-m月%-d日} {weekday}", ""


def day_words(moment: datetime, now: datetime):
    """今天 08:46, 昨天 07:20, 11月2日."""
    local, today = timezone.localtime(moment), timezone.localdate(now)
    days = (today - local.date()).days
    if days in (0, 1):
        return f"{'昨天' if days else '今天'} {local:%H:%M}"
    year = f"{local.year}年" if local.year != today.year else ""
    return f"{year}{local:%-m月%-d日}"


def waited(duty, now: datetime):
    """How long it has been waiting: 40 分钟, 26 小时, 6 天."""
    gone = max(now - duty.since, timedelta())
    if gone < timedelta(hours=1):
        return f"{max(int(gone.total_seconds() // 60), 1)} 分钟"
    if gone < timedelta(hours=48):
        return f"{int(gone.total_seconds() // 3600)} 小时"
    return f"{gone.days} 天"


def greeting(now: datetime):
    hour = timezone.localtime(now).hour
    if hour < 5:
        return "夜深了"
    return "早上好" if hour < 11 else "中午好" if hour < 13 else "下午好" if hour < 18 else "晚上好"
