"""What people hear about joining, being admitted, and who they are."""

from stations.messages import settled, tell, tell_each


def asked_key(membership):
    """The key under which somebody is asked to let this member in, so that it can be taken back."""
    return f"volunteers.asked:{membership.pk}"


def join_answered(*, membership, recipient_ids):
    """A yes or a no was said: to whoever else was asked it is no news any more."""
    settled(key=asked_key(membership), recipient_ids=recipient_ids)


def asked_to_join(*, membership, recipient_id):
    """To whoever decides: somebody wants to join the team."""
    return tell(
        recipient_id=recipient_id,
        key=asked_key(membership),
        title=f"有人想加入{membership.team}",
        body="打个电话认识一下，再点同意。",
        url=f"/mine/members/{membership.pk}/",
    )


def asked_to_join_staff(*, membership, recipient_id):
    """The same to the station, where a team has nobody who leads it."""
    return tell(
        recipient_id=recipient_id,
        key=asked_key(membership),
        title=f"有人想加入{membership.team}，这个队还没有队长",
        body="打个电话认识一下，再点同意。",
        url=f"/teams/{membership.team_id}/",
    )


def admitted(*, membership):
    """To the volunteer: welcome."""
    return tell(
        recipient_id=membership.volunteer.user_id,
        key=f"volunteers.admitted:{membership.pk}",
        title=f"欢迎加入{membership.team}",
        body="现在可以接单、报名活动了。",
        url="/mine/",
    )


def not_admitted(*, membership):
    """To the volunteer: not this time, in kind words."""
    return tell(
        recipient_id=membership.volunteer.user_id,
        key=f"volunteers.refused:{membership.pk}",
        title=f"{membership.team}这次没有加上",
        body="别的队也缺人手，可以再选一个。有疑问请问服务站。",
        url="/mine/standing/",
    )


def phone_is_known(*, user, team, day):
    """To whoever has this telephone already: somebody filled in the form with it."""
    return tell(
        recipient_id=user.pk,
        key=f"volunteers.phone_known:{team.pk}:{day}",
        title=f"有人用您的手机号报名{team}",
        body="是您的话，请从“我的”里加入这个队；不是您，不用理会，账号没有变。",
        url="/mine/standing/",
    )


def verified(*, identity):
    """To the person: their ID was checked."""
    return tell(
        recipient_id=identity.user_id,
        key=f"volunteers.verified:{identity.pk}",
        title="身份核对过了",
        body="现在可以报时数、确认时数。",
        url="/identity/",
    )


def made_leader(*, team, recipient_id, day):
    """To whoever leads a team from now on."""
    return tell(
        recipient_id=recipient_id,
        key=f"volunteers.leader:{team.pk}:{day}",
        title=f"您现在带{team}",
        body="新来的人由您点头，队里的时数由您先确认。",
        url=f"/mine/team/{team.pk}/",
    )


def insurance_ends_soon(volunteers):
    """To these volunteers: their insurance ends, the station renews it."""
    said = "服务站会给您续。没续上以前，过了这一天，修理、打扫、陪诊、巡查先不派给您。"
    tell_each(
        {
            "recipient_id": volunteer.user_id,
            "key": f"volunteers.insurance:{volunteer.pk}:{volunteer.insured_until:%Y%m%d}",
            "title": f"您的志愿者保险{volunteer.insured_until:%-m月%-d日}到期",
            "body": said,
            "url": "/mine/profile/",
        }
        for volunteer in volunteers
    )


def given_back(*, volunteer, recipient_id, what, most=4):
    """To the station: somebody does not go on, and this is free again."""
    more = f"等{len(what)}样" if len(what) > most else ""
    return tell(
        recipient_id=recipient_id,
        key=f"volunteers.given_back:{volunteer.pk}:{volunteer.left_at.timestamp():.6f}",
        title="一位志愿者不做了，手上的事空出来了",
        body=f"{'、'.join(what[:most])}{more}，请再找人接着做。",
        url=volunteer.get_absolute_url(),
    )
