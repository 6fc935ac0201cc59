"""后台活计: the page of whoever keeps the portal running."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone

from stations.foundation import pages
from stations.models import Act, Work
from tests.support.queries import count_queries

pytestmark = pytest.mark.django_db


def row(number, state="dead", **more):
    facts = {
        "kind": "stations.mail_digest",
        "key": f"8:{number}",
        "state": state,
        "arguments": {"recipient_id": 8, "name": "周桂兰"},
        "error": "SMTPServerDisconnected",
    }
    if state == "dead":
        facts |= {"attempts": 5, "fence": 5}
    if state == "running":
        facts |= {"fence": 1, "attempts": 1, "lease_until": timezone.now() + timedelta(minutes=1)}
    return Work.objects.create(**(facts | more))


ACCESS = [
    ("admin", 200, 302),
    ("worker", 403, 403),
    ("secretary", 403, 403),
    ("officer", 403, 403),
    ("district", 403, 403),
    ("volunteer", 403, 403),
    ("sibling_worker", 403, 403),
    ("stranger", 403, 403),
    ("anonymous", 302, 302),
]


@pytest.mark.parametrize(("who", "look", "act"), ACCESS)
def test_who_looks_and_who_revives(sign_in, who, look, act):
    dead = row(1)
    client = sign_in(who)
    assert client.get(reverse("stations:work")).status_code == look
    response = client.post(reverse("stations:revive_work", args=[dead.pk]))
    assert response.status_code == act
    dead.refresh_from_db()
    assert dead.state == ("waiting" if who == "admin" else "dead")


def test_page_counts_and_holds_no_personal_data(sign_in):
    row(1)
    row(2, "running", progress=40)
    row(3, "waiting", error="")
    response = sign_in("admin").get(reverse("stations:work"))
    page = response.content.decode()
    words = "".join(BeautifulSoup(page, "html.parser").select_one(".morning").get_text().split())
    assert words.startswith("有1件没办成，看过原因再试。1件在办，1件排队")
    assert "发邮件提醒" in page and "SMTPServerDisconnected" in page
    assert "周桂兰" not in page and "8:1" not in page


def test_a_queue_that_stands_still_is_said(sign_in):
    assert "等了两分钟以上" not in sign_in("admin").get(reverse("stations:work")).content.decode()
    row(1, "waiting", run_after=timezone.now() - timedelta(minutes=3))
    assert "等了两分钟以上" in sign_in("admin").get(reverse("stations:work")).content.decode()


def test_work_for_later_is_not_late(sign_in):
    row(1, "waiting", run_after=timezone.now() + timedelta(days=3))
    page = sign_in("admin").get(reverse("stations:work")).content.decode()
    assert "等了两分钟以上" not in page and "排得最久" not in page


def test_reviving_is_an_act_and_happens_once(sign_in):
    dead = row(1)
    client = sign_in("admin")
    response = client.post(reverse("stations:revive_work", args=[dead.pk]), follow=True)
    assert "重新排上队了" in response.content.decode()
    dead.refresh_from_db()
    assert (dead.state, dead.attempts, dead.fence) == ("waiting", 0, 5)
    response = client.post(reverse("stations:revive_work", args=[dead.pk]), follow=True)
    assert "不用再试" in response.content.decode()
    assert Act.objects.filter(verb="stations.revive_work", on_id=dead.pk).count() == 1
    assert client.post(reverse("stations:revive_work", args=[99999999])).status_code == 404
    assert client.get(reverse("stations:revive_work", args=[dead.pk])).status_code == 405


def test_kind_that_no_release_knows_any_more_is_shown(sign_in):
    row(1, kind="old.kind")
    assert "old.kind" in sign_in("admin").get(reverse("stations:work")).content.decode()


def test_dead_ones_go_on_by_key(sign_in):
    for number in range(pages.PAGE + 2):
        row(number)
    page = BeautifulSoup(sign_in("admin").get(reverse("stations:work")).content, "html.parser")
    assert len(page.select("#dead tbody tr")) == pages.PAGE
    more = page.select_one("a[rel=next]")["href"]
    page = BeautifulSoup(sign_in("admin").get(more).content, "html.parser")
    assert len(page.select("#dead tbody tr")) == 2


def test_queries_do_not_grow_with_rows(sign_in):
    client = sign_in("admin")
    for number in range(3):
        row(number)
        row(100 + number, "running")
    client.get(reverse("stations:work"))
    few = count_queries(client, reverse("stations:work"))
    for number in range(3, 30):
        row(number)
        row(100 + number, "running")
    assert count_queries(client, reverse("stations:work")) == few <= 10
