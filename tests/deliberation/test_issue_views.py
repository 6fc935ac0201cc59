"""The list of issues, the page of one, and taking one in at the counter."""

import csv
import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from deliberation.choices import CATEGORY_ICONS
from deliberation.filters import FACTS, VIEWS
from deliberation.indicators import FACTS as COUNTED_FACTS
from deliberation.models import Issue
from deliberation.services import intake, triage
from stations.foundation.codes import code_from
from stations.models import Act
from stations.templatetags.tongxin import icon_names
from tests.factories import BuildingFactory, EntranceFactory, PlaceFactory, report

pytestmark = pytest.mark.django_db

SEES_LIST = {
    "worker": 200,
    "colleague": 200,
    "secretary": 200,
    "officer": 200,
    "sibling_worker": 200,  # the page, with their own issues
    "district": 403,
    "volunteer": 403,
    "admin": 403,
    "stranger": 403,
    "anonymous": 302,
}
SEES_ISSUE = SEES_LIST | {
    "sibling_worker": 404,
    "far_officer": 404,
    "district": 404,
    "volunteer": 404,
    "admin": 404,
    "stranger": 404,
}
ENTERS = SEES_LIST | {"officer": 403}


def text_of(response):
    return response.content.decode()


@pytest.mark.parametrize("address", ["/issues/", "/issues/export/"])
@pytest.mark.parametrize(("who", "status"), SEES_LIST.items())
def test_who_sees_the_list(estate, sign_in, address, who, status):
    report(estate)
    assert sign_in(who).get(address).status_code == status


@pytest.mark.parametrize(("who", "status"), SEES_ISSUE.items())
def test_who_sees_an_issue(estate, sign_in, who, status):
    assert sign_in(who).get(f"/issues/{report(estate).pk}/").status_code == status


@pytest.mark.parametrize("address", ["/issues/new/", "/issues/new/similar/"])
@pytest.mark.parametrize(("who", "status"), ENTERS.items())
def test_who_takes_issues_in(estate, other_estate, sign_in, address, who, status):
    assert sign_in(who).get(address).status_code == status


@pytest.mark.parametrize(("who", "status"), (ENTERS | {"sibling_worker": 302}).items())
def test_who_merges_from_the_list(estate, sign_in, who, status):
    one, two = report(estate), report(estate)
    response = sign_in(who).get(f"/issues/merge/?pick={one.pk}&pick={two.pk}")
    assert response.status_code == status


def test_list_shows_only_issues_of_ones_own_places(estate, other_estate, sign_in):
    report(estate, text="我们小区的井盖坏了。")
    report(other_estate, text="别的小区的路灯坏了。")
    page = text_of(sign_in("worker").get("/issues/?view=all"))
    assert "井盖" in page
    assert "别的小区" not in page


def test_list_masks_names_and_has_no_phone(estate, sign_in):
    report(estate)
    page = text_of(sign_in("worker").get("/issues/"))
    assert "周**" in page
    assert "周桂兰" not in page
    assert "6021" not in page


def list_queries(client, address="/issues/"):
    client.get(address)  # the first visit also writes down when it was
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def many(estate, number):
    entrance = EntranceFactory(building=BuildingFactory(area=estate))
    place = PlaceFactory(area=estate)
    for at in range(number):
        report(estate, entrance=entrance if at % 2 else None, place=None if at % 2 else place)


@pytest.mark.parametrize("address", ["/issues/", "/issues/?q=车棚", "/issues/?view=all&order=new"])
def test_list_asks_as_often_for_30_rows_as_for_3(estate, sign_in, cast, address):
    client = sign_in("worker")
    many(estate, 3)
    triage.accept_issue(issue=Issue.objects.first(), by=cast("worker"))
    few = list_queries(client, address)
    many(estate, 27)
    assert list_queries(client, address) == few


def test_page_asks_as_often_for_30_events_as_for_3(estate, sign_in, cast):
    client, issue = sign_in("worker"), report(estate)
    few = list_queries(client, f"/issues/{issue.pk}/")
    for at in range(30):
        triage.add_note(issue=issue, by=cast("worker"), words=f"第 {at} 次")
    assert list_queries(client, f"/issues/{issue.pk}/") == few


@pytest.mark.parametrize("order", ["due", "new"])
def test_every_issue_stands_on_exactly_one_page(estate, sign_in, order):
    many(estate, 57)
    ended = Issue.objects.first()
    triage.return_issue(issue=ended, by=None, reason="归供电局管")
    client, seen, address = sign_in("worker"), [], f"/issues/?view=all&order={order}"
    while address:
        context = client.get(address).context
        seen += [row.pk for row in context["rows"]]
        address = f"/issues/{context['pages']['older']}" if context["pages"]["older"] else ""
    assert len(seen) == len(set(seen)) == 57
    first = client.get(f"/issues/?view=all&order={order}").context
    second = client.get(f"/issues/{first['pages']['older']}").context
    back = client.get(f"/issues/{second['pages']['newer']}").context
    assert [row.pk for row in back["rows"]] == [row.pk for row in first["rows"]]
    assert back["pages"]["newer"] == ""


def test_due_first(estate, sign_in):
    later, sooner = report(estate), report(estate)
    Issue.objects.filter(pk=sooner.pk).update(due_at=timezone.now() - timedelta(hours=3))
    rows = sign_in("worker").get("/issues/").context["rows"]
    assert [row.pk for row in rows] == [sooner.pk, later.pk]


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=" + "字" * 5000,
        "area=99999999999999999999999999",
        "area=abc&building=1e9",
        "building=99999999999999999999999999",
        "first=2026-13-45&last=0001-01-01",
        "first=9999-12-31",
        "fact=delete&view=__class__&state=x&category=x&due=x&order=password",
        "after=~",
        "after=9999~99999999999999999999",
        "after=0001-01-01T00:00:00%2B00:00~5",
        "after=2026-01-01~5&before=x~y",
        "before=9999-12-31T23:59:59-12:00~5",
        "after=~9223372036854775807",
        "level=x&channel=x&route=x",
    ],
)
def test_strange_addresses_show_the_list(estate, sign_in, query):
    report(estate)
    client = sign_in("worker")
    assert client.get(f"/issues/?{query}").status_code == 200
    assert client.get(f"/issues/export/?{query}").status_code == 200
    issue = Issue.objects.get()
    assert client.get(f"/issues/{issue.pk}/", {"back": query, "log": query}).status_code == 200


def test_strange_picks_are_refused_kindly(estate, sign_in):
    client = sign_in("worker")
    for pick in ("99999999999999999999999999", "x", "\x00", "-1"):
        assert client.get("/issues/merge/", {"pick": [pick, "1"]}).status_code == 302


def test_the_facts_of_the_list_are_those_that_figures_count():
    assert set(FACTS) == set(COUNTED_FACTS)
    for fact in FACTS:
        assert getattr(Issue.objects.all(), fact)().count() == 0


def test_every_category_has_its_icon():
    assert set(CATEGORY_ICONS.values()) <= set(icon_names())


def test_a_figure_leads_to_exactly_its_cases(estate, other_estate, sign_in, cast):
    """The address that a dashboard figure builds shows what the queryset method counts."""
    kept, gone, elsewhere = report(estate), report(estate), report(other_estate)
    intake.withdraw_issue(issue=gone)
    triage.return_issue(issue=kept, by=cast("worker"), reason="归供电局管")
    day = kept.received_on.isoformat()
    page = sign_in("officer").get(
        f"/issues/?area={estate.parent_id}&fact=counted&first={day}&last={day}"
    )
    assert [row.pk for row in page.context["rows"]] == [kept.pk]
    assert "收到的" in text_of(page)
    assert page.context["number"] == 1
    assert elsewhere.pk not in [row.pk for row in page.context["rows"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("category=leak", ["leak"]),
        ("channel=phone", ["phone"]),
        ("state=accepted", ["accepted"]),
        ("due=overdue", ["late"]),
        ("view=late", ["late"]),
        ("view=mine", ["accepted"]),
        ("view=ended", ["returned"]),
        ("q=井盖", ["leak"]),
    ],
)
def test_filters(estate, sign_in, cast, query, found):
    rows = {
        "leak": report(estate, category="leak", text="井盖下面漏水。"),
        "phone": report(estate, channel="phone"),
        "accepted": report(estate),
        "late": report(estate),
        "returned": report(estate),
    }
    triage.accept_issue(issue=rows["accepted"], by=cast("worker"))
    triage.return_issue(issue=rows["returned"], by=cast("worker"), reason="归供电局管")
    Issue.objects.filter(pk=rows["late"].pk).update(due_at=timezone.now() - timedelta(days=1))
    shown = sign_in("worker").get(f"/issues/?{query}").context["rows"]
    assert [row.pk for row in shown] == [rows[name].pk for name in found]


def test_filter_by_building_needs_its_estate(estate, sign_in):
    building = BuildingFactory(area=estate)
    here, _ = report(estate, building=building), report(estate)
    client = sign_in("worker")
    rows = client.get(f"/issues/?area={estate.pk}&building={building.pk}").context["rows"]
    assert [row.pk for row in rows] == [here.pk]
    assert len(client.get(f"/issues/?building={building.pk}").context["rows"]) == 2


def test_every_view_opens(estate, sign_in):
    report(estate)
    for view in VIEWS:
        assert sign_in("worker").get(f"/issues/?view={view}").status_code == 200


def test_words_looked_for_are_marked_and_nothing_else_is_html(estate, sign_in):
    report(estate, text="<i>车棚</i>插座坏了。")
    page = text_of(sign_in("worker").get("/issues/?q=车棚"))
    assert "<mark>车棚</mark>" in page
    assert "<i>" not in page
    assert "&lt;i&gt;" in page


def test_nothing_in_a_row_is_html(estate, sign_in):
    bad = "<b>&amp;</b>"
    Issue.objects.filter(pk=report(estate, name=bad).pk).update(title=bad, spot=bad)
    page = sign_in("worker").get("/issues/").content.decode()
    assert bad not in page
    assert page.count("&lt;b&gt;&amp;amp;&lt;/b&gt;") == 2  # the title and the place; no full name


def test_the_tab_one_stands_on_counts_the_list(estate, sign_in):
    for _ in range(3):
        report(estate)
    client = sign_in("worker")
    for query, number in (("", 3), ("view=late", 0), ("view=all", 3), ("category=parking", 0)):
        context = client.get(f"/issues/?{query}").context
        assert context["number"] == number, query
        assert next(tab["number"] for tab in context["tabs"] if tab["key"] == "open") == 3


def test_empty_list_says_what_belongs_here(estate, sign_in):
    assert "这里还没有诉求" in text_of(sign_in("worker").get("/issues/"))
    assert "没有找到" in text_of(sign_in("worker").get("/issues/?q=没有这样的事"))


def test_previous_and_next_follow_the_list_one_came_from(estate, sign_in):
    first, middle, last = (report(estate) for _ in range(3))
    for hours, issue in enumerate((first, middle, last), 1):
        Issue.objects.filter(pk=issue.pk).update(due_at=timezone.now() + timedelta(hours=hours))
    context = sign_in("worker").get(f"/issues/{middle.pk}/", {"back": "view=open"}).context
    assert (context["turn"]["before"], context["turn"]["after"]) == (first, last)


def fetched(client, address):
    """The bytes of a file as it comes down."""
    return b"".join(client.get(address).streaming_content)


def test_export_has_no_names_phones_or_formulas(estate, sign_in):
    report(estate, text="=HYPERLINK(1)，打 13900006021 找我", door="3栋2单元402")
    client = sign_in("worker")
    rows = list(
        csv.reader(io.StringIO(fetched(client, "/issues/export/?as=csv").decode("utf-8-sig")))
    )
    assert rows[1][3].startswith("'=")
    book = load_workbook(io.BytesIO(fetched(client, "/issues/export/")))
    cells = list(book.active.iter_rows())[1]
    assert cells[3].data_type == "s"
    assert cells[3].value.startswith("=HYPERLINK")
    everything = f"{rows}{[cell.value for cell in cells]}"
    for secret in ("13900006021", "6021", "周桂兰", "402"):
        assert secret not in everything
    assert Act.objects.filter(verb="deliberation.export_issues").count() == 2


def test_export_follows_the_filters(estate, sign_in):
    report(estate), report(estate, category="leak")
    content = fetched(sign_in("worker"), "/issues/export/?category=leak&as=csv").decode()
    assert len(content.strip().splitlines()) == 2


def test_merge_from_the_list(estate, sign_in):
    one, two, three = (report(estate) for _ in range(3))
    client = sign_in("worker")
    chosen = {"pick": [one.pk, two.pk, three.pk]}
    assert client.get("/issues/merge/", chosen).context["target"] == one
    refused = client.post("/issues/merge/", chosen)
    assert refused.status_code == 422
    assert "选一件留下" in text_of(refused)
    done = client.post("/issues/merge/", chosen | {"target": two.pk})
    assert done.url == f"/issues/{two.pk}/"
    two.refresh_from_db()
    assert two.households == 3


def test_merge_from_the_list_refuses_two_estates(estate, other_estate, sign_in, cast, street):
    from stations.choices import Role
    from tests.factories import PostingFactory

    PostingFactory(user=cast("worker"), area=street, role=Role.WORKER)
    one, two = report(estate), report(other_estate)
    refused = sign_in("worker").post("/issues/merge/", {"pick": [one.pk, two.pk], "target": one.pk})
    assert refused.status_code == 422
    assert "同一个小区" in text_of(refused)


def entered(estate, **more):
    return {
        "token": str(uuid4()),
        "area": estate.pk,
        "channel": "counter",
        "text": "楼道灯坏了三天。",
        "category": "light",
        "where": "",
        "name": "吴婆婆",
        "phone": "139 0000 6021",
    } | more


def test_entering_shows_the_code_once_and_twice_sent_is_one_issue(estate, sign_in):
    entrance = EntranceFactory(building=BuildingFactory(area=estate, number=3), number=2)
    client, form = sign_in("worker"), entered(estate, where=f"e{entrance.pk}")
    slip = client.post("/issues/new/", form)
    assert slip.status_code == 200
    issue = Issue.objects.get()
    code = code_from(issue.token)
    assert code in text_of(slip)
    assert (issue.channel, issue.entrance, issue.building) == (
        "counter",
        entrance,
        entrance.building,
    )
    assert issue.reporter.consent_public is False
    again = client.post("/issues/new/", form)
    assert code in text_of(again)
    assert Issue.objects.count() == 1
    assert code not in text_of(client.get(issue.get_absolute_url()))


def test_entering_keeps_what_was_typed(estate, sign_in):
    refused = sign_in("worker").post("/issues/new/", entered(estate, phone="12", text="灯坏了"))
    assert refused.status_code == 422
    page = text_of(refused)
    assert "灯坏了" in page
    assert "吴婆婆" in page
    assert Issue.objects.count() == 0


def test_entering_cannot_reach_another_community(estate, other_estate, sign_in):
    place = PlaceFactory(area=other_estate)
    refused = sign_in("worker").post("/issues/new/", entered(other_estate, where=f"p{place.pk}"))
    assert refused.status_code == 422
    assert Issue.objects.count() == 0


def test_similar_issues_are_offered_while_typing(estate, sign_in):
    report(estate)
    found = sign_in("worker").get(
        "/issues/new/similar/",
        {"area": estate.pk, "category": "ebike", "text": "车棚插座烧黑了，没法充电"},
        headers={"HX-Request": "true"},
    )
    assert "也许已经有人报过" in text_of(found)
    nothing = sign_in("worker").get("/issues/new/similar/", {"text": "\x00", "category": "x"})
    assert nothing.status_code == 200
