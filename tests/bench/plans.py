"""The plans of the hottest queries at full size: `python -m tests.bench.plans > plans.txt`.

Each is asked by the portal's own page or service; the slowest query that names the table is
explained. docs/query-plans.md keeps them with a sentence each.
"""

import os
import sys

import django

from tests.bench import cities

os.environ |= cities.environment(cities.BIG)
django.setup()

from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from deliberation.filters import ORDERS, IssueFilter
from deliberation.models import Issue
from deliberation.services.intake import similar_issues
from stations.foundation.keyset import page
from stations.foundation.periods import twelve_weeks
from stations.models import Area, User
from stations.registries import indicators
from stations.services import desk, figures
from stations.services.duties import tell_about_duties


class Asked:
    """Who asks, as far as the filters want to know."""

    def __init__(self, name):
        self.user = User.objects.get(username=name)
        self.user.current_postings()


def first_page(name, query):
    """The list's first page as the view asks for it."""

    def ask():
        request = Asked(name)
        rows = Issue.objects.visible_to(request.user)
        chosen = IssueFilter(QueryDict(query), rows, request=request)
        page(chosen.qs, {}, by=ORDERS[chosen.chosen_order][0], load=Issue.objects.for_list())

    return ask


def dashboard():
    city = Area.objects.get(level=1)
    below = Area.objects.filter(parent=city).values_list("pk", flat=True)
    period = twelve_weeks(timezone.localdate())
    keys = [i.key for i in indicators if not i.of_the_moment and not i.splits]
    figures.read([city.pk, *below], keys, period.first, period.last)


def queries():
    """{heading: (table, callable)}"""
    worker = Asked("worker").user
    estate = Area.objects.filter(parent=worker.current_postings()[0].area).first()
    building = estate.buildings.first()
    issue = Issue.objects.filter(area=estate).order_by("-pk").first()
    listed = "deliberation_issue"
    return {
        "Issue list, worker, by due": (listed, first_page("worker", "")),
        "Issue list, worker, newest": (listed, first_page("worker", "view=all")),
        "Issue list, worker, closed elevators": (
            listed,
            first_page("worker", "view=all&state=closed&category=elevator"),
        ),
        "Issue list, worker, one building": (
            listed,
            first_page("worker", f"view=all&area={estate.pk}&building={building.pk}"),
        ),
        "Issue list, worker, a figure's cases": (listed, first_page("worker", "fact=satisfied")),
        "Issue list, worker, common word": (listed, first_page("worker", "view=all&q=电梯")),
        "Issue list, worker, rare word": (listed, first_page("worker", "view=all&q=戏台")),
        "Issue list, street officer, by due": (listed, first_page("officer", "")),
        "Issue list, street officer, common word": (
            listed,
            first_page("officer", "view=all&q=电梯"),
        ),
        "Issue list, whole city, by due": (listed, first_page("city_officer", "")),
        "Issue list, whole city, newest": (listed, first_page("city_officer", "view=all")),
        "Issue list, whole city, rare word": (
            listed,
            first_page("city_officer", "view=all&q=戏台"),
        ),
        "Desk of a worker": ("stations_duty", lambda: list(desk.due_for(worker)[:201])),
        "Waiting for others": ("stations_duty", lambda: list(desk.waiting_for(worker)[:6])),
        "Reminder sweep": ("stations_duty", tell_about_duties),
        "Dashboard of the city": ("stations_figure", dashboard),
        "Tracking by code": (
            listed,
            lambda: list(Issue.objects.filter(code_digest=issue.code_digest)),
        ),
        "Similar reports": (
            listed,
            lambda: similar_issues(
                area=estate, category="elevator", text="电梯停了一天了，老人下不了楼"
            ),
        ),
        "Timeline": ("deliberation_event", lambda: list(issue.events.order_by("-at", "-pk"))),
    }


def explain(table, ask):
    """EXPLAIN (ANALYZE, BUFFERS) of the first query of that act that reads the table."""
    seen = []

    def noted(execute, sql, params, many, context):
        if f'FROM "{table}"' in sql and sql.startswith("SELECT"):
            seen.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(noted):
        ask()
    sql, params = seen[0]
    with connection.cursor() as cursor:
        for _ in range(2):  # the second time from memory
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, SETTINGS OFF) {sql}", params)
            plan = [row[0] for row in cursor.fetchall()]
    return [line for line in plan if "Index Searches" not in line]


def main():
    for heading, (table, ask) in queries().items():
        print(f"## {heading}\n\n```")
        for line in explain(table, ask):
            print(line if len(line) < 180 else f"{line[:176]} ...")
        print("```\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
