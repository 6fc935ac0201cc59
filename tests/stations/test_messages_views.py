"""消息: the inbox."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from stations.foundation import pages
from stations.models import Message
from stations.views import messages as views
from tests.support.queries import count_queries

pytestmark = pytest.mark.django_db


def tell(user, number, **more):
    facts = {"title": f"第{number}条", "body": "快到期了。", "url": "/desk/"}
    return Message.objects.create(recipient=user, key=f"k{number}", **(facts | more))


def titles(response):
    page = BeautifulSoup(response.content, "html.parser")
    return [link.find(string=True) for link in page.select(".inbox a")]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("worker", 200),
        ("secretary", 200),
        ("officer", 200),
        ("district", 200),
        ("volunteer", 200),
        ("admin", 200),
        ("sibling_worker", 200),
        ("stranger", 403),
        ("anonymous", 302),
    ],
)
def test_who_has_an_inbox(sign_in, who, status):
    assert sign_in(who).get("/messages/").status_code == status


@pytest.mark.parametrize(
    ("who", "status"), [("worker", 302), ("colleague", 404), ("stranger", 403), ("anonymous", 302)]
)
def test_only_the_recipient_opens_a_message(sign_in, cast, who, status):
    message = tell(cast("worker"), 1)
    response = sign_in(who).get(f"/messages/{message.pk}/")
    assert response.status_code == status
    message.refresh_from_db()
    assert (message.read_at is not None) == (who == "worker")
    if who == "worker":
        assert response["Location"] == "/desk/"


def test_new_first_then_read_newest_first(sign_in, cast):
    worker = cast("worker")
    for number in range(4):
        tell(worker, number, read_at=timezone.now() if number in (1, 3) else None)
    tell(cast("colleague"), 9)
    assert titles(sign_in("worker").get("/messages/")) == ["第2条", "第0条", "第3条", "第1条"]


def test_opening_again_keeps_the_first_time(sign_in, cast):
    then = timezone.now() - timedelta(days=2)
    message = tell(cast("worker"), 1, read_at=then)
    sign_in("worker").get(f"/messages/{message.pk}/")
    message.refresh_from_db()
    assert message.read_at == then


@pytest.mark.parametrize(
    "url",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "", "x"],
)
def test_a_message_never_leads_out_of_the_portal(sign_in, cast, url):
    message = tell(cast("worker"), 1, url=url)
    assert sign_in("worker").get(f"/messages/{message.pk}/")["Location"] == "/messages/"


def test_all_read_at_once_touches_only_ones_own(sign_in, cast):
    for number in range(3):
        tell(cast("worker"), number)
    other = tell(cast("colleague"), 1)
    response = sign_in("worker").post("/messages/read/", follow=True)
    assert "3 条都算看过了" in response.content.decode()
    assert not Message.objects.unread().visible_to(cast("worker")).exists()
    other.refresh_from_db()
    assert other.read_at is None
    assert "没有新消息" in sign_in("worker").post("/messages/read/", follow=True).content.decode()


def test_looking_changes_nothing(sign_in, cast):
    tell(cast("worker"), 1)
    assert sign_in("worker").get("/messages/read/").status_code == 405
    sign_in("worker").get("/messages/")
    assert Message.objects.unread().count() == 1


def test_read_ones_go_on_by_key(sign_in, cast):
    for number in range(pages.PAGE * 2 + 3):
        tell(cast("worker"), number, read_at=timezone.now())
    client, url, seen = sign_in("worker"), "/messages/", []
    while url:
        response = client.get(url)
        seen += titles(response)
        more = BeautifulSoup(response.content, "html.parser").select_one("a[rel=next]")
        url = more["href"] if more else None
    assert len(seen) == len(set(seen)) == pages.PAGE * 2 + 3


def test_many_new_ones_are_capped(sign_in, cast):
    for number in range(views.UNREAD_SHOWN + 5):
        tell(cast("worker"), number)
    response = sign_in("worker").get("/messages/")
    assert len(titles(response)) == views.UNREAD_SHOWN
    assert f"先看这 {views.UNREAD_SHOWN} 条" in response.content.decode()


def test_empty_inbox_says_what_belongs_here(sign_in):
    assert "没有消息" in sign_in("worker").get("/messages/").content.decode()


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, "%00", "0", "²"])
def test_strange_pages_show_the_inbox(sign_in, cast, after):
    tell(cast("worker"), 1)
    assert sign_in("worker").get(f"/messages/?after={after}").status_code == 200


def test_queries_do_not_grow_with_rows(sign_in, cast):
    client = sign_in("worker")
    for number in range(3):
        tell(cast("worker"), number, read_at=timezone.now() if number else None)
    client.get("/messages/")
    few = count_queries(client, "/messages/")
    for number in range(3, 30):
        tell(cast("worker"), number, read_at=timezone.now() if number % 2 else None)
    assert count_queries(client, "/messages/") == few <= 7
