"""点单: somebody asks for help, by a form, a card, a worker, or out of another page."""

import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone

from stations.foundation.codes import code_digest, code_from
from stations.foundation.sealed import seal
from stations.services.acts import RESIDENT, record
from stations.services.figures import mark_stale
from volunteers.choices import HELP_MINUTES, Help, OrderChannel, OrderEventKind
from volunteers.models import Beneficiary, Order
from volunteers.services.beneficiaries import new_beneficiary

from .chain import due_if_allowed, log
from .hearing import start_dispatch

WITHOUT_A_NAME = (OrderChannel.REFERRAL,)


def order_help(
    *,
    token,
    area,
    help,
    words="",
    name="",
    phone="",
    door="",
    building=None,
    entrance=None,
    home=None,
    wanted_on=None,
    part=None,
    minutes=None,
    channel=OrderChannel.FORM,
    by=None,
    beneficiary=None,
    package=None,
    team=None,
):
    """Ask for one piece of help. Returns (order, tracking code).

    `token` (UUID) comes with the form: sent twice, or twenty times at once, it is one order and
    one receipt. A regular `beneficiary` is named instead of name, phone and door; what was
    referred from another page needs neither. Refuses a day that is over or far away.
    """
    code = code_from(token)
    came = Order.objects.filter(token=token).first()
    if came:
        return came, code
    try:
        with transaction.atomic():
            order = _write(
                token=token,
                code=code,
                area=area,
                who={"name": name, "phone": phone, "door": door, "home": home},
                where={"building": building, "entrance": entrance},
                beneficiary=beneficiary,
                words=words.strip(),
                help=Help(help),
                wanted_on=wanted_on,
                part=part,
                minutes=minutes or HELP_MINUTES[Help(help)],
                channel=channel,
                by=by,
                package=package,
                team=team,
            )
    except IntegrityError:
        # The same form twice at once: the database keeps them one.
        if (order := Order.objects.filter(token=token).first()) is None:
            raise
    return order, code


def _write(*, code, who, where, beneficiary, words, **facts):
    now = timezone.now()
    due_at = due_if_allowed(facts["wanted_on"], facts["part"], now=now)
    helped = beneficiary or _helped(facts["area"], facts["channel"], who, where)
    order = Order(
        **facts,
        uuid=uuid.uuid4(),
        code_digest=code_digest(code),
        beneficiary=helped,
        home=who["home"] or helped.home,
        entrance=where["entrance"] or helped.entrance,
        building=where["building"] or helped.building,
        due_at=due_at,
        created_at=now,
        state_since=now,
    )
    if words:
        order.words_sealed = seal(words, bound_to=f"order.words:{order.uuid}")
    order.save()
    by = facts["by"]
    said = "您说要帮忙。" if by is None else "社区替您记下了。"
    log(order, OrderEventKind.ORDERED, by=by, public=said, is_resident=by is None)
    start_dispatch(order, fresh=True)
    mark_stale(area=order.area, day=timezone.localdate(now))
    actor = "" if by else RESIDENT
    record("volunteers.order_help", on=order, by=by, actor=actor, channel=order.channel)
    return order


def _helped(area, channel, who, where):
    """Whoever is helped: known by name or phone, or, when referred, by place alone."""
    place = {**where, "home": who["home"]}
    if who["name"].strip() or who["phone"] or channel not in WITHOUT_A_NAME:
        facts = {"name": who["name"], "phone": who["phone"], "door": who["door"]}
        return new_beneficiary(area=area, **place, **facts)
    home = who["home"]
    entrance = where["entrance"] or (home.entrance if home else None)
    building = where["building"] or (entrance.building if entrance else None)
    return Beneficiary.objects.create(area=area, home=home, entrance=entrance, building=building)
