"""The roll-up: indicators counted per estate and day, summed up to every level above.

Pages read `Figure` rows only, so a city costs what an estate costs.
"""

from collections import defaultdict
from datetime import date, timedelta

from django.db import connection, transaction
from django.db.models import Max, Q, Sum

from stations.choices import Level, WorkState
from stations.models import Area, Figure, Stale, Work
from stations.registries import indicators

MOMENT = date(1970, 1, 1)  # the "day" of numbers that hold now, not on a day
BATCH = 400
COUNTS = ("stations.count_again", "stations.count_moment")  # the kinds of work that count


def mark_stale(*, area, day):
    """Something about this estate's day changed; it will be counted again."""
    Stale.objects.create(area=area, day=day)


def count_again(*, report=lambda done, total: None):
    """Count every stale estate and day anew, and the levels above. Bounded batches."""
    total = Stale.objects.count()
    done = 0
    while taken := _count_batch():
        done += taken
        report(done, total)
    return done


@transaction.atomic
def _count_batch():
    _one_at_a_time()
    rows = _take_stale()
    days_by_area = defaultdict(set)
    for _, area, day in rows:
        days_by_area[area].add(day)
    if rows:
        _count_days(days_by_area)
        count_moment(area_ids=list(days_by_area))
    return len(rows)


def _one_at_a_time():
    """Hold the roll-up until COMMIT, before anything is read.

    Two at once would write the same street's sums, and the slower one what it had read
    before the other's act.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tongxin.figures'))")


def _take_stale():
    rows = list(
        Stale.objects.select_for_update(skip_locked=True)
        .order_by("day", "area")
        .values_list("pk", "area_id", "day")[:BATCH]
    )
    Stale.objects.filter(pk__in=[row[0] for row in rows]).delete()
    return rows


def _count_days(days_by_area):
    areas = list(days_by_area)
    days = sorted({day for some in days_by_area.values() for day in some})
    fresh = []
    for indicator in indicators:
        if indicator.of_the_moment:
            continue
        for (area, day, split), number in indicator.run(areas, days).items():
            if day in days_by_area.get(area, ()) and number:
                fresh.append(
                    Figure(area_id=area, day=day, key=indicator.key, split=split, number=number)
                )
    pairs = [(area, day) for area, some in days_by_area.items() for day in some]
    _replace(pairs, fresh)


@transaction.atomic
def count_moment(*, area_ids=None, daily=None):
    """Count the numbers of this moment (open, overdue) for these estates, or for all.

    `daily` True or False: only those that are counted once a day, or only the others.
    """
    _one_at_a_time()
    if area_ids is None:
        area_ids = list(Area.objects.estates().values_list("pk", flat=True))
    wanted = [i for i in indicators if i.of_the_moment and daily in (None, i.daily)]
    fresh = []
    for indicator in wanted:
        for (area, _, split), number in indicator.run(area_ids, None).items():
            fresh.append(
                Figure(area_id=area, day=MOMENT, key=indicator.key, split=split, number=number)
            )
    keys = None if daily is None else [indicator.key for indicator in wanted]
    _replace([(area, MOMENT) for area in area_ids], fresh, keys=keys)


def _replace(pairs, fresh, *, keys=None):
    """Replace the figures of these (estate, day) pairs, then of everything above them.

    With `keys` only those indicators' figures.
    """
    with connection.cursor() as cursor:
        _delete(cursor, pairs, keys)
    Figure.objects.bulk_create(fresh, batch_size=2000)
    for _ in range(Level.ESTATE - Level.CITY):
        pairs = _pairs_above(pairs)
        if not pairs:
            break
        with connection.cursor() as cursor:
            _delete(cursor, pairs, keys)
            cursor.execute(
                """
                INSERT INTO stations_figure (area_id, day, key, split, number)
                SELECT above.area_id, above.day, f.key, f.split, sum(f.number)
                FROM unnest(%s::bigint[], %s::date[]) AS above(area_id, day)
                JOIN stations_area child ON child.parent_id = above.area_id
                JOIN stations_figure f ON f.area_id = child.id AND f.day = above.day
                WHERE %s::text[] IS NULL OR f.key = ANY(%s)
                GROUP BY 1, 2, 3, 4
                """,
                [[pair[0] for pair in pairs], [pair[1] for pair in pairs], keys, keys],
            )


def _delete(cursor, pairs, keys):
    cursor.execute(
        """
        DELETE FROM stations_figure f
        USING unnest(%s::bigint[], %s::date[]) AS gone(area_id, day)
        WHERE f.area_id = gone.area_id AND f.day = gone.day
          AND (%s::text[] IS NULL OR f.key = ANY(%s))
        """,
        [[pair[0] for pair in pairs], [pair[1] for pair in pairs], keys, keys],
    )


def _pairs_above(pairs):
    parents = dict(
        Area.objects.filter(pk__in={area for area, _ in pairs}, parent__isnull=False).values_list(
            "pk", "parent_id"
        )
    )
    return sorted({(parents[area], day) for area, day in pairs if area in parents})


def read(area_ids, keys, first, last):
    """{(area_id, key, split): number} summed over the days from `first` to `last`."""
    rows = (
        Figure.objects.filter(area__in=area_ids, key__in=keys, day__range=(first, last))
        .order_by()
        .values_list("area_id", "key", "split")
        .annotate(total=Sum("number"))
    )
    return {row[:3]: row[3] for row in rows}


def read_days(area_id, keys, first, last):
    """{(day, key): number} of one area, unsplit."""
    rows = Figure.objects.filter(
        area=area_id, key__in=keys, split="", day__range=(first, last)
    ).values_list("day", "key", "number")
    return {row[:2]: row[2] for row in rows}


def read_with_moment(area_id, keys, first, last):
    """{(area_id, key, ""): number} of one area: summed over the days, or of this moment. One
    query, because a key is counted in one of the two ways only."""
    days = Q(day__range=(first, last)) | Q(day=MOMENT)
    rows = Figure.objects.filter(days, area=area_id, key__in=keys, split="").order_by()
    totals = rows.values_list("key").annotate(total=Sum("number"))
    return {(area_id, key, ""): total for key, total in totals}


def recount(area_ids, keys, first, last):
    """What `read` gives, counted from the objects themselves: one query an indicator.

    For a report, whose figures and lists must come from one moment; a dashboard reads.
    """
    paths = dict(Area.objects.filter(pk__in=area_ids).values_list("pk", "path"))
    under = Q(pk=None)
    for path in paths.values():
        under |= Q(path__startswith=path)
    above = {
        estate: [area for area, start in paths.items() if path.startswith(start)]
        for estate, path in Area.objects.estates().filter(under).values_list("pk", "path")
    }
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    sums = defaultdict(int)
    for key in keys:
        for (estate, _, split), number in indicators[key].run(list(above), days).items():
            for area in above[estate]:
                sums[area, key, split] += number
    return dict(sums)


def counted_at():
    """When the figures were last brought up to date; None before the first time."""
    done = Work.objects.filter(kind__in=COUNTS, state=WorkState.DONE)
    return done.aggregate(at=Max("done_at"))["at"]


def is_behind():
    """Something happened that the figures do not show yet; a minute or two, usually."""
    return Stale.objects.exists()
