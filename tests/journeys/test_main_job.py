"""The main job in a real browser: an issue's way from a resident's phone to the close.

Everything runs as `make run` runs it: web server, relay, worker and beat. On every page
passed axe finds nothing serious, the browser refused nothing, nothing is cut off.
"""

from datetime import date, timedelta

import pytest

from tests.journeys.conftest import OFFICE, PHONE, eventually
from tests.support.pictures import jpeg

pytestmark = pytest.mark.journey

SAID = "车棚的插座坏了三个，有一个都烧黑了。晚上没地方充电，好几家从窗户拉线下来，看着害怕。"
PHONE_NUMBER = "13900006021"
PEOPLE = {
    "branch": "李建国",
    "residents": "孙玉华",
    "owners": "何平",
    "property": "刘建军",
}


def day(days):
    return (date.today() + timedelta(days=days)).isoformat()  # noqa: DTZ011 - a form's date


def picture(name):
    return {"name": f"{name}.jpg", "mimeType": "image/jpeg", "buffer": jpeg(1200, 900)}


def report(visitor, *, said=SAID, consent=True):
    """A resident scans the code at the door and reports. Returns (visitor, tracking link)."""
    resident = visitor(PHONE)
    estate, door = visitor_place(resident.portal)
    resident.go(f"/q/{door}/")
    page = resident.page
    assert f"/e/{estate}/report/" in page.url
    page.click("label.pick:has-text('电动车')")
    page.fill("#id_text", said)
    page.set_input_files("input[name=photos]", [picture("one"), picture("two")])
    page.fill("input[name=name]", "周桂兰")
    page.fill("input[name=phone]", "+86 139 0000 6021")
    if consent:
        page.check("#id_consent_public")
    resident.look("report-filled")
    page.click("text=报上去")
    page.wait_for_url("**/received/")
    resident.widest_code()
    resident.look()
    link = page.get_attribute("a.track-link", "href")
    code = page.inner_text(".tracking-code")
    assert link.endswith(f"/track/#{code}")
    return resident, link


def visitor_place(portal):
    """锦绣江山's code and the code of a door of its building 3."""
    return portal.sql(
        """SELECT a.code, e.code FROM stations_area a
        JOIN stations_building b ON b.area_id = a.id AND b.number = 3
        JOIN stations_entrance e ON e.building_id = b.id AND e.number = 2
        WHERE a.name = '锦绣江山'"""
    )[0]


def issue_of(portal):
    """The newest issue's id and state."""
    return portal.sql("SELECT id, state FROM deliberation_issue ORDER BY id DESC LIMIT 1")[0]


def accept(worker, pk):
    worker.go(f"/issues/{pk}/")
    worker.page.fill("form[action$='/accept/'] textarea", "下周二开会商量，请您来听。")
    worker.page.click("form[action$='/accept/'] button[type=submit]")
    worker.page.wait_for_url(f"**/issues/{pk}/**")
    worker.look("issue-accepted")


def convene_and_resolve(worker, recorder, pk):
    """Before the four parties, from the agenda to the resolution."""
    page = worker.page
    open_act(page, "parties")
    page.click("#parties button[type=submit], form[action$='/parties/'] button[type=submit]")
    page.wait_for_load_state()
    worker.go(f"/meetings/new/?issue={pk}")
    page.fill("input[name=day]", day(2))
    page.fill("input[name=hour]", "19:30")
    page.fill("input[name=place]", "党群服务站二楼议事室")
    page.fill("input[name=chair]", "李建国")
    page.click("text=定下来")
    page.wait_for_url("**/meetings/*/")
    worker.look("meeting-planned")
    meeting = page.url
    for paper in ("notice", "sheet"):
        worker.go(f"{meeting.removeprefix(worker.portal.address)}{paper}/")
    worker.go(meeting.removeprefix(worker.portal.address))
    page.click("text=人到了，开会")
    page.wait_for_url("**/meetings/*/**")
    worker.look("meeting-open")
    # The record is kept on a phone from here on.
    recorder.go(meeting.removeprefix(worker.portal.address))
    page = recorder.page
    for party, name in PEOPLE.items():
        if not page.locator(".add-person").is_visible():
            page.click("#attend > summary")
        page.select_option(".add-person select[name=party]", party)
        page.fill(".add-person input[name=name]", name)
        page.click(".add-person button")
        page.wait_for_load_state()
        assert name in page.inner_text("main")
    for party in PEOPLE:
        stance = "if" if party == "owners" else "agree"
        row = page.locator(f"#stand-{party}")
        if stance == "if":
            row.locator("textarea").fill("公共收益最多出两万元，账要贴出来。")
        row.locator(f"input[value={stance}]").check(force=True)
        eventually(
            lambda party=party: recorder.portal.sql(
                "SELECT 1 FROM deliberation_position WHERE party = %s", party
            ),
            20,
        )
    recorder.look("meeting-positions")
    assert page.locator(".pass button.btn-main").is_disabled()
    page.fill("#id_text", "经四方商议，同意在 3 栋车棚装电动车充电桩四个。")
    eventually(lambda: "已存" in page.inner_text("#saved"), 20)
    page.click("button[name=insert]")
    eventually(lambda: "写进去了" in page.inner_text("#conditions"), 20)
    form = page.locator("#handed form[action$='/tasks/']")
    if not form.is_visible():
        page.click("#handed details.add-task > summary")
    form.locator("input[name=title]").fill("装充电桩、划线")
    form.locator("select[name=responsible]").select_option("property")
    form.locator("input[name=person]").fill("刘建军")
    form.locator("input[name=due_at]").fill(day(9))
    form.locator("button").click()
    eventually(lambda: "装充电桩、划线" in page.inner_text("#handed .handed"), 20)
    eventually(lambda: page.locator(".pass button.btn-main").is_enabled(), 20)
    recorder.look("meeting-ready")
    page.click(".pass button.btn-main")
    page.wait_for_load_state()
    assert issue_of(recorder.portal)[1] == "handling"
    recorder.go(meeting.removeprefix(worker.portal.address) + "ending/")
    page.fill("textarea[name=words]", "定下装充电桩四个，下月回头看。")
    page.click("main button.btn-main")
    page.wait_for_load_state()
    recorder.look("meeting-ended")
    worker.go(meeting.removeprefix(worker.portal.address) + "minutes/")
    assert "公共收益最多出两万元" in worker.page.inner_text("body")


def open_act(page, key):
    """Unfold an act of the issue page, unless it is the main one and already open."""
    details = page.locator(f"details#{key}")
    if details.count() and details.get_attribute("open") is None:
        details.locator("summary").click()


def do_and_verify(worker, colleague, pk):
    task = worker.portal.sql(
        "SELECT id FROM deliberation_task WHERE issue_id = %s AND state = 'open'", pk
    )[0][0]
    for person in (worker, colleague):
        person.go(f"/tasks/{task}/")
    page = worker.page
    progress = page.locator("form[action$='/progress/']")
    if not progress.is_visible():
        page.locator("details.act", has=progress).locator("summary").click()
    progress.locator("textarea").fill("施工队进场，先断了坏插座的电。")
    progress.locator("input[value=before]").check(force=True)
    progress.locator("input[type=file]").set_input_files([picture("before")])
    progress.locator("button[type=submit]").click()
    page.wait_for_load_state()
    worker.look("task-progress")
    finish = page.locator("form[action$='/finish/']")
    if not finish.is_visible():
        page.locator("details.act", has=finish).locator("summary").click()
    finish.locator("textarea").fill("四个充电桩通电，充满自动断电。")
    finish.locator("input[type=file]").set_input_files([picture("after")])
    finish.locator("button[type=submit]").click()
    page.wait_for_load_state()
    worker.look("task-finished")
    assert not page.locator("form[action$='/verify/']").count()  # never by oneself
    colleague.go(f"/tasks/{task}/")
    colleague.page.click("form[action$='/verify/'] button[type=submit]")
    colleague.page.wait_for_load_state()
    colleague.look("task-verified")
    assert issue_of(worker.portal) == (pk, "done")


def publish(worker, pk):
    page = worker.page
    worker.go(f"/issues/{pk}/publish/")
    page.fill("input[name=title]", "3 栋门口有了充电桩")
    page.fill("textarea[name=body]", "有事打 13900006021 找周桂兰。")
    page.click("button[name=preview]")
    page.wait_for_load_state()
    worker.look("publish-refused")
    assert "手机号" in page.inner_text("#look")
    assert not page.locator("button[name=publish]").count()
    page.fill("textarea[name=body]", "四个充电桩通电，充满自动断电，门口不再拉飞线。")
    page.click("button[name=preview]")
    page.wait_for_load_state()
    worker.look("publish-preview")
    page.click("button[name=publish]")
    page.wait_for_load_state()
    assert issue_of(worker.portal) == (pk, "noticed")


def rate(visitor, link, level, words):
    """The resident comes back through the link, on another phone."""
    resident = visitor(PHONE)
    resident.page.goto(link)
    resident.page.wait_for_url("**/track/*/")
    resident.look("track")
    assert SAID[:20] not in resident.page.content()
    assert "周桂兰" not in resident.page.content()
    resident.page.locator(f"input[name=level][value='{level}']").check(force=True)
    resident.page.fill("form[action$='/rate/'] textarea", words)
    resident.page.click("text=评好了")
    resident.page.wait_for_load_state()
    resident.look("track-rated")
    return resident


def test_from_a_residents_phone_to_a_closed_case(visitor):
    resident, link = report(visitor)
    portal = resident.portal
    pk, state = issue_of(portal)
    assert state == "received"
    worker, colleague = visitor(OFFICE, "worker"), visitor(OFFICE, "colleague")
    worker.go("/desk/")
    assert "车棚的插座坏了三个" in worker.page.inner_text("main")
    worker.go("/issues/?q=充电")
    assert "车棚的插座坏了三个" in worker.page.inner_text("main")
    accept(worker, pk)
    convene_and_resolve(worker, visitor(PHONE, "colleague"), pk)
    do_and_verify(worker, colleague, pk)
    publish(worker, pk)
    estate, _ = visitor_place(portal)
    for path in (f"/e/{estate}/", f"/e/{estate}/notices/"):
        resident.go(path)
        assert "3 栋门口有了充电桩" in resident.page.inner_text("main")
        assert PHONE_NUMBER not in resident.page.content()
    rated = rate(visitor, link, 5, "很快就装好了，谢谢。")
    rated.page.click("summary:has-text('看我写的和照片')")
    rated.page.fill("#id_tail", PHONE_NUMBER[-4:])
    rated.page.click("form[action$='/open/'] button")
    rated.page.wait_for_load_state()
    rated.look("track-open")
    assert "烧黑了" in rated.page.content()
    secretary = visitor(OFFICE, "secretary")
    secretary.go(f"/issues/{pk}/")
    secretary.page.click("form[action$='/close/'] button[type=submit]")
    secretary.page.wait_for_load_state()
    secretary.look("issue-closed")
    assert issue_of(portal) == (pk, "closed")
    # The roll-up is made by the real worker, from the real beat.
    officer = visitor(OFFICE, "officer")
    eventually(
        lambda: portal.sql(
            "SELECT 1 FROM stations_figure WHERE key = 'deliberation.satisfied' AND number > 0"
        )
    )
    officer.go("/dashboard/")
    assert "解决率" in officer.page.inner_text("main")


def test_a_low_rating_reopens_and_asks_for_a_call(visitor):
    resident, link = report(visitor, said="单元门口的路灯不亮有一个星期了，老人晚上怕摔。")
    portal = resident.portal
    pk, _ = issue_of(portal)
    worker, colleague = visitor(OFFICE, "worker"), visitor(OFFICE, "colleague")
    accept(worker, pk)
    page = worker.page
    open_act(page, "direct")
    form = page.locator("form[action$='/direct/']")
    form.locator("input[name=title]").fill("换灯")
    form.locator("select[name=responsible]").select_option("property")
    form.locator("input[name=due_at]").fill(day(5))
    form.locator("button[type=submit]").click()
    page.wait_for_load_state()
    worker.look("issue-direct")
    do_and_verify(worker, colleague, pk)
    publish(worker, pk)
    rate(visitor, link, 1, "第二天又不亮了。")
    assert issue_of(portal) == (pk, "accepted")
    worker.go("/desk/")
    assert "回电话" in worker.page.inner_text("main")
    open_act_page = worker.go(f"/issues/{pk}/")
    open_act(open_act_page, "call-back")
    assert "重办" in worker.page.inner_text("main") or "回访" in worker.page.inner_text("main")


def test_reminders_and_reports_are_made_by_real_processes(visitor):
    _, _ = report(visitor, said="电梯停了一天了，高层的老人下不了楼。")
    worker = visitor(OFFICE, "worker")
    portal = worker.portal
    pk, _ = issue_of(portal)
    portal.sql(
        """UPDATE stations_duty SET since = now() - interval '9 days',
        half_at = now() - interval '8 days', most_at = now() - interval '7 days',
        until = now() - interval '1 day' WHERE object_id = %s AND ended_at IS NULL""",
        pk,
    )
    eventually(
        lambda: portal.sql(
            """SELECT count(*) FROM stations_told t JOIN stations_duty d ON d.id = t.duty_id
            WHERE d.object_id = %s AND t.step = 100 HAVING count(*) >= 4""",
            pk,
        )
    )
    worker.go("/messages/")
    assert "已经超期" in worker.page.inner_text("main")
    officer = visitor(OFFICE, "officer")
    officer.go("/messages/")
    assert "已经超期" in officer.page.inner_text("main")
    officer.go("/reports/")
    officer.page.locator("main form[method=post] button[type=submit]").first.click()
    officer.page.wait_for_url("**/reports/*/")
    officer.look("report-being-made")
    officer.go("/desk/")  # left, and found again
    officer.go("/reports/")
    ready = """SELECT r.id FROM stations_report r JOIN stations_area a ON a.id = r.area_id
        WHERE a.name = '庆云街道' AND r.word <> '' LIMIT 1"""
    done = eventually(lambda: portal.sql(ready))[0][0]
    officer.page.reload()
    officer.look("reports-ready")
    officer.go(f"/reports/{done}/")
    for kind in ("word", "excel"):
        with officer.page.expect_download() as fetched:
            officer.page.click(f"a[href$='/{kind}/']")
        assert fetched.value.path().stat().st_size > 3000
