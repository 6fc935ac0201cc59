"""The office's pages of people: joining where one can act, a team's row, the list in its order,
insurance that ends, the Excel file, the rooms within a room."""

import re
from datetime import date, timedelta
from io import BytesIO
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from openpyxl import load_workbook

from stations.models import Act
from tests.support.queries import count_queries
from tests.volunteers.hour_rows import People
from tests.volunteers.parts.people import counted, member_of, waiting_in
from tests.volunteers.rows import team_in, volunteer_in
from volunteers.choices import Help, MemberState, VolunteerState
from volunteers.models import Membership, Volunteer
from volunteers.services import people as people_services
from volunteers.services import teams
from volunteers.services.volunteer_list import age_of, page_by_state

pytestmark = pytest.mark.django_db


def text(client, url, status=200):
    answer = client.get(url)
    assert answer.status_code == status, url
    return answer.content.decode()


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def sheet_of(answer):
    """[[cell, …], …] of the first sheet of a file that was sent."""
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    return [[cell.value for cell in row] for row in book.worksheets[0].iter_rows()]


# joining: everywhere with the phone and the answer


def test_whoever_waits_stands_with_a_phone_and_the_answer(community, sibling, sign_in):
    one = waiting_in(team_in(community))
    elsewhere = waiting_in(team_in(sibling))
    client = sign_in("worker")
    assert 'href="/volunteers/people/waiting/"' in text(client, "/volunteers/")
    for url in (
        "/volunteers/people/waiting/",
        f"/volunteers/people/{one.volunteer_id}/",
        f"/teams/{one.team_id}/",
    ):
        page = text(client, url)
        assert f'action="/members/{one.pk}/admit/"' in page, url
        assert f'action="/members/{one.pk}/refuse/"' in page, url
        assert f'href="tel:{one.volunteer.user.phone}"' in page, url
        assert str(elsewhere.volunteer) not in page


@pytest.mark.parametrize(
    ("back", "where"),
    [
        ("person", "/volunteers/people/{volunteer}/"),
        ("waiting", "/volunteers/people/waiting/"),
        ("team", "/teams/{team}/"),
        ("//evil.example", "/teams/{team}/"),
    ],
)
def test_an_answer_leads_back_to_where_it_was_given(community, sign_in, back, where):
    one = waiting_in(team_in(community))
    answer = sign_in("worker").post(f"/members/{one.pk}/admit/", {"back": back})
    assert answer["Location"] == where.format(volunteer=one.volunteer_id, team=one.team_id)
    assert fresh(one).state == MemberState.IN


def test_a_minor_without_consent_has_no_yes_in_the_row(community, sign_in):
    one = waiting_in(team_in(community), minor=True)
    page = text(sign_in("worker"), "/volunteers/people/waiting/")
    assert "问监护人" in page and f"/members/{one.pk}/admit/" not in page
    page = text(sign_in("worker"), f"/volunteers/people/{one.volunteer_id}/")
    assert "13900000077" in page and f"/members/{one.pk}/admit/" not in page


@pytest.mark.parametrize("who", ["officer", "volunteer", "stranger"])
def test_nobody_else_reads_who_waits(sign_in, who):
    for url in ("/volunteers/people/waiting/", "/volunteers/people/export/", "/hours/export/"):
        assert sign_in(who).get(url).status_code == 403, url


# a team: phones, hours of the year, a goodbye that can be taken back


def test_a_team_shows_phone_and_hours_and_ranks_nobody(community, sign_in):
    team = team_in(community)
    first, second = member_of(team).volunteer, member_of(team).volunteer
    counted(team, timezone.now(), 30)  # of the first member
    page = text(sign_in("worker"), f"/teams/{team.pk}/")
    assert "0.5 小时" in page and page.index(str(first)) < page.index(str(second))
    assert all(f"tel:{one.user.phone}" in page for one in (first, second))
    officer = text(sign_in("officer"), f"/teams/{team.pk}/")
    assert first.user.phone not in officer and str(first) not in officer


def test_a_team_costs_the_same_for_many(community, sign_in):
    team = team_in(community)
    member_of(team)
    client = sign_in("worker")
    url = f"/teams/{team.pk}/"
    text(client, url)
    few = count_queries(client, url)
    for _ in range(5):
        member_of(team)
    assert count_queries(client, url) == few


def test_a_goodbye_by_mistake_is_taken_back(community, cast, sign_in):
    one = member_of(team_in(community))
    client = sign_in("worker")
    page = client.post(f"/members/{one.pk}/end/", follow=True).content.decode()
    assert f'action="/members/{one.pk}/return/"' in page and "撤销" in page
    assert fresh(one).state == MemberState.LEFT
    client.post(f"/members/{one.pk}/return/")
    assert (fresh(one).state, fresh(one).left_at) == (MemberState.IN, None)
    assert Act.objects.filter(verb="volunteers.return_member", by=cast("worker")).exists()


def test_who_asked_and_was_sent_away_waits_again(community, cast):
    one = waiting_in(team_in(community))
    teams.leave_team(membership=one, by=cast("worker"))
    assert teams.return_member(membership=one, by=cast("worker")).state == MemberState.APPLIED


def test_nobody_is_fetched_back_against_the_rules(community, cast):
    worker, secretary = cast("worker"), cast("secretary")
    own = member_of(team_in(community))
    teams.leave_team(membership=own, by=own.volunteer.user)  # they went themselves
    sent, late, again, gone = (member_of(team_in(community)) for _ in range(4))
    for one in (sent, late, again, gone):
        teams.leave_team(membership=one, by=worker)
    Membership.objects.filter(pk=late.pk).update(left_at=timezone.now() - timedelta(minutes=11))
    people_services.join_team(team=again.team, by=again.volunteer.user)
    Volunteer.objects.filter(pk=gone.volunteer_id).update(state=VolunteerState.LEFT)
    for one, by in (
        (own, worker), (sent, secretary), (late, worker), (again, worker), (gone, worker),
    ):  # fmt: skip
        with pytest.raises(ValidationError):
            teams.return_member(membership=one, by=by)
        assert fresh(one).state == MemberState.LEFT
    assert teams.return_member(membership=sent, by=worker).state == MemberState.IN


# the list


def test_the_list_goes_by_how_people_stand_on_every_page(community):
    states = [*VolunteerState.values] * 3
    rows = [volunteer_in(community, state=state) for state in states]
    wanted = ["applied", "active", "paused", "left", "refused"]
    oracle = sorted(rows, key=lambda one: (wanted.index(one.state), -one.pk))
    everybody, seen, query = Volunteer.objects.filter(area=community), [], {}
    pages = []
    while True:
        shown = page_by_state(everybody, query, load=Volunteer.objects.all(), size=4)
        seen += shown.rows
        pages.append(shown)
        if not shown.older:
            break
        query = {"after": shown.older}
    assert seen == oracle
    for earlier, later in pairwise(pages):
        back = page_by_state(
            everybody, {"before": later.newer}, load=Volunteer.objects.all(), size=4
        )
        assert back.rows == earlier.rows
    assert (pages[0].newer, pages[1].newer != "") == ("", True)


@pytest.mark.parametrize("mark", ["x", "~", "9999~1", "1~x", "~5", "1~99999999999999999999"])
def test_a_strange_mark_is_the_first_page(community, mark):
    one = volunteer_in(community)
    rows = Volunteer.objects.filter(area=community)
    for key in ("after", "before"):
        assert page_by_state(rows, {key: mark}, load=rows).rows == [one]


def test_a_row_says_teams_hours_and_phone(community, sign_in):
    team = team_in(community, name="跑腿代办队")
    one = member_of(team).volunteer
    counted(team, timezone.now(), 90)
    client = sign_in("worker")
    page = text(client, "/volunteers/people/")
    row = re.search(rf"(?s)<tr data-row>.*?/people/{one.pk}/.*?</tr>", page).group()
    assert "跑腿代办队" in row and "1.5" in row and f"tel:{one.user.phone}" in row
    few = count_queries(client, "/volunteers/people/")
    for _ in range(4):
        member_of(team)
    assert count_queries(client, "/volunteers/people/") == few


def test_insurance_that_ends_soon_is_told(community, sign_in):
    today = timezone.localdate()

    def one(days, **facts):
        until = None if days is None else today + timedelta(days=days)
        return volunteer_in(community, insured_until=until, **{"helps": ["repair"]} | facts)

    soon, last, far = one(0), one(30), one(31)
    over, none = one(-1), one(None)
    one(5, helps=["arts"])
    one(5, state=VolunteerState.PAUSED)
    client = sign_in("worker")

    def listed(query):
        page = text(client, f"/volunteers/people/?{query}")
        return set(map(int, re.findall(r'class="ti"><a href="/volunteers/people/(\d+)/"', page)))

    assert "2 人保险到期" in text(client, "/volunteers/people/")
    assert listed("insurance=soon") == {soon.pk, last.pk}
    assert listed("insurance=none") == {over.pk, none.pk}
    assert far.pk in listed("insurance=strange")


@pytest.mark.parametrize(
    ("grown", "today", "age"),
    [
        (date(2028, 1, 1), date(2026, 11, 22), 16),
        (date(2028, 11, 22), date(2026, 11, 22), 16),
        (date(2028, 11, 23), date(2026, 11, 22), 15),
        (date(2026, 11, 23), date(2026, 11, 22), 17),
        (date(2026, 11, 22), date(2026, 11, 22), None),
        (None, date(2026, 11, 22), None),
    ],
)
def test_how_old_a_minor_is(grown, today, age):
    assert age_of(Volunteer(minor_until=grown), today) == age


# the file


def test_the_file_has_the_list_and_no_formula(community, estate, sibling, cast, sign_in):
    one = member_of(team_in(community, name="=1+1"), helps=[Help.REPAIR]).volunteer
    one.user.name = '=HYPERLINK("x")'
    one.user.save()
    volunteer_in(community, state=VolunteerState.LEFT)
    stranger = volunteer_in(sibling)
    answer = sign_in("worker").get("/volunteers/people/export/?state=active")
    assert answer["Cache-Control"] == "no-store" and ".xlsx" in answer["Content-Disposition"]
    note, heads, *rows = sheet_of(answer)
    assert "不要转发" in note[0] and heads[:4] == ["编号", "姓名", "状态", "电话"]
    assert [row[:4] for row in rows] == [[one.number, str(one), "在册", one.user.phone]]
    assert rows[0][6:8] == ["=1+1", "小修小补"]
    assert not any("身份" in head or "监护" in head for head in heads)
    assert str(stranger) not in str(rows)
    act = Act.objects.get(verb="volunteers.export_volunteers")
    assert (act.by, act.detail) == (cast("worker"), {"rows": 1})


def test_an_empty_file_is_refused_with_a_sentence(community, sign_in):
    answer = sign_in("worker").get("/volunteers/people/export/?q=没有的人", follow=True)
    assert "一行也没有" in answer.content.decode()
    assert not Act.objects.filter(verb="volunteers.export_volunteers").exists()


def test_whoever_waits_has_asked_and_not_joined_yet(community, cast, sign_in):
    asked = volunteer_in(community, state=VolunteerState.APPLIED)
    Volunteer.objects.filter(pk=asked.pk).update(number="A0123456789abcde")
    Membership.objects.create(
        team=team_in(community),
        volunteer=asked,
        area=community,
        asked_at=timezone.now() - timedelta(days=2),
    )
    answer = sign_in("worker").get("/volunteers/people/export/?state=applied")
    _, heads, row = sheet_of(answer)
    day = timezone.localdate() - timedelta(days=2)
    assert str(row[heads.index("报名")])[:10] == str(day)
    assert not row[heads.index("加入")] and not row[heads.index("编号")]


def test_counted_hours_of_a_month_as_a_file(community, cast, sign_in):
    people = People(community, worker=cast("worker"))
    hour = people.counted(minutes=90, words="给刘桂芳送药")
    people.hour(days=3)
    month = timezone.localdate()
    answer = sign_in("worker").get(f"/hours/export/?month={month:%Y-%m}")
    note, heads, *rows = sheet_of(answer)
    assert "按计入的日子算" in note[0]
    assert "按计入的日子算" in text(sign_in("worker"), "/volunteers/")
    assert [row[0] for row in rows] == [hour.number]
    assert rows[0][heads.index("小时")] == 1.5 and "刘桂芳" not in str(rows)
    assert Act.objects.get(verb="volunteers.export_hours").detail["rows"] == 1
    answer = sign_in("worker").get("/hours/export/?month=2020-01")
    assert answer["Location"] == "/hours/?view=counted&month=2020-01"


# rooms within a room


@pytest.mark.parametrize(
    ("url", "others"),
    [
        ("/brands/", ["/partners/"]),
        ("/partners/", ["/brands/"]),
        ("/volunteers/people/", ["/identities/", "/volunteers/people/waiting/"]),
        ("/identities/", ["/volunteers/people/"]),
        ("/hours/", ["/papers/", "/gifts/"]),
        ("/papers/", ["/hours/"]),
    ],
)
def test_the_rooms_within_a_room(community, sign_in, url, others):
    page = text(sign_in("worker"), url)
    subs = re.search(r'(?s)<nav class="vol-subs".*?</nav>', page).group()
    assert f'href="{url}" aria-current="page"' in subs
    assert all(f'href="{other}"' in subs for other in others)
    assert '<a href="/calls/"' in page


def test_the_street_has_no_room_it_may_not_open(sign_in):
    for url in ("/volunteers/", "/brands/", "/identities/"):
        page = text(sign_in("officer"), url)
        assert "/volunteers/people/" not in page and "/papers/" not in page
