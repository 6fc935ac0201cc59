"""A visit without a signal: written down on the phone, sent once, and raised as an issue."""

import json
import os
import re
import subprocess
import sys

import pytest

from tests.journeys.conftest import OFFICE, PHONE, ROOT, eventually

pytestmark = pytest.mark.journey

SAID = "厨房下水堵了三天，污水从地漏冒上来。"
NAME, NUMBER = "秦玉珍", "13900004477"

# Two households that live in one building, planned for today, by the portal's own acts.
MOVE_IN = f"""
from datetime import date
from django.utils import timezone
from residents_map.services.people import add_person, move_in
from residents_map.services.visits import plan_visits
from stations.models import Home, User

worker = User.objects.get(username="worker")
homes = Home.objects.filter(
    entrance__building__area__name="锦绣江山", entrance__building__number=11, households=None
)
for home in homes.order_by("floor", "number")[:2]:
    household = move_in(home=home, by=worker)
    add_person(household=household, by=worker, name="{NAME}", kinship="head",
               birth_on=date(1940, 3, 7), phone="{NUMBER}")
    plan_visits(household=household, by=worker, tier="week", visitor=worker,
                next_visit_on=timezone.localdate())
    print(home.pk, home)
"""


@pytest.fixture
def doors(portal):
    """[(home id, its name)] of two doors to visit today."""
    told = (portal.home / "run.env").read_text()
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", MOVE_IN],
        cwd=ROOT,
        env=dict(os.environ) | dict(re.findall(r"^(\w+)=(.*)$", told, re.MULTILINE)),
        capture_output=True,
        text=True,
    )
    assert not done.returncode, done.stderr
    return [line.split(" ", 1) for line in done.stdout.strip().splitlines()]


def visits_at(portal, home):
    return portal.sql(
        """SELECT v.id, v.state FROM residents_map_visit v
        JOIN residents_map_household h ON h.id = v.household_id WHERE h.home_id = %s""",
        int(home),
    )


def kept(page):
    """What this browser keeps, as one text."""
    return json.dumps(page.evaluate("Object.entries(localStorage)"), ensure_ascii=False)


def choose(page, state, within="#quick"):
    page.locator(f"{within} label.is-{state}").click()


def open_form(page, home):
    page.locator(f'.stop[data-visit="/map/homes/{home}/visit/"] [data-quick]').click()


def signal_comes_back(worker):
    """The browser complained of nothing but the missing signal."""
    worker.context.set_offline(False)
    assert all("ERR_INTERNET_DISCONNECTED" in words for words in worker.broken), worker.broken
    worker.broken.clear()


def test_a_visit_without_a_signal_arrives_once_and_becomes_an_issue(portal, visitor, doors):
    (first, first_door), (second, _) = doors
    worker = visitor(PHONE, "worker")
    page = worker.page
    worker.go("/visits/")
    assert NAME in page.inner_text("#today")

    # the signal goes while the round is open: any of its doors can still be written down
    worker.context.set_offline(True)
    open_form(page, first)
    choose(page, "help")
    page.fill("#quick textarea", SAID)
    page.click("#quick button[type=submit]")
    page.wait_for_selector(".outbox:has-text('还有 1 次走访没发出')")
    open_form(page, second)
    choose(page, "well")
    page.click("#quick button[type=submit]")
    page.wait_for_selector(".outbox:has-text('还有 2 次走访没发出')")
    stored = kept(page)
    for secret in (NAME, NUMBER, SAID, "下水", first_door):
        assert secret not in stored  # sealed, and never with a name
    assert visits_at(portal, first) == []

    # signing out would empty the phone: it says so first
    worker.page.evaluate("document.querySelector('form[action*=logout]').requestSubmit()")
    page.wait_for_selector(".outbox-leave:has-text('没发出的就没有了')")
    page.click(".outbox-leave button[value=stay]")
    assert "outbox:" in kept(page)

    # the page is closed without a signal, and another one opened when it is back
    page.close()
    signal_comes_back(worker)
    worker.page = page = worker.context.new_page()
    page.on("console", worker.hear)
    page.goto(portal.address + "/issues/")
    eventually(lambda: visits_at(portal, first) and visits_at(portal, second), seconds=30)
    eventually(lambda: "outbox:" not in kept(page), seconds=10)
    for _ in range(3):  # the phone notices twice that it is online again
        page.evaluate("window.dispatchEvent(new Event('online'))")
    page.reload()
    worker.look("after-offline")
    assert [row[1] for row in visits_at(portal, first)] == ["help"]
    assert [row[1] for row in visits_at(portal, second)] == ["well"]

    # somebody needs help: an issue, and both sides lead to each other
    ((visit, _),) = visits_at(portal, first)
    worker.go(f"/map/visits/{visit}/")
    assert SAID in page.inner_text(".written")
    page.click(".pass-on button[type=submit]")
    page.wait_for_selector(".passed a")
    worker.look("referred")
    page.click(".passed a")
    page.wait_for_url("**/issues/**")
    worker.look("issue-from-visit")
    assert "来自走访" in page.inner_text("main")
    page.click("a:has-text('来自走访')")
    page.wait_for_url(f"**/map/visits/{visit}/")
    assert portal.sql("SELECT count(*) FROM stations_referral WHERE from_id = %s", visit) == [(1,)]


def test_a_refused_visit_is_kept_and_says_why(portal, visitor, doors):
    (home, _), _ = doors
    worker = visitor(PHONE, "worker")
    page = worker.page
    worker.go(f"/map/homes/{home}/visit/")
    before = len(visits_at(portal, home))
    worker.context.set_offline(True)
    choose(page, "changed", within=".minute")
    page.fill(".minute textarea", "搬去儿子家住一阵。")
    page.click("text=不是刚才去的")
    page.fill(".minute input[name=at]", "2026-01-05T09:30")
    page.click(".minute button[type=submit]")
    page.wait_for_selector("#kept:not([hidden])")
    signal_comes_back(worker)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_selector(".outbox:has-text('没记成')")
    assert "30 天" in page.inner_text(".outbox")
    worker.go("/desk/")
    assert "没记成" in page.inner_text(".outbox")  # kept until somebody says it may go
    page.click(".outbox button:has-text('不要了')")
    eventually(lambda: "outbox:" not in kept(page), seconds=5)
    assert len(visits_at(portal, home)) == before


def test_a_session_that_ended_keeps_the_visit_for_its_own_person(portal, visitor, doors):
    _, (home, _) = doors
    worker = visitor(PHONE, "worker")
    page = worker.page
    worker.go(f"/map/homes/{home}/visit/")
    before = len(visits_at(portal, home))
    cookies = worker.context.cookies()
    worker.context.clear_cookies(name="sessionid")
    choose(page, "well", within=".minute")
    page.click(".minute button[type=submit]")
    page.wait_for_selector(".outbox:has-text('登录过期了')")
    assert cookies
    assert len(visits_at(portal, home)) == before

    # somebody else on the same phone does not send it in their own name
    worker.sign_in("colleague")
    worker.go("/desk/")
    assert "还有别人没发出的 1 次" in page.inner_text(".outbox")
    assert len(visits_at(portal, home)) == before
    worker.context.clear_cookies()
    worker.sign_in("worker")
    eventually(lambda: len(visits_at(portal, home)) == before + 1, seconds=30)
    (by,) = portal.sql(
        """SELECT u.username FROM residents_map_visit v JOIN stations_user u ON u.id = v.by_id
        ORDER BY v.id DESC LIMIT 1"""
    )[0]
    assert by == "worker"


def test_the_pages_at_the_office(portal, visitor, doors):
    (home, _), _ = doors
    worker = visitor(OFFICE, "worker")
    for page in ("visit", "care", "plan-visits"):
        worker.go(f"/map/homes/{home}/{page}/")
    worker.go("/visits/?who=all")
    open_form(worker.page, home)
    worker.look("round-with-form")
