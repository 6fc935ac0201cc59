"""Leaving: what somebody had in hand goes back, and no act takes hold of who is just going."""

import threading
import time
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from stations.models import Act, Message
from tests.factories import BuildingFactory
from tests.volunteers.rows import partner_in, team_in, volunteer_in
from volunteers.choices import MatchState, MemberState, NeedState, Sort, VolunteerState, WishState
from volunteers.models import Claim, Gift, Membership, Position, Resource
from volunteers.services import (
    gifts,
    lists,
    matches,
    partners,
    people,
    posts,
    profiles,
    rosters,
    teams,
    wishes,
)
from volunteers.services.matching import suggest_resources

at_once = pytest.mark.django_db(transaction=True)
alone = pytest.mark.django_db


def started(act, results):
    """The act in a thread of its own; what came of it, or its exception, goes into `results`."""

    def run():
        try:
            results.append(act())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def begun_before_the_end_of(first, second):
    """`second` begins while `first` is done but not committed. Gives what came of the second."""
    results = []
    with transaction.atomic():
        first()
        thread = started(second, results)
        time.sleep(0.6)
    thread.join(20)
    return results[0]


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def told(user):
    return list(Message.objects.filter(recipient=user).order_by("pk").values_list("title", "body"))


def wish_of(volunteer, estate, by):
    wish = wishes.add_wish(
        token=uuid.uuid4(), area=estate, first_name="小满", title="一盏台灯", by=by
    )
    wish = wishes.publish_wish(wish=wish, by=by)
    return wishes.claim_wish(wish=wish, by=volunteer.user, volunteer=volunteer)


def standing(volunteer, estate, by):
    """A place in an emergency of the estate."""
    BuildingFactory(area=estate, number=7)
    roster = rosters.open_roster(area=estate, title="台风", by=by)
    lead = roster.positions.get(group="")
    rosters.fill_roster(roster=roster, by=by, choices={lead.pk: volunteer.pk})
    return fresh(lead)


def offer(area, by, **giver):
    facts = {"title": "修灯", "sort": Sort.SKILL, "quantity": 5, "unit": "次"}
    return lists.add_resource(area=area, by=by, **giver, **facts)


def need_in(area, by, quantity=1):
    return lists.add_need(
        area=area, by=by, title="修灯", sort=Sort.SKILL, quantity=quantity, unit="次"
    )


def post_in(area, by):
    return posts.add_post(area=area, kind="autonomy", title="看门", words="看", by=by)


# what goes back


@alone
def test_who_leaves_gives_everything_back_and_the_station_hears(estate, community, cast):
    worker, one = cast("worker"), volunteer_in(community, estate=estate)
    lead, wish = standing(one, estate, worker), wish_of(one, estate, worker)
    post = post_in(community, worker)
    posts.claim_post(post=post, volunteer=one, by=one.user)
    need = need_in(estate, worker)
    resource = offer(estate, worker, volunteer=one)
    match = matches.propose_match(need=need, resource=resource, by=worker)
    profiles.leave(volunteer=one, by=one.user)
    assert fresh(lead).volunteer is None
    assert not fresh(lead.roster).positions.filled().exists()
    assert (fresh(wish).state, fresh(wish).volunteer) == (WishState.OPEN, None)
    assert posts.held(post) == 0
    assert fresh(match).state == MatchState.DECLINED
    assert fresh(need).state == NeedState.OPEN
    assert not suggest_resources(fresh(need))
    said = told(worker)
    assert any(title == "应急：7栋空出来了" for title, _ in said)
    [body] = [body for title, body in said if title.startswith("一位志愿者不做了")]
    assert body == "心愿“一盏台灯”、岗位“看门”、说好的“修灯”，请再找人接着做。"
    # What they did themselves they need not hear.
    assert not any("换人" in title or "放回" in title for title, _ in told(one.user))


@alone
def test_what_is_over_stays_as_it_was(estate, community, cast):
    worker, one = cast("worker"), volunteer_in(community, estate=estate)
    lead, wish = standing(one, estate, worker), wish_of(one, estate, worker)
    rosters.close_roster(roster=lead.roster, by=worker)
    wishes.fulfil_wish(wish=wish, by=one.user)
    profiles.leave(volunteer=one, by=one.user)
    assert fresh(lead).volunteer == one
    assert fresh(wish).volunteer == one
    assert not any("不做了" in title or "空出来" in title for title, _ in told(worker))


@alone
def test_a_rest_leaves_a_red_gap_and_nothing_else(estate, community, cast):
    worker, one = cast("worker"), volunteer_in(community, estate=estate)
    lead, wish = standing(one, estate, worker), wish_of(one, estate, worker)
    profiles.pause_volunteer(volunteer=one, by=one.user)
    assert fresh(lead).volunteer is None
    assert fresh(wish).volunteer == one
    assert any(title == "应急：7栋空出来了" for title, _ in told(worker))
    act = Act.objects.filter(verb="volunteers.fill_roster").order_by("pk").last()
    assert (act.by, act.detail["cleared"]) == (one.user, True)


@alone
def test_a_partner_who_takes_part_no_more_is_not_offered(estate, community, cast):
    worker, partner = cast("worker"), partner_in(community)
    need, resource = need_in(estate, worker), offer(estate, worker, partner=partner)
    gift = gifts.add_gift(area=community, partner=partner, name="米", points=2, left=1, by=worker)
    wish = wishes.add_wish(
        token=uuid.uuid4(), area=estate, first_name="小满", title="一盏台灯", by=worker
    )
    wish = wishes.publish_wish(wish=wish, by=worker)
    wishes.claim_wish(wish=wish, by=worker, partner=partner)
    match = matches.propose_match(need=need, resource=resource, by=worker)
    with pytest.raises(ValidationError, match="还有没了结的对接"):
        partners.end_partner(partner=partner, by=worker)
    assert fresh(partner).until is None
    assert fresh(resource).ended_at is None
    assert fresh(wish).partner == partner
    matches.decline_match(match=match, by=worker)
    partners.end_partner(partner=partner, by=worker)
    assert not suggest_resources(fresh(need))
    assert not Resource.objects.current().filter(partner=partner).exists()
    assert not Gift.objects.current().filter(pk=gift.pk).exists()
    assert (fresh(wish).state, fresh(wish).partner) == (WishState.OPEN, None)


# at the same time


@at_once
def test_choosing_a_leader_and_their_leaving_do_not_wait_for_each_other(
    community, cast, monkeypatch
):
    worker, one = cast("worker"), volunteer_in(community)
    team = team_in(community, members=[one])
    membership = Membership.objects.get(volunteer=one)
    chosen, going = threading.Event(), threading.Event()
    check, locked_people, results = teams.check, teams.locked_people, []

    def slow_check(row):
        chosen.set()
        going.wait(1)
        return check(row)

    def held(keys):
        found = locked_people(keys)
        if chosen.is_set():
            going.set()
        return found

    monkeypatch.setattr(teams, "check", slow_check)
    monkeypatch.setattr(teams, "locked_people", held)
    first = started(lambda: teams.change_team(team=team, by=worker, leader=one), results)
    chosen.wait(5)
    second = started(lambda: teams.leave_team(membership=membership, by=one.user), results)
    first.join(20)
    second.join(20)
    assert [type(one) for one in results] == [type(team), ValidationError]
    assert "还带着这个队" in str(results[1])


@at_once
def test_who_leaves_the_team_or_altogether_does_not_lead_it(community, cast):
    worker, one, other = cast("worker"), volunteer_in(community), volunteer_in(community)
    team = team_in(community, members=[one, other])
    membership = Membership.objects.get(volunteer=other)
    for who, leaving in (
        (one, lambda: profiles.leave(volunteer=one, by=one.user)),
        (other, lambda: teams.leave_team(membership=membership, by=other.user)),
    ):
        answer = begun_before_the_end_of(
            leaving, lambda who=who: teams.change_team(team=team, by=worker, leader=who)
        )
        assert "不在这个队" in str(answer)
        assert fresh(team).leader is None


@at_once
def test_who_is_made_leader_does_not_leave(community, cast):
    worker, one = cast("worker"), volunteer_in(community)
    team = team_in(community, members=[one])
    answer = begun_before_the_end_of(
        lambda: teams.change_team(team=team, by=worker, leader=one),
        lambda: profiles.leave(volunteer=one, by=one.user),
    )
    assert "您还带着队" in str(answer)
    assert fresh(one).state == VolunteerState.ACTIVE


@at_once
@pytest.mark.parametrize("way", ["admit", "join_team", "come_back", "with_account"])
def test_nobody_comes_into_a_team_that_is_dissolved_meanwhile(community, cast, way):
    worker, one, team = cast("worker"), volunteer_in(community), team_in(community)
    if way == "admit":
        asked = Membership.objects.create(team=team, volunteer=one, area=community)
    if way == "come_back":
        profiles.leave(volunteer=one, by=one.user)
    ways = {
        "admit": lambda: people.admit(membership=asked, by=worker),
        "join_team": lambda: people.join_team(team=team, by=one.user),
        "come_back": lambda: profiles.come_back(by=one.user, team=team),
        "with_account": lambda: people.join_with_account(team=team, by=worker),
    }
    answer = begun_before_the_end_of(lambda: teams.end_team(team=team, by=worker), ways[way])
    assert isinstance(answer, ValidationError)
    held = [MemberState.APPLIED, MemberState.IN]
    assert not Membership.objects.filter(team=team, state__in=held).exists()


@at_once
def test_who_is_just_going_is_put_nowhere_and_claims_nothing(community, estate, cast):
    worker = cast("worker")
    BuildingFactory(area=estate, number=7)
    roster = rosters.open_roster(area=estate, title="台风", by=worker)
    lead, post = roster.positions.get(group=""), post_in(community, worker)
    acts = (
        lambda who: rosters.fill_roster(roster=roster, by=worker, choices={lead.pk: who.pk}),
        lambda who: rosters.change_position(position=lead, by=worker, who=who.pk),
        lambda who: posts.claim_post(post=post, volunteer=who, by=who.user),
    )
    for act in acts:
        one = volunteer_in(community, estate=estate)
        answer = begun_before_the_end_of(
            lambda one=one: profiles.leave(volunteer=one, by=one.user),
            lambda act=act, one=one: act(one),
        )
        assert isinstance(answer, ValidationError)
    assert not Position.objects.filled().exists()
    assert not Claim.objects.exists()


@at_once
def test_who_was_put_there_a_moment_ago_leaves_a_gap(community, estate, cast):
    worker, one = cast("worker"), volunteer_in(community, estate=estate)
    BuildingFactory(area=estate, number=7)
    roster = rosters.open_roster(area=estate, title="台风", by=worker)
    lead = roster.positions.get(group="")
    answer = begun_before_the_end_of(
        lambda: rosters.fill_roster(roster=roster, by=worker, choices={lead.pk: one.pk}),
        lambda: profiles.leave(volunteer=one, by=one.user),
    )
    assert answer.state == VolunteerState.LEFT
    assert fresh(lead).volunteer is None
