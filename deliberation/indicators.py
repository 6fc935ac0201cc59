"""What deliberation counts: per estate and day of receipt, each leading to its cases."""

from urllib.parse import urlencode

from django.db.models import Count

from deliberation.access import VIEW_ISSUES
from deliberation.choices import Category, SolvedAt
from deliberation.models import Issue
from stations.registries import indicators, rates

# The facts of the issue list's `fact` filter, by queryset method: one meaning, two uses.
FACTS = (
    "counted",
    "responded_in_time",
    "finished",
    "solved",
    "on_time",
    "rated",
    "satisfied",
    "open",
    "overdue",
)


def cases(fact, split_name=""):
    """A link to the issues that a figure counted; `split_name` is the list's own filter."""

    def link(area, first=None, last=None, split=""):
        query = {"area": area.pk, "fact": fact}
        if first:
            query |= {"first": first.isoformat(), "last": last.isoformat()}
        if split:
            query[split_name] = split
        return f"/issues/?{urlencode(query)}"

    return link


def count(issues, area_ids, days, split=""):
    """{(estate, day of receipt, split): number} in one query."""
    keys = ["area_id", "received_on"] + ([split] if split else [])
    rows = (
        issues.filter(area__in=area_ids, received_on__in=days)
        .order_by()
        .values_list(*keys)
        .annotate(n=Count("pk"))
    )
    return {(row[0], row[1], row[2] if split else ""): row[-1] for row in rows}


def moment(issues, area_ids, split=""):
    """{(estate, None, split): number} of this moment in one query."""
    keys = ["area_id"] + ([split] if split else [])
    rows = issues.filter(area__in=area_ids).order_by().values_list(*keys)
    return {
        (row[0], None, row[1] if split else ""): row[-1] for row in rows.annotate(n=Count("pk"))
    }


@indicators.register(
    "deliberation.received",
    label="收到",
    unit="件",
    cases=cases("counted"),
    opened_by=VIEW_ISSUES,
    shown_as="received",
    order=10,
)
def received(area_ids, days):
    """All issues that came in, without withdrawn and merged ones."""
    return count(Issue.objects.counted(), area_ids, days)


@indicators.register(
    "deliberation.by_category",
    label="报的是什么",
    unit="件",
    cases=cases("counted", "category"),
    opened_by=VIEW_ISSUES,
    shown_as="bars",
    splits=dict(Category.choices),
    order=20,
)
def by_category(area_ids, days):
    """The same, split by category."""
    return count(Issue.objects.counted(), area_ids, days, split="category")


@indicators.register(
    "deliberation.responded",
    label="按时有人联系",
    unit="件",
    more_is_better=True,
    cases=cases("responded_in_time"),
    opened_by=VIEW_ISSUES,
    order=30,
)
def responded(area_ids, days):
    """Somebody answered within one working day."""
    return count(Issue.objects.responded_in_time(), area_ids, days)


@indicators.register(
    "deliberation.finished",
    label="办结",
    unit="件",
    more_is_better=True,
    cases=cases("finished"),
    opened_by=VIEW_ISSUES,
    shown_as="finished",
    order=40,
)
def finished(area_ids, days):
    """Solved, or turned down with a reason."""
    return count(Issue.objects.finished(), area_ids, days)


@indicators.register(
    "deliberation.solved",
    label="解决",
    unit="件",
    more_is_better=True,
    cases=cases("solved"),
    opened_by=VIEW_ISSUES,
    order=50,
)
def solved(area_ids, days):
    """Verified as done, and not turned down by a second low rating."""
    return count(Issue.objects.solved(), area_ids, days)


@indicators.register(
    "deliberation.solved_level",
    label="在哪一级解决",
    unit="件",
    cases=cases("solved", "level"),
    opened_by=VIEW_ISSUES,
    shown_as="shares",
    splits=dict(SolvedAt.choices),
    order=55,
)
def solved_level(area_ids, days):
    """The solved ones, split by the level that solved them."""
    return count(Issue.objects.solved(), area_ids, days, split="solved_at_level")


@indicators.register(
    "deliberation.on_time",
    label="按时办结",
    unit="件",
    more_is_better=True,
    cases=cases("on_time"),
    opened_by=VIEW_ISSUES,
    order=60,
)
def on_time(area_ids, days):
    """Finished within fifteen working days."""
    return count(Issue.objects.on_time(), area_ids, days)


@indicators.register(
    "deliberation.rated",
    label="评过",
    unit="件",
    cases=cases("rated"),
    opened_by=VIEW_ISSUES,
    order=70,
)
def rated(area_ids, days):
    """Rated by the resident."""
    return count(Issue.objects.rated(), area_ids, days)


@indicators.register(
    "deliberation.satisfied",
    label="满意",
    unit="件",
    more_is_better=True,
    cases=cases("satisfied"),
    opened_by=VIEW_ISSUES,
    order=80,
)
def satisfied(area_ids, days):
    """Rated fair or better (基本满意以上)."""
    return count(Issue.objects.satisfied(), area_ids, days)


@indicators.register(
    "deliberation.open",
    label="正在办",
    unit="件",
    more_is_better=False,
    cases=cases("open"),
    opened_by=VIEW_ISSUES,
    of_the_moment=True,
    shown_as="open",
    order=90,
)
def open_now(area_ids, days):
    """Not closed yet, whatever it waits for."""
    return moment(Issue.objects.open(), area_ids)


@indicators.register(
    "deliberation.overdue",
    label="超期",
    unit="件",
    more_is_better=False,
    cases=cases("overdue"),
    opened_by=VIEW_ISSUES,
    of_the_moment=True,
    shown_as="overdue",
    order=100,
)
def overdue_now(area_ids, days):
    """Open past the deadline of the step it stands at."""
    return moment(Issue.objects.overdue(), area_ids)


@indicators.register(
    "deliberation.overdue_kinds",
    label="超期的是什么",
    unit="件",
    more_is_better=False,
    cases=cases("overdue", "category"),
    opened_by=VIEW_ISSUES,
    of_the_moment=True,
    shown_as="late",
    splits=dict(Category.choices),
    order=110,
)
def overdue_kinds(area_ids, days):
    """The overdue ones, split by category."""
    return moment(Issue.objects.overdue(), area_ids, split="category")


@indicators.register(
    "deliberation.finished_today",
    label="今天办结",
    unit="件",
    more_is_better=True,
    cases=None,  # the wall has no links
    of_the_moment=True,
    shown_as="finished_today",
    order=120,
)
def finished_today(area_ids, days):
    """Finished since midnight, whenever it came in."""
    return moment(Issue.objects.finished_today(), area_ids)


rates.declare(
    "response",
    label="响应率",
    numerator="deliberation.responded",
    denominator="deliberation.received",
    definition="一个工作日内有人联系，除以收到的",
    order=10,
)
rates.declare(
    "resolution",
    label="解决率",
    numerator="deliberation.solved",
    denominator="deliberation.finished",
    definition="验收办好的，除以办结的",
    order=20,
)
rates.declare(
    "satisfaction",
    label="满意率",
    numerator="deliberation.satisfied",
    denominator="deliberation.rated",
    definition="评“一般”及以上的，除以评过的",
    order=30,
)
rates.declare(
    "on_time",
    label="按时办结率",
    numerator="deliberation.on_time",
    denominator="deliberation.finished",
    definition="十五个工作日内办结，除以办结的",
    order=40,
)
