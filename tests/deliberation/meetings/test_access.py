"""Who may see, convene, hold and end a meeting."""

import pytest
from django.db import transaction
from django.utils import timezone

from tests.deliberation.meetings.rows import TOMORROW, all_agree, in_days, plan, url

pytestmark = pytest.mark.django_db


EVERYBODY = (
    "worker",
    "secretary",
    "officer",
    "district",
    "volunteer",
    "admin",
    "sibling_worker",
    "far_officer",
    "stranger",
    "anonymous",
)


def statuses(*codes):
    return dict(zip(EVERYBODY, codes, strict=True))


LIST = statuses(200, 200, 200, 403, 403, 403, 200, 200, 403, 302)
CONVENE = statuses(200, 200, 403, 403, 403, 403, 200, 403, 403, 302)
SEE = statuses(200, 200, 200, 404, 404, 404, 404, 404, 404, 302)
HOLD_PAGE = statuses(200, 200, 403, 404, 404, 404, 404, 404, 404, 302)
ACT = statuses(302, 302, 403, 404, 404, 404, 404, 404, 404, 302)


def answers(sign_in, ask):
    """{who: status} of the same request by everybody, each undone at once."""
    found = {}
    for who in EVERYBODY:
        client = sign_in(who)
        point = transaction.savepoint()
        found[who] = ask(client).status_code
        transaction.savepoint_rollback(point)
    return found


def test_who_may_open_the_lists(estate, sign_in):
    for name in ("meetings", "resolutions"):
        assert answers(sign_in, lambda client, name=name: client.get(url(name))) == LIST


def test_who_may_convene(estate, other_estate, far_estate, sign_in):
    assert answers(sign_in, lambda client: client.get(url("meeting_new"))) == CONVENE


@pytest.mark.parametrize("name", ["meeting", "meeting_notice", "meeting_sheet", "meeting_minutes"])
def test_who_may_see_a_meeting(running, sign_in, name):
    assert answers(sign_in, lambda client: client.get(url(name, running.pk))) == SEE


def test_who_may_see_the_page_before_the_end(running, sign_in):
    address = url("meeting_ending", running.pk)
    assert answers(sign_in, lambda client: client.get(address)) == HOLD_PAGE


ON_PLANNED = {
    "meeting_change": lambda m: (m.pk, TOMORROW | {"day": timezone.localdate(in_days(5))}),
    "meeting_cancel": lambda m: (m.pk, {"reason": "停电"}),
    "meeting_start": lambda m: (m.pk, {}),
    "item_add": lambda m: (m.pk, {"title": "垃圾桶放哪里"}),
    "item_move": lambda m: (m.items.first().pk, {"way": "down"}),
    "item_take_off": lambda m: (m.items.first().pk, {"reason": "人不在"}),
}
ON_RUNNING = {
    "attendance_add": lambda m: (m.pk, {"party": "owners", "name": "黄伟", "presence": "room"}),
    "attendance_remove": lambda m: (m.attendances.first().pk, {}),
    "item_open": lambda m: (m.items.get(state="waiting").pk, {}),
    "item_position": lambda m: (open_pk(m), {"party": "owners", "stance": "agree"}),
    "item_draft": lambda m: (open_pk(m), {"text": "装四个。"}),
    "item_postpone": lambda m: (open_pk(m), {"reason": "等报价"}),
    "item_escalate": lambda m: (open_pk(m), {"reason": "要供电局来"}),
    "item_task": lambda m: (
        open_pk(m),
        {"title": "装桩", "responsible": "owners", "due_at": timezone.localdate(in_days(9))},
    ),
    "meeting_end": lambda m: (m.pk, {"words": "散会"}),
}


def open_pk(meeting):
    return meeting.items.get(state="open").pk


@pytest.mark.parametrize("name", ON_PLANNED)
def test_who_may_plan(planned, sign_in, name):
    pk, data = ON_PLANNED[name](planned)
    assert answers(sign_in, lambda client: client.post(url(name, pk), data)) == ACT


@pytest.mark.parametrize("name", ON_RUNNING)
def test_who_may_act_in_the_room(running, sign_in, name):
    pk, data = ON_RUNNING[name](running)
    assert answers(sign_in, lambda client: client.post(url(name, pk), data)) == ACT


def test_who_may_pass_and_drop(item, cast, sign_in):
    all_agree(item, cast("worker"))
    plan(item, cast("worker"))
    spare = plan(item, cast("worker"))
    drop, passing = url("planned_task_drop", spare.pk), url("item_pass", item.pk)
    assert answers(sign_in, lambda client: client.post(drop)) == ACT
    assert answers(sign_in, lambda client: client.post(passing, {"text": "装四个。"})) == ACT


@pytest.mark.parametrize("name", [*ON_PLANNED, *ON_RUNNING, "item_pass", "planned_task_drop"])
def test_acts_are_never_links(running, item, cast, sign_in, name):
    task = plan(item, cast("worker"))
    pks = {"attendance": running.attendances.first().pk, "item": item.pk, "planned": task.pk}
    pk = pks.get(name.split("_")[0], running.pk)
    pk = running.pk if name in ("item_add", "attendance_add") else pk
    assert sign_in("worker").get(url(name, pk)).status_code == 405
