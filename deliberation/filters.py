"""What the list of issues can be narrowed to. Every condition lives in the URL.

Nothing of a query string reaches `filter(**…)`: views and facts are looked up in tables of
queryset methods, strange values are left out.
"""

import django_filters as filters
from django import forms
from django.utils.functional import cached_property

from deliberation.choices import Category, Channel, Route, SolvedAt, State
from deliberation.models import Issue
from stations.choices import STAFF, Level
from stations.models import Area, Building
from stations.models.area import known_places

# The tabs over the list: label, and which issues they hold.
VIEWS = {
    "open": ("全部在办", lambda issues, user: issues.open()),
    "mine": ("我的", lambda issues, user: issues.handled_by(user)),
    "today": ("今天到期", lambda issues, user: issues.due_today()),
    "late": ("超期", lambda issues, user: issues.overdue()),
    "rating": ("等评议", lambda issues, user: issues.waiting_for_rating()),
    "reinspect": ("该回头看", lambda issues, user: issues.waiting_for_reinspection()),
    "ended": ("已结束", lambda issues, user: issues.ended()),
    "all": ("全部", lambda issues, user: issues),
}
NEWEST_FIRST = ("ended", "all")

# The facts that figures count, by queryset method (deliberation/indicators.py FACTS).
FACTS = {
    "counted": "收到的",
    "responded_in_time": "按时有人联系的",
    "finished": "办结的",
    "solved": "解决的",
    "on_time": "按时办结的",
    "rated": "评过的",
    "satisfied": "满意的",
    "open": "正在办的",
    "overdue": "超期的",
}
DUE = {"today": "今天到期", "overdue": "已超期", "week": "七天内到期"}
DUE_ROWS = {"today": "due_today", "overdue": "overdue", "week": "due_this_week"}
MOST_PLACES = 200  # a select; beyond, figures and the search lead to the estates
ORDERS = {"due": ("due_at", "先到期的在前"), "new": ("-pk", "新报的在前")}


def areas_of(request):
    """Places of any level where the user works, and below."""
    return Area.objects.visible_to(request.user, STAFF)


def buildings_at(key, user):
    """The buildings of the estate that was chosen; none before that."""
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        return Building.objects.none()
    return Building.objects.visible_to(user).filter(area=int(key))


class Places(forms.models.ModelChoiceIterator):
    """The places to pick from: all of them, or down to the streets where they are too many."""

    def __iter__(self):
        yield ("", self.field.empty_label)
        rows = self.field.known
        if rows is None:
            rows = list(self.queryset[: MOST_PLACES + 1])
        if len(rows) > MOST_PLACES:
            rows = self.queryset.filter(level__lte=Level.STREET)
        for row in rows:
            yield self.choice(row)


class AreaChoices(forms.ModelChoiceField):
    """Places in the order of the tree, each set in under the one above it. `known` are those
    that were read before, if they were."""

    iterator = Places

    def __init__(self, *args, known=None, **more):
        self.known = known
        super().__init__(*args, **more)

    def label_from_instance(self, area):
        return f"{'　' * max(0, area.level - Level.COMMUNITY)}{area.name}"


class AreaFilter(filters.ModelChoiceFilter):
    field_class = AreaChoices


def choice(choices, **more):
    return filters.ChoiceFilter(choices=choices, empty_label="不限", **more)


class IssueFilter(filters.FilterSet):
    """Issues the user may see, narrowed by what the query string says."""

    q = filters.CharFilter(method="with_words", label="找", max_length=60)
    area = AreaFilter(queryset=areas_of, method="at_area", label="哪里", empty_label="不限")
    building = filters.ModelChoiceFilter(
        queryset=Building.objects.none(), label="楼栋", empty_label="不限"
    )
    state = choice(State.choices, label="状态")
    category = choice(Category.choices, label="类别")
    due = choice(list(DUE.items()), method="due_by", label="期限")
    channel = choice(Channel.choices, label="来源")
    route = choice(Route.choices, label="办法")
    level = choice(SolvedAt.choices, field_name="solved_at_level", label="解决在")
    fact = choice(list(FACTS.items()), method="of_fact", label="算作")
    first = filters.DateFilter(field_name="received_on", lookup_expr="gte", label="报来从")
    last = filters.DateFilter(field_name="received_on", lookup_expr="lte", label="报来到")
    view = choice([(key, label) for key, (label, _) in VIEWS.items()], method="in_view")

    class Meta:
        model = Issue
        fields = []

    def __init__(self, data, queryset=None, *, request):
        super().__init__(data, queryset, request=request)
        self.filters["area"].extra["known"] = known_places(request.user, STAFF)
        self.filters["building"].queryset = buildings_at(data.get("area", ""), request.user)

    @cached_property
    def conditions(self):
        """{name: value} of what was asked and understood; the rest is left out."""
        cleaned = self.form.cleaned_data if self.form.errors is not None else {}
        return {name: value for name, value in cleaned.items() if value not in (None, "")}

    @cached_property
    def chosen_view(self):
        """The tab: as asked; all issues when a figure led here; else the open ones."""
        asked = self.conditions.get("view")
        if asked:
            return asked
        return "all" if {"fact", "state", "due"} & set(self.conditions) else "open"

    @property
    def chosen_order(self):
        """ "due" or "new": as asked, or what suits the tab."""
        asked = self.data.get("order", "")
        if asked in ORDERS:
            return asked
        return "new" if self.chosen_view in NEWEST_FIRST else "due"

    def filter_queryset(self, queryset):
        narrowed = super().filter_queryset(queryset)
        if "view" not in self.conditions:
            narrowed = VIEWS[self.chosen_view][1](narrowed, self.request.user)
        return narrowed

    def in_view(self, issues, name, value):
        return VIEWS[value][1](issues, self.request.user)

    def with_words(self, issues, name, value):
        return issues.matching(value)

    def at_area(self, issues, name, area):
        return issues.filter(area__in=Area.objects.under(area))

    def due_by(self, issues, name, value):
        return getattr(issues, DUE_ROWS[value])()

    def of_fact(self, issues, name, value):
        return getattr(issues, value)()
