"""时数: opened, confirmed by two people, shown, counted, taken back."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from stations.choices import Role
from stations.models import Act, Duty, Message, User
from tests.volunteers.hour_rows import People, be_verified, morning, over, refused, staff_in
from tests.volunteers.rows import team_in, volunteer_in
from volunteers.choices import Help, HourSource, HourState
from volunteers.models import Hour, Point, Volunteer
from volunteers.services import hours
from volunteers.services.hours.counting import next_numbers

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(community):
    return People(community)


def verbs():
    return list(Act.objects.order_by("pk").values_list("verb", flat=True))


# ---- an hour begins


@pytest.mark.parametrize(
    "words", ["给3栋2单元402王桂芳买药", "帮人买药，电话13812345678", "打一三八一二三四五六七八"]
)
def test_words_tell_nobodys_telephone_or_door(people, words):
    assert "请去掉再报" in refused(hours.report_hours, **said(people, words=words))
    assert not Hour.objects.exists()


@pytest.mark.parametrize("day, minutes", [((9999, 12, 31, 23, 30), 60), ((1, 1, 2), 60)])
def test_days_at_either_end_of_time_are_refused_in_words(people, day, minutes):
    began = timezone.make_aware(datetime(*day))
    assert refused(hours.report_hours, **said(people, began_at=began, minutes=minutes))


def test_the_same_time_is_told_anew_after_it_was_taken_back(people, secretary):
    hour = hours.report_hours(**said(people))
    Hour.objects.update(created_at=timezone.now() - timedelta(hours=1))
    hours.confirm_for_team(hour=hour, by=people.leader.user)
    hours.confirm_as_station(hour=hour, by=people.worker)
    over(hour)
    hours.count_hours()
    assert "已经报过" in refused(hours.report_hours, **said(people))
    hours.reverse_hours(hour=hour, by=secretary, why="队选错了")
    assert hours.report_hours(**said(people)).pk != hour.pk


def test_an_hour_waits_for_two_people(people):
    hour = people.hour(minutes=75)
    assert (hour.minutes, hour.state, hour.person_keys) == (75, HourState.REPORTED, [])
    told = Message.objects.get()
    assert (told.recipient, told.url) == (people.leader.user, "/mine/confirm/")


def test_an_order_has_one_hour_however_often_it_is_opened(people, estate):
    from tests.volunteers.hour_orders import order_of

    order = order_of(estate, people.volunteer)
    first = people.hour(order=order)
    assert people.hour(order=order).pk == first.pk
    assert Hour.objects.count() == 1


@pytest.mark.parametrize(
    "minutes, span, kept",
    [(None, 0, 1), (None, 90, 90), (None, 15 * 60, 720), (45, 90, 45), (0, 90, 1)],
)
def test_minutes_of_an_hour_are_within_a_minute_and_twelve_hours(people, minutes, span, kept):
    began = morning()
    hour = hours.open_hour(
        volunteer=people.volunteer,
        area=people.community,
        help=Help.ERRAND,
        began_at=began,
        ended_at=began + timedelta(minutes=span),
        source=HourSource.CLOCK,
        minutes=minutes,
    )
    assert hour.minutes == kept


def said(people, **more):
    facts = {
        "volunteer": people.volunteer,
        "help": Help.CLEANING,
        "began_at": morning(),
        "minutes": 60,
        "words": "清了楼道",
        "area": people.community,
        "team": people.team,
    }
    return facts | more


def test_a_volunteer_says_what_they_did_and_the_station_hears_of_it(people):
    hour = hours.report_hours(**said(people))
    assert (hour.source, hour.minutes, hour.words) == (HourSource.SAID, 60, "清了楼道")
    duty = Duty.objects.get()
    assert (duty.kind, duty.object_id, duty.role) == (hours.CONFIRM_DUTY, hour.pk, Role.WORKER)
    assert verbs() == ["volunteers.report_hours"]


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"minutes": 9}, "最少"),
        ({"minutes": 721}, "最多报12小时"),
        ({"began_at": morning(8)}, "最近7天"),
        ({"began_at": timezone.now()}, "还没到"),
        ({"words": " "}, "写一句"),
    ],
)
def test_what_cannot_be_said(people, change, sentence):
    assert sentence in refused(hours.report_hours, **said(people, **change))
    assert not Hour.objects.exists()


def test_the_same_is_not_said_twice_and_not_for_another_team(people, community):
    other = team_in(community)
    assert "不在这个队" in refused(hours.report_hours, **said(people, team=other))
    hours.report_hours(**said(people))
    assert "已经报过" in refused(hours.report_hours, **said(people))


def test_who_is_not_verified_says_nothing_yet(people, community):
    stranger = volunteer_in(community, is_verified=False)
    sentence = refused(hours.report_hours, **said(people, volunteer=stranger, team=None))
    assert "身份证" in sentence


# ---- two people


def test_two_people_confirm_and_three_days_begin(people):
    hour = people.hour()
    once = hours.confirm_for_team(hour=hour, by=people.leader.user)
    assert (once.state, once.lead_by, once.shown_until) == ("reported", people.leader.user, None)
    twice = hours.confirm_as_station(hour=hour, by=people.worker)
    assert (twice.state, twice.odd, twice.other_as) == (HourState.SHOWN, "", "station")
    left = twice.shown_until - timezone.now()
    assert timedelta(days=2, hours=23) < left <= timedelta(days=3)
    assert verbs() == ["volunteers.confirm_hours"] * 2
    assert Message.objects.filter(recipient=people.volunteer.user).count() == 1


def test_the_order_of_the_two_does_not_matter(people):
    hour = people.hour()
    hours.confirm_as_station(hour=hour, by=people.worker)
    assert hours.confirm_for_team(hour=hour, by=people.leader.user).state == HourState.SHOWN


def test_the_person_served_confirms_by_telephone(people, estate):
    from tests.volunteers.hour_orders import order_of

    hour = people.hour(order=order_of(estate, people.volunteer))
    hours.confirm_as_served(hour=hour, phone="13911112222")
    hour = hours.confirm_for_team(hour=hour, by=people.leader.user)
    assert (hour.state, hour.other_as, hour.other_by) == (HourState.SHOWN, "served", None)
    assert Act.objects.filter(actor="居民", verb="volunteers.confirm_hours").count() == 1


def test_without_an_order_nobody_was_served(people):
    sentence = refused(hours.confirm_as_served, hour=people.hour(), phone="13911112222")
    assert "服务站" in sentence


def test_each_side_confirms_once(people, community):
    hour = people.hour()
    hours.confirm_for_team(hour=hour, by=people.leader.user)
    assert "队里已经" in refused(hours.confirm_for_team, hour=hour, by=people.leader.user)
    hours.confirm_as_station(hour=hour, by=people.worker)
    assert "不用再" in refused(hours.confirm_as_station, hour=hour, by=people.worker)


def test_only_the_leader_or_the_deputy_speaks_for_a_team(people, community, secretary):
    member = volunteer_in(community)
    hour = people.hour()
    assert "队长" in refused(hours.confirm_for_team, hour=hour, by=member.user)
    # A secretary only where nobody of the team can.
    assert "代劳" in refused(hours.confirm_for_team, hour=hour, by=secretary)
    people.team.deputy = member
    people.team.save()
    assert hours.confirm_for_team(hour=hour, by=member.user).lead_by == member.user


def test_a_leader_who_served_is_confirmed_by_the_deputy_and_else_by_a_secretary(
    people, community, secretary
):
    own = people.hour(volunteer=people.leader)
    assert "您自己的" in refused(hours.confirm_for_team, hour=own, by=people.leader.user)
    assert hours.confirm_for_team(hour=own, by=secretary).lead_by == secretary
    people.team.deputy = volunteer_in(community)
    people.team.save()
    again = people.hour(volunteer=people.leader, at=14)
    assert "代劳" in refused(hours.confirm_for_team, hour=again, by=secretary)
    assert hours.confirm_for_team(hour=again, by=people.team.deputy.user).lead_at


def test_without_a_team_a_secretary_speaks_for_it(people, secretary):
    hour = people.hour(team=None)
    assert "书记" in refused(hours.confirm_for_team, hour=hour, by=people.worker)
    hours.confirm_for_team(hour=hour, by=secretary)
    assert hours.confirm_as_station(hour=hour, by=people.worker).state == HourState.SHOWN


@pytest.mark.parametrize("who", ["officer", "district", "admin", "volunteer", "sibling_worker"])
def test_nobody_else_is_the_station(people, cast, who):
    hour = people.hour()
    be_verified(cast(who), people.community)
    assert "本社区的工作人员" in refused(hours.confirm_as_station, hour=hour, by=cast(who))
    assert "确认" in refused(hours.confirm_for_team, hour=hour, by=cast(who))
    hour.refresh_from_db()
    assert (hour.lead_at, hour.other_at) == (None, None)


def test_who_nobody_verified_confirms_nothing_and_hears_what_to_do(people, community):
    fresh = staff_in(community, Role.WORKER)
    sentence = refused(hours.confirm_as_station, hour=people.hour(), by=fresh)
    assert "还没有当面核对身份" in sentence
    stranger = volunteer_in(community, is_verified=False)
    hour = people.hour(volunteer=stranger)
    sentence = refused(hours.confirm_as_station, hour=hour, by=people.worker)
    assert str(stranger) in sentence and "身份证" in sentence


def test_the_duty_of_the_station_ends_with_its_word(people):
    hour = hours.report_hours(**said(people))
    hours.confirm_for_team(hour=hour, by=people.leader.user)
    assert Duty.objects.open().count() == 1
    hours.confirm_as_station(hour=hour, by=people.worker)
    assert not Duty.objects.open().filter(kind=hours.CONFIRM_DUTY).exists()


# ---- odd ones


def test_what_is_odd_goes_to_the_secretary(people):
    hour = people.held()
    assert hour.state == HourState.HELD
    assert "超过8小时" in hour.odd
    duty = Duty.objects.open().get()
    assert (duty.kind, duty.role) == (hours.DECIDE_DUTY, Role.SECRETARY)


def test_a_long_day_counts_everything_of_it(people):
    assert people.shown(minutes=400, at=7).state == HourState.SHOWN
    hour = people.shown(minutes=240, at=14)
    assert "这一天加起来10小时40分" in hour.odd


def test_two_places_at_a_time(people):
    people.shown(minutes=60, at=9)
    assert "时间重着" in people.shown(minutes=60, at=9).odd
    assert people.shown(minutes=60, at=10).odd == ""  # one after the other


@pytest.mark.parametrize(
    "at, minutes, help, is_odd",
    [
        (5, 30, Help.ERRAND, True),
        (6, 30, Help.ERRAND, False),
        (22, 60, Help.ERRAND, False),
        (22, 61, Help.ERRAND, True),
        (23, 30, Help.ERRAND, True),
        (23, 120, Help.PATROL, False),
    ],
)
def test_at_night(people, at, minutes, help, is_odd):
    hour = people.shown(at=at, minutes=minutes, help=help)
    assert ("夜里" in hour.odd) is is_odd


def test_much_that_is_only_said(people):
    facts = said(people, minutes=270)
    hour = hours.report_hours(**facts)
    Hour.objects.update(created_at=timezone.now() - timedelta(hours=1))
    hours.confirm_for_team(hour=hour, by=people.leader.user)
    hour = hours.confirm_as_station(hour=hour, by=people.worker)
    assert hour.odd == "自己报的，超过4小时，没有点单也没有活动"


def test_begun_and_confirmed_at_once(people):
    now = timezone.now()
    hour = people.hour(began_at=now - timedelta(seconds=90), ended_at=now, help=Help.PATROL)
    hours.confirm_for_team(hour=hour, by=people.leader.user)
    assert "两分钟" in hours.confirm_as_station(hour=hour, by=people.worker).odd


def test_more_minutes_than_there_were(people):
    began = morning()
    hour = hours.open_hour(
        volunteer=people.volunteer,
        area=people.community,
        help=Help.ERRAND,
        began_at=began,
        ended_at=began + timedelta(minutes=60),
        source=HourSource.CLOCK,
        team=people.team,
        minutes=90,
    )
    hours.confirm_for_team(hour=hour, by=people.leader.user)
    assert "还长" in hours.confirm_as_station(hour=hour, by=people.worker).odd


def test_twenty_confirmations_in_ten_minutes_are_many(people, community):
    for at in range(20):
        other = volunteer_in(community)
        hour = people.hour(volunteer=other)
        hours.confirm_for_team(hour=hour, by=people.leader.user)
        # Each time another worker, so that only the leader is quick.
        by = be_verified(staff_in(community, Role.WORKER), community) if at > 18 else people.worker
        hour = hours.confirm_as_station(hour=hour, by=by)
        assert hour.odd == ""
    hour = people.hour()
    hours.confirm_as_station(hour=hour, by=by)
    assert "二十多条" in hours.confirm_for_team(hour=hour, by=people.leader.user).odd


def test_many_at_once_by_the_first_of_the_two_are_many_as_well(people, community):
    """The leader hurries, the station's many hands do not."""
    workers = [be_verified(staff_in(community, Role.WORKER), community) for _ in range(3)]
    rows = [people.hour(volunteer=volunteer_in(community)) for _ in range(21)]
    for hour in rows:
        hours.confirm_for_team(hour=hour, by=people.leader.user)
    odd = [hours.confirm_as_station(hour=h, by=workers[n % 3]).odd for n, h in enumerate(rows)]
    assert all(f"{people.leader}十分钟里确认了二十多条" in words for words in odd)


def test_a_secretary_speaks_for_a_leader_whose_account_is_out_of_use(people, secretary):
    hour = people.hour()
    assert "由队长" in refused(hours.confirm_for_team, hour=hour, by=secretary)
    User.objects.filter(pk=people.leader.user_id).update(is_active=False)
    assert hours.confirm_for_team(hour=hour, by=secretary).lead_by == secretary


def test_a_secretary_decides(people, secretary):
    hour = people.held()
    for worker in (people.worker, people.leader.user):
        assert "书记" in refused(
            hours.decide_hours, hour=hour, by=worker, counts=True, words="是真的"
        )
    hour = hours.decide_hours(hour=hour, by=secretary, counts=True, words="问过了，是真的")
    assert (hour.state, hour.decided_by) == (HourState.SHOWN, secretary)
    assert not Duty.objects.open().exists()
    no = people.held(days=3)
    no = hours.decide_hours(hour=no, by=secretary, counts=False, words="没有这回事")
    assert no.state == HourState.REFUSED
    assert Message.objects.filter(key=f"volunteers.hours_refused:{no.pk}").count() == 1


def test_no_secretary_decides_what_they_confirmed_or_did(people, community, secretary):
    hour = people.hour(team=None, minutes=540)
    hours.confirm_for_team(hour=hour, by=secretary)
    hours.confirm_as_station(hour=hour, by=people.worker)
    sentence = refused(hours.decide_hours, hour=hour, by=secretary, counts=True, words="好")
    assert "另一位书记" in sentence
    assert "volunteers.hours_attempt" in verbs()


def test_what_still_waits_can_only_be_refused(people, secretary):
    hour = hours.report_hours(**said(people))
    assert "两边还没" in refused(
        hours.decide_hours, hour=hour, by=secretary, counts=True, words="好"
    )
    hour = hours.decide_hours(hour=hour, by=secretary, counts=False, words="没有这回事")
    assert hour.state == HourState.REFUSED
    assert not Duty.objects.open().exists()


# ---- three days on show


def test_somebody_of_the_team_objects(people, community, secretary):
    hour = people.shown()
    member = volunteer_in(community)
    assert "同队" in refused(hours.object_hours, hour=hour, by=member.user, words="他没来")
    assert "自己的" in refused(
        hours.object_hours, hour=hour, by=people.volunteer.user, words="多了"
    )
    hour = hours.object_hours(hour=hour, by=people.leader.user, words="他没来")
    assert (hour.state, hour.objection, hour.shown_until) == (HourState.HELD, "他没来", None)
    hour = hours.decide_hours(hour=hour, by=secretary, counts=True, words="来了，有照片")
    assert "已经看过" in refused(hours.object_hours, hour=hour, by=people.leader.user, words="没来")


def test_what_was_only_asked_for_again_can_be_objected_to_on_show(people, secretary):
    """The leader objected before both had confirmed: the team had not seen it yet."""
    hour = people.hour()
    hours.object_hours(hour=hour, by=people.leader.user, words="没看到他")
    hours.decide_hours(hour=hour, by=secretary, counts=True, words="在场")
    again = refused(hours.object_hours, hour=hour, by=people.leader.user, words="没看到他")
    assert "已经看过" in again
    hours.confirm_as_station(hour=hour, by=people.worker)
    assert hours.confirm_for_team(hour=hour, by=people.leader.user).state == HourState.SHOWN
    hour = hours.object_hours(hour=hour, by=people.leader.user, words="只待了十分钟")
    assert hour.state == HourState.HELD


def test_after_three_days_nobody_objects_any_more(people):
    hour = people.shown()
    over(hour)
    assert "公示已经过了" in refused(
        hours.object_hours, hour=hour, by=people.leader.user, words="他没来"
    )


def test_hours_count_when_three_days_are_over(people, estate):
    early = people.shown(area=estate)
    assert hours.count_hours() == 0
    over(early)
    assert hours.count_hours() == 1
    assert hours.count_hours() == 0
    hour = Hour.objects.get(pk=early.pk)
    assert (hour.state, hour.number) == (
        HourState.COUNTED,
        f"FW-{timezone.localdate():%Y%m}-000001",
    )
    assert Point.objects.get().points == 2
    from stations.models import Stale

    assert Stale.objects.filter(area=estate, day=timezone.localdate(hour.began_at)).exists()


def test_numbers_have_no_gap_and_begin_anew_each_month(people):
    for days in (2, 3, 4):
        people.counted(days=days)
    assert sorted(Hour.objects.values_list("number", flat=True)) == next_numbers_from(1, 3)
    later = timezone.now() + timedelta(days=40)
    assert next_numbers(later, 2) == [
        f"FW-{timezone.localtime(later):%Y%m}-000001",
        f"FW-{timezone.localtime(later):%Y%m}-000002",
    ]


def test_counting_goes_on_batch_after_batch(monkeypatch):
    """Its key does not grow with the batches: 200 of them would not fit."""
    from volunteers.tasks import batches
    from volunteers.tasks import hours as tasks

    class Job:
        key = "2939393"

    written = []
    monkeypatch.setattr(tasks, "count_hours", lambda: hours.BATCH)
    monkeypatch.setattr(batches, "later", lambda kind, key: written.append(key))
    for _ in range(300):
        tasks.counting(Job)
        Job.key = written[-1]
    assert written[0] == "2939393+1" and written[-1] == "2939393+300"


def next_numbers_from(first, count):
    month = f"{timezone.localdate():%Y%m}"
    return [f"FW-{month}-{n:06d}" for n in range(first, first + count)]


def test_points_are_the_full_half_hours_of_everything(people):
    people.counted(minutes=50, days=2)
    people.counted(minutes=50, days=3)
    people.counted(minutes=20, days=4)  # 100 minutes and 20 are four half hours
    lines = list(Point.objects.order_by("seq").values_list("points", "balance"))
    assert lines == [(1, 1), (2, 3), (1, 4)]


# ---- taken back


def test_a_reversal_is_a_row_and_takes_the_points_back(people, secretary):
    hour = people.counted(minutes=90)
    back = hours.reverse_hours(hour=hour, by=secretary, why="记错了人")
    assert (back.minutes, back.state, back.reverses) == (-90, HourState.COUNTED, hour)
    assert [back.number] == next_numbers_from(2, 1)
    assert list(Point.objects.order_by("seq").values_list("kind", "points", "balance")) == [
        ("earned", 3, 3),
        ("taken_back", -3, 0),
    ]
    hour.refresh_from_db()
    assert (hour.minutes, hour.state) == (90, HourState.COUNTED)
    assert "冲销过" in refused(hours.reverse_hours, hour=hour, by=secretary, why="再来")
    assert "已经计入" in refused(hours.reverse_hours, hour=back, by=secretary, why="再来")


@pytest.mark.parametrize("who", ["worker", "leader", "volunteer"])
def test_only_a_secretary_takes_back(people, who):
    hour = people.counted()
    by = people.worker if who == "worker" else getattr(people, who).user
    assert "书记" in refused(hours.reverse_hours, hour=hour, by=by, why="错了")


def test_nobody_but_another_secretary_takes_back_their_own(people, community, secretary):
    own = volunteer_in(community, user=secretary)
    hour = people.counted(volunteer=own)
    assert "另一位" in refused(hours.reverse_hours, hour=hour, by=secretary, why="错了")
    assert Volunteer.objects.get(pk=own.pk).points.count() == 1


def test_only_shown_hours_ask_the_oddities_of_others(people):
    """Refused and reversed hours are in nobody's way."""
    from volunteers.services.hours.oddities import oddities

    hour = people.counted(minutes=60)
    secretary = be_verified(staff_in(people.community, Role.SECRETARY), people.community)
    assert oddities(people.hour(minutes=60))
    hours.reverse_hours(hour=hour, by=secretary, why="错了")
    Hour.objects.filter(state="reported").update(state="refused")
    assert oddities(people.hour(minutes=60)) == []
