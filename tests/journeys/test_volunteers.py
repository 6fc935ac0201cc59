"""Voluntary service in a real browser: an old person's order up to hours that count and a record
anybody can check; a wish from the draft to the thanks; a need matched to a partner's resource; an
emergency roster for fourteen buildings in a few clicks."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.journeys.conftest import OFFICE, PHONE, ROOT, eventually
from tests.support.pictures import jpeg
from tests.volunteers.rows import identity_number

pytestmark = pytest.mark.journey

ESTATE = "锦绣江山"
BRAND, TEAM = "同心办", "跑腿队"
# name: (telephone, ID number of nobody)
PEOPLE = {
    "吴秀英": ("13900007101", identity_number(701)),
    "郑建国": ("13900007102", identity_number(702)),
}
LEADER, HELPER = PEOPLE
STAFF_NUMBERS = {"worker": identity_number(700), "secretary": identity_number(699)}
OWN_PASSWORD = "maque-wutong-73"
OLD_PHONE = "13900007888"
OLD_NAME = "周桂兰"


# what the journeys share


def manage(portal, *arguments):
    """manage.py beside the running portal, as whoever keeps the server runs it."""
    taken = ("DATABASE_URL", "REDIS_URL", "TONGXIN_TEST_RUN", "DEBUG")
    taken += ("SECRET_KEY", "FIELD_KEYS", "INDEX_KEY", "STATIC_MANIFEST", "EMAIL_URL")
    kept = {key: value for key, value in os.environ.items() if key not in taken}
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**kept, "ENV_FILE": "", "VAR_DIR": str(portal.home)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def press(page, words, *, inside="main"):
    """Press the button with these words and wait for the page that follows."""
    page.locator(f"{inside} button:has-text('{words}')").first.click()
    page.wait_for_load_state()


def said(page):
    return page.inner_text("body")


def newest(portal, table):
    return portal.sql(f"SELECT max(id) FROM volunteers_{table}")[0][0]


def codes(portal):
    """锦绣江山's code and the code of a door of its building 3."""
    return portal.sql(
        """SELECT a.code, e.code FROM stations_area a
        JOIN stations_building b ON b.area_id = a.id AND b.number = 3
        JOIN stations_entrance e ON e.building_id = b.id AND e.number = 2
        WHERE a.name = %s""",
        ESTATE,
    )[0]


def signed_in(visitor, name):
    """A volunteer on their own phone."""
    return visitor(PHONE).sign_in(PEOPLE[name][0], OWN_PASSWORD)


def team_at_work(visitor, portal):
    """The brand, its team and its people, made once through the pages they are made with."""
    worker = visitor(OFFICE, "worker")
    if not portal.sql("SELECT 1 FROM volunteers_team WHERE name = %s", TEAM):
        register_team(worker)
        code = portal.sql("SELECT invite_code FROM volunteers_team WHERE name = %s", TEAM)[0][0]
        for name in PEOPLE:
            join(visitor, code, name)
        admit_all(worker)
    return worker


def register_team(worker):
    page = worker.go("/brands/")
    page.click("a:has-text('登记品牌')")
    page.select_option("#id_area", label="锦绣社区")
    page.fill("#id_name", BRAND)
    page.fill("#id_motto", "跑腿的事，我们来。")
    page.fill("#id_story", "从替楼上老人带菜开始，慢慢有了一个队。")
    worker.look("brand-new")
    press(page, "登记")
    page.wait_for_url("**/brands/*/")
    worker.look("brand")
    page.click("a:has-text('登记队伍')")
    page.fill("#id_name", TEAM)
    page.fill("#id_words", "买菜、取药、拿快递。")
    page.check("input[name=helps][value=errand]")
    page.check("input[name=helps][value=company]")
    worker.look("team-new")
    press(page, "登记")
    page.wait_for_url("**/teams/*/")
    worker.look("team")
    worker.go(page.url.removeprefix(worker.portal.address) + "poster/")


def join(visitor, code, name):
    """报名 with the invite on the poster."""
    stranger = visitor(PHONE)
    page = stranger.go(f"/join/{code}/")
    page.fill("#id_name", name)
    page.fill("#id_phone", PEOPLE[name][0])
    page.fill("#id_password", OWN_PASSWORD)
    page.check("input[name=is_minor][value=no]", force=True)
    page.check("input[name=helps][value=errand]", force=True)
    page.check("input[name=helps][value=company]", force=True)
    page.check("input[name=reach][value='3']", force=True)
    stranger.look("join-filled")
    press(page, "报名")
    page.wait_for_url("**/joined/")
    stranger.look()


def admit_all(worker):
    """The station says yes to the first two; one of them leads the team."""
    page, portal = worker.page, worker.portal
    team = newest(portal, "team")
    worker.go(f"/teams/{team}/")
    for _ in PEOPLE:
        page.locator("form[action$='/admit/'] button").first.click()
        page.wait_for_load_state()
    worker.look("team-full")
    worker.go(f"/teams/{team}/edit/")
    page.select_option("#id_leader", label=LEADER)
    worker.look("team-edit")
    press(page, "改好")
    page.wait_for_url(f"**/teams/{team}/")


def identities_checked(visitor, worker):
    """The server's keeper vouches for two of the station, who then see the others' papers: the
    secretary the leader's, so that whoever dispatches has not checked who confirms."""
    portal = worker.portal
    if portal.sql("SELECT 1 FROM volunteers_identity WHERE verified_by_id IS NOT NULL"):
        return
    for login, number in STAFF_NUMBERS.items():
        manage(portal, "vouch", login, "--number", number)
    checkers = {LEADER: visitor(OFFICE, "secretary"), HELPER: worker}
    for name, (_, number) in PEOPLE.items():
        person = signed_in(visitor, name)
        page = person.go("/identity/")
        page.fill("#id_number", number)
        press(page, "登记")
        person.look("identity-claimed")
        checker = checkers[name]
        page = checker.go("/identities/")
        page.click(f"li:has-text('{name}') a:has-text('核对')")
        page.fill("#id_number", number)
        checker.look("identity-check")
        press(page, "对得上")
        assert "核对过了" in said(page)
    assert portal.sql("SELECT count(*) FROM volunteers_identity WHERE verified_at IS NOT NULL") == [
        (4,)
    ]


# 1. an order up to a record that anybody can check


def order_help(visitor):
    """The code on the door, the other thing one can do there, and the form."""
    resident = visitor(PHONE)
    estate, door = codes(resident.portal)
    page = resident.go(f"/q/{door}/")
    page.click("a:has-text('找人帮忙')")
    page.wait_for_load_state()
    assert f"/e/{estate}/help/" in page.url
    assert "地点已经填好" in said(page)
    page.click("label.pick:has-text('跑腿代买')")
    page.fill("#id_words", "腿脚不方便，想买点米和青菜。")
    page.fill("#id_name", OLD_NAME)
    page.fill("#id_phone", OLD_PHONE)
    page.fill("#id_door", "1502")
    resident.look("help-filled")
    press(page, "请人来帮")
    page.wait_for_url("**/help/received/")
    resident.widest_code()
    resident.look()
    link = page.get_attribute("a.track-link", "href")
    assert link.endswith(f"/help/track/#{page.inner_text('.tracking-code')}")
    return link


def dispatch(worker, order):
    page = worker.go("/orders/")
    assert "跑腿代买" in said(page)
    worker.go(f"/orders/{order}/")
    assert OLD_PHONE not in page.content()
    picked = page.locator(".vo-picks li")
    assert {LEADER, HELPER} <= set(picked.locator("b").all_inner_texts())
    for row in picked.all():  # whoever else lives near is not asked
        is_ours = row.locator("b").inner_text() in PEOPLE
        row.locator("input").set_checked(is_ours)
    worker.look("order-dispatch")
    press(page, "派单")
    worker.look("order-dispatched")


def serve(visitor, order):
    """One says no, the other yes, sets out, begins and is done. Returns both."""
    first, second = signed_in(visitor, LEADER), signed_in(visitor, HELPER)
    for person in (first, second):
        page = person.go("/mine/")
        page = person.go("/mine/orders/")
        assert OLD_NAME not in page.content()
        assert "1502" not in page.content()
    press(first.page, "去不了")
    first.look("declined")
    page = second.page
    page.click("a:has-text('跑腿代买')")
    page.wait_for_load_state()
    assert OLD_PHONE not in page.content()
    second.look("asked-order")
    press(page, "我去")
    second.look("taken-order")
    for known in (OLD_NAME, OLD_PHONE, "1502", "腿脚不方便"):
        assert known in said(page)
    press(page, "出发")
    second.look("on-way")
    press(page, "到了，开始")
    second.look("begun")
    worked_an_hour(second.portal, order)
    press(page, "做完了")
    second.look("done")
    assert OLD_PHONE not in page.content()
    by_day(second.portal)
    first.go(f"/mine/orders/{order}/")  # the team's leader sees who goes, never to whom
    assert OLD_PHONE not in first.page.content()
    return first, second


def worked_an_hour(portal, order):
    """Time passes: what was begun a moment ago was begun fifty minutes ago."""
    portal.sql(
        """UPDATE volunteers_order SET begun_at = begun_at - interval '50 minutes',
        accepted_at = accepted_at - interval '60 minutes' WHERE id = %s""",
        order,
    )


def by_day(portal):
    """Served in the day, whenever this test runs: at night hours are odd and held."""
    portal.sql(
        """UPDATE volunteers_hour SET
        began_at = (current_date - 1 + time '14:00') AT TIME ZONE 'Asia/Shanghai',
        ended_at = (current_date - 1 + time '14:50') AT TIME ZONE 'Asia/Shanghai'
        WHERE state = 'reported' AND lead_at IS NULL"""
    )
    portal.sql(
        """UPDATE volunteers_order o
        SET accepted_at = h.began_at - interval '1 hour', begun_at = h.began_at
        FROM volunteers_hour h WHERE h.order_id = o.id AND h.state = 'reported'"""
    )


def served_person_confirms(visitor, link):
    """On another phone: the link, the last four digits, five faces."""
    resident = visitor(PHONE)
    page = resident.page
    page.goto(link)
    page.wait_for_url("**/help/orders/*/")
    resident.look("help-done")
    assert OLD_NAME not in page.content()
    page.fill("#confirm_tail", OLD_PHONE[-4:])
    page.click("form[action$='/confirm/'] button")
    page.wait_for_load_state()
    resident.look("help-confirmed")
    page.locator("input[name=rating][value='5']").check(force=True)
    page.fill("form[action$='/rate/'] textarea", "小郑人好，菜也新鲜。")
    page.click("form[action$='/rate/'] button")
    page.wait_for_load_state()
    resident.look("help-rated")


def state_of(portal, hour):
    return portal.sql("SELECT state FROM volunteers_hour WHERE id = %s", hour)[0][0]


def three_days_pass(portal, hour):
    """Time passes; the beat's turn of this moment is open again, so nobody waits for the next."""
    portal.sql(
        "UPDATE volunteers_hour SET shown_until = now() - interval '1 minute',"
        " lead_at = now() - interval '4 days', other_at = now() - interval '4 days' WHERE id = %s",
        hour,
    )
    portal.sql("DELETE FROM stations_work WHERE kind = 'volunteers.count_hours'")


def record_checked(visitor, helper):
    """The volunteer makes their own record; whoever holds it checks four fields."""
    page, portal = helper.page, helper.portal
    page.click("summary:has-text('出一份服务记录')")
    page.fill("#id_first_on", "2026-01-01") if not page.input_value("#id_first_on") else None
    press(page, "出一份", inside="#papers")
    helper.look("paper-made")
    with page.expect_download() as fetched:
        page.click("a:has-text('存下来')")
    assert Path(fetched.value.path()).read_bytes().startswith(b"%PDF")
    number, code = portal.sql("SELECT number, code FROM volunteers_paper ORDER BY id DESC")[0]
    anybody = visitor(PHONE)
    page = anybody.go(f"/check/{code}/")
    assert "有效" in said(page)
    assert len(page.locator(".hr-check dt").all()) == 4
    fields = page.inner_text(".hr-check dl")
    assert number in fields
    assert "50" in fields
    assert HELPER not in fields  # 郑**: who holds the paper knows the rest
    return code


def test_an_order_becomes_hours_and_a_record_anybody_can_check(visitor, portal):
    worker = team_at_work(visitor, portal)
    identities_checked(visitor, worker)
    link = order_help(visitor)
    order = newest(portal, "order")
    dispatch(worker, order)
    leader, helper = serve(visitor, order)
    hour = newest(portal, "hour")
    assert state_of(portal, hour) == "reported"
    served_person_confirms(visitor, link)
    assert state_of(portal, hour) == "reported"  # one of two
    page = helper.go("/mine/confirm/")
    assert not page.locator("form[action*='/mine/confirm/'] button").count()  # never one's own
    page = leader.go("/mine/confirm/")
    assert HELPER in said(page)
    press(page, "是做了，时间也对")
    leader.look("confirmed")
    assert state_of(portal, hour) == "shown"
    page = helper.go("/mine/hours/")
    assert "公示到" in said(page)
    three_days_pass(portal, hour)
    eventually(lambda: state_of(portal, hour) == "counted", 150)
    page = helper.go("/mine/hours/")
    assert "公示到" not in said(page)
    assert "50分" in page.inner_text(".hr-sum")
    code = record_checked(visitor, helper)
    worker.go(f"/orders/{order}/")
    worker.go(f"/hours/{hour}/")
    revoke(worker, portal)
    anybody = visitor(PHONE)
    assert "已经作废" in said(anybody.go(f"/check/{code}/"))


def revoke(worker, portal):
    """A sheet with a mistake is taken back; the public check says so from then on."""
    paper = newest(portal, "paper")
    page = worker.go(f"/papers/{paper}/")
    page.click("summary:has-text('作废')")
    page.fill("#id_why", "名字写错了")
    press(page, "作废这一份")
    worker.look("paper-revoked")


def test_an_old_person_orders_with_one_tap(visitor, portal):
    """A card with a code instead of a form: given once, printed once, one tap an order."""
    worker = visitor(OFFICE, "worker")
    page = worker.go("/beneficiaries/new/")
    page.select_option("#id_area", label=ESTATE) if page.locator("select#id_area").count() else None
    for field, value in (("name", OLD_NAME), ("phone", OLD_PHONE), ("door", "1502")):
        page.fill(f"#id_{field}", value)
    choose_building(page)
    worker.look("beneficiary-new")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(re.compile(r".*/beneficiaries/\d+/$"))
    worker.look("beneficiary")
    page.click("form[action$='/card/'] button")
    page.wait_for_url("**/card/print/")
    worker.look("card-paper")
    assert OLD_NAME not in page.content()
    card = scanned(portal)
    old = visitor(PHONE)
    old.go(card)
    before = newest(portal, "order") or 0
    old.page.click("button:has-text('陪伴聊天')")
    old.page.wait_for_load_state()
    old.look("card-ordered")
    assert newest(portal, "order") > before
    assert OLD_NAME not in old.page.content()


def choose_building(page):
    """Where they live, when the form asks."""
    for name in ("where", "building"):
        select = page.locator(f"select[name={name}]")
        if select.count():
            label = select.locator("option:has-text('3栋')").first.inner_text()
            select.select_option(label=label)


SCAN = """
from stations.models import User
from volunteers.models import Beneficiary
from volunteers.services.cards import give_card
person = Beneficiary.objects.exclude(card_digest="").latest("card_given_at")
given = give_card(beneficiary=person, by=User.objects.get(username="worker"))
print(f"/h/{given[1]}/")
"""


def scanned(portal):
    """What the code on a card leads to. A test has no eye for the drawing and the portal keeps
    no code, so another card is given where its code can be read."""
    return re.search(r"/h/\S+/", manage(portal, "shell", "-c", SCAN))[0]


# 2. a wish


def test_a_wish_from_the_draft_to_the_thanks(visitor, portal):
    worker = team_at_work(visitor, portal)
    page = worker.go("/wishes/")
    page.click("a:has-text('登记')")
    page.wait_for_load_state()
    page.select_option("#id_area", label=ESTATE)
    page.fill("#id_first_name", "王奶奶")
    page.fill("#id_title", "一双三十四码的棉鞋")
    page.fill("#id_words", "脚小，商场里买不到。")
    page.fill("#id_worth_fen", "80")
    page.fill("#id_name", "王淑芬")
    page.fill("#id_phone", "13900007999")
    worker.look("wish-new")
    press(page, "记下来")
    page.wait_for_url("**/wishes/*/")
    worker.look("wish-draft")
    estate, _ = codes(portal)
    resident = visitor(PHONE)
    assert "棉鞋" not in said(resident.go(f"/e/{estate}/wishes/"))  # a draft hangs nowhere
    press(page, "上墙")
    worker.look("wish-open")
    board = resident.go(f"/e/{estate}/wishes/")
    assert "一双三十四码的棉鞋" in said(board)
    assert "王淑芬" not in board.content()
    assert "13900007999" not in board.content()
    assert "一双三十四码的棉鞋" in said(resident.go(f"/e/{estate}/"))
    giver = signed_in(visitor, HELPER)
    page = giver.go("/mine/wishes/")
    page.click("[aria-label='我来圆：一双三十四码的棉鞋']")
    page.wait_for_url("**/mine/wishes/*/")
    giver.look("wish-claimed")
    assert "王淑芬" not in page.content()
    picture = {"name": "shoes.jpg", "mimeType": "image/jpeg", "buffer": jpeg(1200, 900)}
    page.set_input_files("input[name=photo]", [picture])
    page.wait_for_selector(".add-shot >> text=换一张")  # one photo: another takes its place
    giver.look("wish-photo")
    press(page, "送到服务站了")
    giver.look("wish-handed-in")
    wish = newest(portal, "wish")
    board = resident.go(f"/e/{estate}/wishes/")
    assert "正在转交" in said(board)
    assert f"/wishes/{wish}/photo/" not in board.content()  # nobody has looked at it yet
    page = worker.go(f"/wishes/{wish}/")
    page.check("#id_is_photo_public")
    worker.look("wish-to-pass-on")
    press(page, "收到了，转交了")
    page.fill("#id_thanks", "合脚，暖和，谢谢这位同志。")
    worker.look("wish-to-thank")
    press(page, "道谢")
    worker.look("wish-thanked")
    done = resident.go(f"/e/{estate}/wishes/?view=done")
    assert "合脚，暖和" in said(done)
    assert f"/wishes/{wish}/photo/small/" in done.content()
    assert HELPER not in said(done)
    giver.go("/messages/")
    assert "合脚，暖和" in said(giver.page)


# 3. a need and a partner's resource


def test_a_need_is_met_by_a_partners_resource(visitor, portal):
    worker = visitor(OFFICE, "worker")
    page = worker.go("/partners/new/")
    page.select_option("#id_area", label="锦绣社区")
    page.fill("#id_name", "惠民超市")
    page.select_option("#id_kind", "shop")
    worker.look("partner-new")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(re.compile(r".*/partners/\d+/$"))
    worker.look("partner")
    page = worker.go("/lists/resources/new/")
    page.select_option("#id_area", label="锦绣社区")
    page.select_option("#id_giver", label="惠民超市")
    page.fill("#id_title", "十斤装的米")
    page.select_option("#id_sort", "goods")
    page.fill("#id_quantity", "20")
    page.fill("#id_unit", "袋")
    page.fill("#id_worth_fen", "1000")
    worker.look("resource-new")
    press(page, "记下来")
    page.wait_for_url(re.compile(r".*/lists/resources/\d+/$"))
    worker.look("resource")
    page = worker.go("/lists/needs/new/")
    page.select_option("#id_area", label=ESTATE)
    page.fill("#id_title", "给独居老人的米")
    page.select_option("#id_sort", "goods")
    page.fill("#id_quantity", "12")
    page.fill("#id_unit", "袋")
    worker.look("need-new")
    press(page, "记下来")
    page.wait_for_url(re.compile(r".*/lists/needs/\d+/$"))
    worker.look("need")
    assert "惠民超市" in page.inner_text(".vl-suggest")
    press(page, "对接")
    page.wait_for_url(re.compile(r".*/lists/matches/\d+/$"))
    worker.look("match")
    match = page.url.removeprefix(portal.address)
    for side, who in (("need", "罗书记"), ("giver", "惠民超市店长")):
        page.fill(f"#who-{side}", who)
        page.locator(f"form:has(#who-{side}) button").click()
        page.wait_for_load_state()
    worker.look("match-agreed")
    page.fill("textarea[name=words]", "店里的车送到服务站，十二袋。")
    press(page, "送到了")
    worker.look("match-delivered")
    for label in ("需求方", "资源方"):
        page.click(f"[aria-label='{label}评5分']")
        page.wait_for_load_state()
    worker.look("match-rated")
    state = "SELECT state FROM volunteers_match ORDER BY id DESC LIMIT 1"
    assert portal.sql(state) == [("rated",)]
    need = "SELECT state FROM volunteers_need ORDER BY id DESC LIMIT 1"
    assert portal.sql(need) == [("met",)]
    page = worker.go("/lists/")
    worker.go("/lists/balance/")
    officer = visitor(OFFICE, "officer")
    officer.go(match)
    assert not officer.page.locator("form[action$='/rate/']").count()


# 4. an emergency

FIFTY = """
from django.contrib.auth.hashers import make_password
from stations.models import Area, Building
from tests.volunteers.rows import volunteer_in
estate = Area.objects.get(name="锦绣江山")
houses = list(Building.objects.filter(area=estate).order_by("number"))
for n in range(60):
    person = volunteer_in(estate.parent, is_verified=False, estate=estate,
        building=houses[n % 14], is_party_member=n < 14)
    if n == 0:
        person.user.name, person.user.phone = "李春燕", "13900007200"
        person.user.password = make_password("tongxin-demo-2026")
        person.user.save()
"""
HUMAN_SECONDS = 8  # so long a worker takes to find and press one thing, generously
MOST_SECONDS = 180


class Hands:
    """Counts every click, choice and typing."""

    def __init__(self, page):
        self.page, self.acts, self.began = page, 0, time.monotonic()

    def click(self, selector):
        self.acts += 1
        self.page.click(selector)
        self.page.wait_for_load_state()

    def choose(self, selector, **what):
        self.acts += 2  # open the list, press one
        self.page.select_option(selector, **what)

    def type(self, selector, words):
        self.acts += 1 + len(words) // 6
        self.page.fill(selector, words)

    @property
    def seconds(self):
        return time.monotonic() - self.began


def fill_roster(worker):
    """From the list of emergencies to every door with somebody: what is wrong is changed."""
    page = worker.go("/rosters/")
    hands = Hands(page)
    hands.click("a:has-text('启动应急')")
    hands.choose("#id_area", label=ESTATE)
    hands.type("#id_title", "全员采样")
    hands.click("button:has-text('启动，去排班')")
    assert "60 个位置，都替您配好了人" in said(page)
    second = page.locator(".ro-sheets select").nth(1)
    taken = page.locator(".ro-sheets select").nth(2).input_value()
    hands.choose(f"#{second.get_attribute('id')}", value=taken)  # the two change places
    hands.click(".ro-sheets fieldset:nth-of-type(5) summary >> nth=0")
    names = page.locator(".ro-sheets fieldset:nth-of-type(5) input[list=people]").first
    hands.type(f"#{names.get_attribute('id')}", "王建军")
    phone = names.get_attribute("id").replace("name", "phone")
    hands.type(f"#{phone}", "13900007300")
    worker.look("roster-fill")
    hands.click("button:has-text('确认排班')")
    page.wait_for_url("**/rosters/*/")
    worker.look("roster-filled")
    return hands


def test_an_emergency_roster_for_fourteen_buildings(visitor, portal):
    manage(portal, "shell", "-c", FIFTY)
    worker = visitor(OFFICE, "worker")
    hands = fill_roster(worker)
    assert "都有人了" in said(worker.page)
    assert "王建军" in said(worker.page)
    assert portal.sql(
        """SELECT count(*), count(DISTINCT building_id), count(DISTINCT entrance_id)
        FROM volunteers_position WHERE filled_at IS NOT NULL"""
    ) == [(60, 14, 42)]
    assert hands.acts * HUMAN_SECONDS < MOST_SECONDS
    assert hands.seconds < MOST_SECONDS
    roster = worker.page.url.removeprefix(portal.address)
    worker.go(f"{roster}call-sheet/")
    assert "13900007300" in said(worker.page)
    count_heads(visitor, worker, roster)
    fetch(visitor, worker, roster)
    page = worker.go(roster)
    page.click("summary:has-text('结束应急')")
    press(page, "结束", inside=".ro-end")
    worker.look("roster-closed")


def count_heads(visitor, worker, roster):
    """The lead tells a number on the phone; the office's page shows it by itself."""
    page = worker.go(f"{roster}counts/")
    press(page, "开始第1轮")
    worker.look("counts-begun")
    lead = visitor(PHONE, "13900007200")
    lead.go("/messages/")
    assert "应急：您负责1栋" in said(lead.page)
    phone = lead.go("/mine/")
    phone.click("a:has-text('全员采样')")
    phone.wait_for_url("**/mine/roster/*/")
    phone.fill("#id_present", "262")
    phone.fill("#id_expected", "277")
    lead.look("my-roster-count")
    press(phone, "报上去")
    lead.look("my-roster-told")
    page.wait_for_selector("text=262 / 277 人", timeout=25_000)
    worker.look("counts-live")
    wall = visitor({"viewport": {"width": 1920, "height": 1080}}, "worker")
    assert "没报" in said(wall.go(f"{roster}wall/"))


def fetch(visitor, worker, roster):
    """A home orders through its lead; the shopping group's list has it."""
    lead = visitor(PHONE, "13900007200")
    phone = lead.go(f"/mine{roster.replace('rosters', 'roster')}")
    phone.select_option("#id_entrance", "2")  # 1502 is a door of each of its entrances
    phone.fill("#id_door", "1502")
    phone.fill("#id_words", "米10斤，鸡蛋一板")
    press(phone, "交给代购组")
    lead.look("my-roster-asked")
    page = worker.go(f"{roster}supplies/")
    assert "1栋2单元1502" in "".join(said(page).split())
    assert "鸡蛋一板" in said(page)
    press(page, "买到了")
    worker.look("supplies-bought")
    worker.go(f"{roster}supply-sheet/")
