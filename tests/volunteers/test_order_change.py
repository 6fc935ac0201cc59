"""改内容: an order that says too little, or the wrong thing, until somebody takes it; and an order
out of an issue, filled in with what is known there."""

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from deliberation.models import Event, Issue
from stations.models import Act, Duty, Message, Referral
from stations.services.referring import came_from, outcomes_from, refer
from tests.factories import BuildingFactory, EntranceFactory, HomeFactory, report
from tests.volunteers.order_rows import ask_of, entrance_in, fresh, order_in, put_out, taken
from tests.volunteers.parts.care import person_in
from tests.volunteers.rows import volunteer_in
from volunteers.choices import Help
from volunteers.models import Order
from volunteers.services import orders as services
from volunteers.services.beneficiaries import facts_of
from volunteers.services.orders.dispatching import asks_for_this_time

pytestmark = pytest.mark.django_db

PHONE = "13900006021"


@pytest.fixture
def entrance(estate):
    return EntranceFactory(building=BuildingFactory(area=estate))


@pytest.fixture
def issue(estate, entrance):
    HomeFactory(entrance=entrance, number="402")
    return report(estate, text="老人下不了楼，想请人买米。", entrance=entrance, door="402")


@pytest.fixture
def bare(estate, entrance, issue, worker):
    """As visits raised them before: of no kind, for nobody."""
    facts = {"from_obj": issue, "area": estate, "home": None, "text": "要人帮忙"}
    facts |= {"building": entrance.building, "entrance": entrance, "token": uuid.uuid4()}
    return refer(kind="volunteers.order", by=worker, **facts)


def change(order, by, **more):
    facts = {"help": order.help, "words": services.words_of(order)}
    facts |= {"building": order.building, "entrance": order.entrance}
    return services.change_order(order=order, by=by, **facts | more)


def changed_acts():
    return Act.objects.filter(verb="volunteers.change_order")


# the act


def test_who_was_named_nowhere_gets_a_kind_a_name_and_a_phone(bare, worker):
    order = change(bare, worker, help="errand", name="刘桂芳", phone=PHONE, door="402")
    assert (fresh(order).help, order.minutes) == ("errand", 40)
    assert facts_of(fresh(order).beneficiary) | {"words": ""} == {
        "name": "刘桂芳",
        "phone": PHONE,
        "door": "402",
        "words": "",
    }
    line = order.events.get(kind="changed")
    assert line.words == "要什么帮忙（跑腿代买）、帮谁" and "刘桂芳" not in line.public_words
    (act,) = changed_acts()
    assert act.detail == {"help": "errand"}
    duty = Duty.objects.open().get(kind="volunteers.dispatch", object_id=order.pk)
    assert "跑腿代买" in duty.title


def test_the_same_again_is_nothing(estate, worker):
    order = order_in(estate)
    helped = facts_of(order.beneficiary)
    change(order, worker, name=helped["name"], phone=helped["phone"])
    assert not changed_acts().exists() and not order.events.filter(kind="changed").exists()


def test_what_is_left_empty_stays(estate, worker):
    order = order_in(estate, words="买米")
    before = facts_of(order.beneficiary)
    order = change(order, worker, words="买面")
    assert services.words_of(order) == "买面" and facts_of(order.beneficiary) == before
    assert order.minutes == 40


def test_who_was_asked_for_something_else_need_not_answer(estate, worker):
    volunteer = volunteer_in(estate.parent)
    order = put_out(order_in(estate), worker, volunteer)
    order = change(order, worker, help="haircut")
    assert (order.state, ask_of(order, volunteer).state) == ("ordered", "withdrawn")
    assert Message.objects.filter(recipient=volunteer.user, title__startswith="内容改了").exists()
    assert Duty.objects.open().filter(kind="volunteers.dispatch", object_id=order.pk).exists()
    assert not asks_for_this_time(order).exists()  # and may be suggested for it anew
    put_out(order, worker, volunteer)
    assert fresh(order).state == "dispatched"


def test_other_words_ask_nobody_anew(estate, worker):
    volunteer = volunteer_in(estate.parent)
    order = put_out(order_in(estate), worker, volunteer)
    order = change(order, worker, words="再带一瓶醋")
    assert (order.state, ask_of(order, volunteer).state) == ("dispatched", "asked")


def test_another_place_leaves_the_home_behind(estate, entrance, worker):
    home = HomeFactory(entrance=entrance)
    order = order_in(estate, home=home, entrance=entrance)
    other = entrance_in(estate)
    order = change(order, worker, building=None, entrance=other)
    assert (order.home, order.entrance, order.building) == (None, other, other.building)
    helped = fresh(order).beneficiary
    assert (helped.home, helped.entrance) == (None, other)


def test_what_is_refused(estate, worker):
    gone = taken(order_in(estate), worker, volunteer_in(estate.parent))
    with pytest.raises(ValidationError, match="已接单"):
        change(gone, worker, help="haircut")
    person = person_in(estate, worker)
    known = order_in(estate, beneficiary=person)
    with pytest.raises(ValidationError, match="登记过的服务对象"):
        change(known, worker, name="别人")
    place = known.entrance
    order = change(known, worker, help="haircut", building=None, entrance=None)
    assert (order.help, order.entrance) == ("haircut", place)  # the place is on the person's page


# the page


def test_first_what_is_wanted_then_whom_to_ask(bare, estate, sign_in):
    client, address = sign_in("worker"), reverse("volunteers:order_change", args=[bare.pk])
    volunteer_in(estate.parent, helps=[Help.OTHER, Help.ERRAND])
    page = client.get(bare.get_absolute_url()).content.decode()
    assert "还没说要什么帮忙，先选一样，再派单。" in page and 'name="pick"' not in page
    assert f'<option value="e-{bare.entrance.code}" selected>' in page
    answer = client.post(address, {"help": "", "name": "刘桂芳"})
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "选一样要什么帮忙。" in text and "刘桂芳" in text  # kept as typed
    typed = {"help": "errand", "words": "买米", "name": "刘桂芳", "phone": PHONE}
    typed |= {"where": f"e-{bare.entrance.code}"}
    assert client.post(address, typed).status_code == 302
    page = client.get(bare.get_absolute_url()).content.decode()
    assert "还没说要什么帮忙" not in page and 'name="pick"' in page


def test_the_form_opens_where_it_is_asked_for(estate, worker, sign_in):
    order, client = order_in(estate), sign_in("worker")
    page = client.get(order.get_absolute_url()).content.decode()
    assert "?change=1#change" in page and 'id="change_words"' not in page
    page = client.get(f"{order.get_absolute_url()}?change=1").content.decode()
    assert 'id="change_words"' in page and "留过了，不改就空着" in page
    assert facts_of(order.beneficiary)["phone"] not in page
    taken(order, worker, volunteer_in(estate.parent))
    page = client.get(f"{order.get_absolute_url()}?change=1").content.decode()
    assert "改内容" not in page and 'id="change_words"' not in page


@pytest.mark.parametrize("who", ["officer", "volunteer", "sibling_worker", "stranger"])
def test_nobody_else_changes_it(who, bare, sign_in):
    address = reverse("volunteers:order_change", args=[bare.pk])
    assert sign_in(who).post(address, {"help": "errand"}).status_code in (403, 404)
    assert fresh(bare).help == "other"


# out of an issue


def new_url(issue, **more):
    query = "".join(f"&{key}={value}" for key, value in more.items())
    return f"{reverse('volunteers:order_new')}?from=deliberation.issue:{issue.pk}{query}"


def typed(issue, **more):
    facts = {"token": uuid.uuid4(), "help": "errand", "name": "周桂兰", "phone": PHONE}
    return facts | {"where": f"e-{issue.entrance.code}", "door": "402", "words": "买米"} | more


def test_the_form_comes_filled_in_and_the_look_is_recorded(issue, sign_in):
    page = sign_in("worker").get(new_url(issue)).content.decode()
    for part in (
        "来自诉求",
        issue.get_absolute_url(),
        "周桂兰",
        PHONE,
        'value="402"',
        "想请人买米",
    ):
        assert part in page, part
    assert f'<option value="e-{issue.entrance.code}" selected>' in page
    assert '<option value="" selected>选一样' in page or "选一样" in page
    (look,) = Act.objects.filter(verb="deliberation.reveal_phone")
    assert look.on_id == issue.pk


def test_a_door_without_a_building_is_asked_for_before_it_is_sent(issue, sign_in):
    """What came along is not enough to find anybody: the page says which part is missing."""
    client, marked = sign_in("worker"), "还差哪一栋"
    assert marked not in client.get(new_url(issue)).content.decode()
    Issue.objects.filter(pk=issue.pk).update(entrance=None, building=None)
    page = client.get(new_url(issue)).content.decode()
    assert marked in page and "只有门牌 402" in page
    field = page.split('<label for="id_where">')[1].split("</label>")[0]
    assert "选填" not in field and "写了门牌，就要选哪一栋" in page
    answer = client.post(new_url(issue), typed(issue, where=""))
    assert answer.status_code == 422 and "光有门牌找不到人" in answer.content.decode()
    assert client.post(new_url(issue), typed(issue)).status_code == 302
    fresh_page = client.get(reverse("volunteers:order_new")).content.decode()
    assert marked not in fresh_page and "写了门牌，就要选哪一栋" in fresh_page


def test_the_order_of_an_issue_and_both_ways(issue, worker, sign_in):
    client, facts = sign_in("worker"), typed(issue)
    for _ in range(3):
        assert client.post(new_url(issue), facts).status_code == 302
    order = Order.objects.get()
    assert order.home.number == "402" and order.channel == "referral"
    (back,) = came_from(order, worker)
    assert (back.state, back.url) == ("来自诉求", issue.get_absolute_url())
    ((kind, outcome),) = outcomes_from("deliberation.issue", [issue.pk])[issue.pk]
    assert (kind.key, outcome.url) == ("volunteers.order", order.get_absolute_url())
    line = Event.objects.get(issue=issue, kind="referred")
    assert (line.words, line.public_words) == ("转成点单", "社区正在请志愿者来帮忙。")
    page = client.get(issue.get_absolute_url()).content.decode()
    assert order.get_absolute_url() in page and order.get_state_display() in page
    assert issue.get_absolute_url() in client.get(order.get_absolute_url()).content.decode()
    assert not Act.objects.filter(verb="deliberation.reveal_phone").exists()  # only typed


def test_a_solved_issue_keeps_what_was_typed_and_makes_nothing(issue, sign_in):
    Issue.objects.filter(pk=issue.pk).update(state="done")
    answer = sign_in("worker").post(new_url(issue), typed(issue))
    assert answer.status_code == 422 and "不用再转了" in answer.content.decode()
    assert "周桂兰" in answer.content.decode()
    assert not Order.objects.exists() and not Referral.objects.exists()


@pytest.mark.parametrize("who", ["sibling_worker", "officer", "volunteer", "stranger"])
def test_nobody_else_takes_an_issue_over(who, issue, sign_in):
    client = sign_in(who)
    for answer in (client.get(new_url(issue)), client.post(new_url(issue), typed(issue))):
        assert answer.status_code in (403, 404)
    assert not Order.objects.exists()
    assert not Act.objects.filter(verb="deliberation.reveal_phone").exists()


@pytest.mark.parametrize("source", ["deliberation.issue:0", "x", "volunteers.order:1"])
def test_an_order_out_of_nothing_is_not_found(source, sign_in, estate):
    assert sign_in("worker").get(f"/orders/new/?from={source}").status_code == 404


def test_somebody_known_is_taken_over_without_a_look(issue, entrance, worker, sign_in):
    home = HomeFactory(entrance=entrance, number="101")
    person = person_in(issue.area, worker, home=home)
    page = sign_in("worker").get(new_url(issue, beneficiary=person.pk)).content.decode()
    assert "登记过的服务对象" in page and "想请人买米" in page and PHONE not in page
    assert not Act.objects.filter(verb="deliberation.reveal_phone").exists()


def test_an_issue_out_of_an_order_has_its_place(estate, sign_in):
    order = order_in(estate)
    sent = {"kind": "deliberation.issue", "text": "楼道灯不亮", "token": str(uuid.uuid4())}
    address = reverse("volunteers:order_refer", args=[order.pk])
    assert sign_in("worker").post(address, sent).status_code == 302
    raised = Issue.objects.get()
    assert (raised.building, raised.entrance) == (order.building, order.entrance)
    assert raised.channel == "order"
