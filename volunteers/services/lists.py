"""需求清单和资源清单: what is needed, and what somebody can give. Neither names who is helped."""

from django.db import transaction
from django.utils import timezone

from stations.foundation.refusal import refuse
from stations.services.acts import record
from volunteers.choices import MatchState, NeedSource, NeedState, VolunteerState
from volunteers.models import Match, Need, Resource
from volunteers.services.public_words import check_public
from volunteers.services.stale import mark_day

NEED_FACTS = ("title", "words", "sort", "help", "quantity", "unit", "first_on", "last_on")
CAME = (MatchState.DELIVERED, MatchState.RATED)
REFERRED = "转来的需求"  # what a need is called until somebody sorted it
RESOURCE_FACTS = (*NEED_FACTS, "worth_fen")


def locked(row):
    """A need or a resource as it is now, held until the act is done."""
    rows = type(row).objects.select_for_update(of=("self",))
    return rows.select_related("area").get(pk=row.pk)


def put(row, facts, allowed):
    """Take over what was typed, trimmed; refuse days that run backwards and somebody's data."""
    for key, value in facts.items():
        if key not in allowed:
            raise TypeError(f"no such fact: {key}")
        setattr(row, key, value.strip() if isinstance(value, str) else value)
    if row.quantity < 1:
        refuse("数量至少是 1。")
    if row.first_on and row.last_on and row.last_on < row.first_on:
        refuse("结束的日子在开始的前面，请再看一下。")
    check_public(row.title, row.words)


# 需求


@transaction.atomic
def add_need(*, area, by, token=None, home=None, source=NeedSource.STATION, **facts):
    """Write a need down. Words hold no telephone and no door: volunteers read them too.

    Sent twice (`token`) it is one need.
    """
    if token and (known := Need.objects.filter(token=token).first()):
        return known
    need = Need(area=area, home=home, source=source, by=by)
    put(need, facts, NEED_FACTS)
    if need.last_on and need.last_on < timezone.localdate():
        refuse("结束的日子已经过了，请改一下。")
    if token:
        need.token = token
    need.save()
    mark_day(area)
    record("volunteers.add_need", on=need, by=by)
    return need


def set_aside(need):
    """How much of a need is set aside, agreed or delivered already."""
    rows = Match.objects.filter(need=need).exclude(state=MatchState.DECLINED)
    return sum(rows.values_list("quantity", flat=True))


def follow(need):
    """The need stands as its matches say: 没对上, 对上了, 办成了."""
    rows = list(need.matches.exclude(state=MatchState.DECLINED).values_list("state", "quantity"))
    delivered = sum(quantity for state, quantity in rows if state in CAME)
    if delivered >= need.quantity:
        need.state = NeedState.MET
    elif sum(quantity for _, quantity in rows) >= need.quantity:
        need.state = NeedState.MATCHED
    else:
        need.state = NeedState.OPEN
    need.save(update_fields=["state"])
    mark_day(need.area, need.created_at)


@transaction.atomic
def change_need(*, need, by, **facts):
    """Change what is needed; not under what is set aside for it already.

    Cut down to what was delivered it is met.
    """
    need = locked(need)
    if need.state in (NeedState.MET, NeedState.CLOSED):
        refuse("这条需求已经了结，不能再改。")
    put(need, facts, NEED_FACTS)
    taken = set_aside(need)
    if need.quantity < taken:
        refuse(f"已经对上 {taken}{need.unit}，数量不能比这个少。")
    need.save()
    follow(need)
    record("volunteers.change_need", on=need, by=by)
    return need


@transaction.atomic
def close_need(*, need, by):
    """不用了: it is not needed any more. What is being talked over is answered first."""
    need = locked(need)
    if need.state in (NeedState.MET, NeedState.CLOSED):
        refuse("这条需求已经了结了。")
    if Match.objects.running().filter(need=need).exists():
        refuse("还有没了结的对接，先记“送到了”或者“没谈成”。")
    need.state = NeedState.CLOSED
    need.save(update_fields=["state"])
    mark_day(need.area, need.created_at)
    record("volunteers.close_need", on=need, by=by)
    return need


# 资源


@transaction.atomic
def add_resource(*, area, by, partner=None, volunteer=None, **facts):
    """Write down what a partner or a volunteer can give, all of it still to be had."""
    if (partner is None) == (volunteer is None):
        refuse("选一家合伙人，或者一位志愿者：资源总有一个给的人。")
    if partner and partner.until:
        refuse(f"{partner}已经退出。")
    if volunteer and volunteer.state == VolunteerState.LEFT:
        refuse("这位志愿者已经离开。")
    resource = Resource(area=area, partner=partner, volunteer=volunteer, by=by)
    put(resource, facts, RESOURCE_FACTS)
    if resource.last_on and resource.last_on < timezone.localdate():
        refuse("结束的日子已经过了，请改一下。")
    resource.left = resource.quantity
    resource.save()
    record("volunteers.add_resource", on=resource, by=by)
    return resource


@transaction.atomic
def change_resource(*, resource, by, **facts):
    """Change what can be given; never under what is given or set aside already."""
    resource = locked(resource)
    if resource.ended_at:
        refuse("这项资源已经不提供了，不能再改。")
    given = resource.quantity - resource.left
    put(resource, facts, RESOURCE_FACTS)
    if resource.quantity < given:
        refuse(f"已经用掉和留出 {given}{resource.unit}，数量不能比这个少。")
    resource.left = resource.quantity - given
    resource.save()
    record("volunteers.change_resource", on=resource, by=by)
    return resource


@transaction.atomic
def end_resource(*, resource, by):
    """不再提供: nothing new is taken from it; what was agreed stays agreed."""
    resource = locked(resource)
    if resource.ended_at:
        refuse("这项资源已经不提供了。")
    resource.ended_at = timezone.now()
    resource.save(update_fields=["ended_at"])
    record("volunteers.end_resource", on=resource, by=by)
    return resource
