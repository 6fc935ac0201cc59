"""核对: a paper's code, typed by whoever cannot scan; and who took a paper out of the portal."""

import pytest
from django.utils import timezone

from stations.models import Act
from tests.volunteers.hour_rows import People, morning, refused
from tests.volunteers.rows import volunteer_in
from volunteers.services import papers
from volunteers.services.paper_sheet import facts_of, in_groups, print_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(community, cast):
    return People(community, worker=cast("worker"))


@pytest.fixture
def paper(people):
    people.counted()
    return paper_of(people)


def paper_of(people, volunteer=None):
    return papers.make_paper(
        volunteer=volunteer or people.volunteer,
        first_on=morning(9).date(),
        last_on=timezone.localdate(),
        by=people.worker,
    )


def text(answer):
    return answer.content.decode()


def test_the_front_page_leads_to_one_field(client):
    assert 'href="/check/"' in text(client.get("/"))
    page = text(client.get("/check/"))
    assert page.count('name="code"') == 1 and "二维码下面那一串" in page
    assert "没有这一份" not in page


def test_what_stands_below_the_qr_code_leads_to_the_answer(paper, client):
    told = facts_of(paper)
    assert told["address"].endswith("/check/") and told["code"] == in_groups(paper.code)
    assert len(told["code"].split(" ")) == 3
    whole = f"https://{told['address']}{paper.code}/"
    for typed in (told["code"], paper.code, told["code"].replace(" ", "-"), f" {whole} "):
        answer = client.get("/check/", {"code": typed}, follow=True)
        assert answer.redirect_chain == [(f"/check/{paper.code}/", 302)]
        assert answer.status_code == 200 and paper.number in text(answer)


def test_letters_that_look_like_digits_are_understood(people, client):
    people.counted()
    paper = paper_of(people)
    alike = paper.code.replace("0", "o").replace("1", "l")
    assert papers.code_of(alike) == paper.code
    assert client.get(f"/check/{paper.code.upper()}/").status_code == 200


def test_a_number_tells_nothing_whether_it_exists_or_not(paper, client):
    unknown = f"{paper.number[:-6]}999999"
    seen = set()
    for number in (paper.number, unknown):
        for typed in (number, number.lower(), number.replace("-", "")):
            page = text(client.get("/check/", {"code": typed}))
            assert "请用纸上二维码下面那一串" in page and "吴" not in page
            seen.add(page.replace(typed, ""))
        answer = client.get(f"/check/{number}/")
        assert answer.status_code == 404 and "请用纸上二维码下面那一串" in text(answer)
        assert "不是同心出的" not in text(answer) and number not in text(answer)
    assert len(seen) == 1  # the same words, whatever was typed


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "填纸上二维码下面那一串"),
        ("abc", "不是12个字母和数字"),
        ("u" * 12, "不是12个字母和数字"),
        ("\0", "不是12个字母和数字"),
        ("x" * 201, "太长了"),
    ],
)
def test_what_can_be_no_code_is_told_on_the_page(typed, sentence, client):
    answer = client.get("/check/", {"code": typed})
    assert answer.status_code == 200 and sentence in text(answer)


def test_a_wrong_code_can_be_typed_again(client):
    answer = client.get("/check/", {"code": "0000 0000 0000"}, follow=True)
    assert answer.status_code == 404
    assert "没有这一份" in text(answer) and 'name="code"' in text(answer)


def test_who_types_codes_has_to_wait_too(client):
    status = [
        client.get("/check/", {"code": f"{n:012d}"}, follow=True).status_code for n in range(41)
    ]
    assert status == [404] * 40 + [429]


def test_both_pages_are_kept_by_no_cache_and_no_search_engine(client):
    for answer in (client.get("/check/"), client.get("/check/", {"code": "abc"})):
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert answer["Cache-Control"] == "no-store"


def test_taking_the_file_is_recorded_for_staff_and_for_oneself(people, paper, sign_in, cast):
    acts = Act.objects.filter(verb="volunteers.print_paper")
    sign_in("worker").get(f"/papers/{paper.pk}/")
    assert not acts.exists()  # to read the page is no file
    assert sign_in("worker").get(f"/papers/{paper.pk}/file/").status_code == 200
    me = volunteer_in(people.community, user=cast("volunteer"))
    people.counted(volunteer=me, days=3)
    own = paper_of(people, me)
    assert sign_in("volunteer").get(f"/mine/papers/{own.pk}/").status_code == 200
    found = list(acts.order_by("pk").values_list("on_id", "by"))
    assert found == [(paper.pk, cast("worker").pk), (own.pk, cast("volunteer").pk)]


def test_what_could_not_be_drawn_leaves_no_line(paper, settings, tmp_path, cast):
    settings.BASE_DIR = tmp_path
    assert "过一分钟再试" in refused(print_paper, paper=paper, by=cast("worker"))
    assert not Act.objects.filter(verb="volunteers.print_paper").exists()
