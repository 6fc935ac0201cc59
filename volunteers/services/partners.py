"""合伙人: firms, shops, schools and units. The contact is a person: sealed, a look is recorded."""

import json
import uuid

from django.db import transaction
from django.utils import timezone

from stations.foundation.phones import mask, normalise
from stations.foundation.refusal import refuse
from stations.foundation.sealed import seal, unseal
from stations.services.acts import record
from volunteers.choices import WishState
from volunteers.models import Gift, Match, Partner, Resource, Wish
from volunteers.services.gifts import end_gift
from volunteers.services.lists import end_resource
from volunteers.services.wishes import release_wish

LOOK = "volunteers.reveal_partner"


def locked(partner):
    """The partner as it stands now, held until the act ends."""
    # Rows that only point to the partner (a gift, a claimed wish) need not wait.
    rows = Partner.objects.select_for_update(of=("self",), no_key=True).select_related("area")
    return rows.get(pk=partner.pk)


def bound_to(partner):
    """What the contact's sealed name and phone are bound to."""
    return f"partner.contact:{partner.uuid}"


def sealed_contact(partner, name, phone):
    """Name and telephone of whom one rings there, sealed in one text; "" for neither."""
    facts = {"name": name.strip(), "phone": normalise(phone) if phone else ""}
    if not any(facts.values()):
        return ""
    return seal(json.dumps(facts, ensure_ascii=False), bound_to=bound_to(partner))


def contact_of(partner):
    """{"name", "phone"} in clear; whoever calls it records the look."""
    if not partner.contact_sealed:
        return {"name": "", "phone": ""}
    return json.loads(unseal(partner.contact_sealed, bound_to=bound_to(partner)))


def masked_contact(partner):
    """{"name": "王*", "phone": "139****0001"}."""
    facts = contact_of(partner)
    name = facts["name"]
    return {
        "name": f"{name[0]}{'*' * (len(name) - 1)}" if name else "",
        "phone": mask(facts["phone"]) if facts["phone"] else "",
    }


@transaction.atomic
def reveal_contact(*, partner, by):
    """The contact's name and telephone in clear; the look stands in the act log."""
    if not partner.contact_sealed:
        refuse("还没登记联系人。")
    record(LOOK, on=partner, by=by)
    return contact_of(partner)


def name_is_free(partner):
    """Refuse a name that another partner of the place has."""
    same = Partner.objects.current().filter(area=partner.area, name=partner.name)
    if same.exclude(pk=partner.pk).exists():
        refuse(f"“{partner.name}”已经登记过了。")


@transaction.atomic
def add_partner(*, area, by, name, kind, words="", contact_name="", contact_phone=""):
    """Somebody who brings something to the station."""
    partner = Partner(area=area, uuid=uuid.uuid4(), name=name, kind=kind, words=words)
    name_is_free(partner)
    partner.contact_sealed = sealed_contact(partner, contact_name, contact_phone)
    partner.save()
    record("volunteers.add_partner", on=partner, by=by)
    return partner


@transaction.atomic
def change_partner(*, partner, by, name, kind, words="", contact_name="", contact_phone=""):
    """What changed. The contact is never shown in the form: left empty it stays as it was."""
    partner = locked(partner)
    if partner.until:
        refuse("这家已经退出了，不能再改。")
    known = contact_of(partner)
    partner.name, partner.kind, partner.words = name, kind, words
    name_is_free(partner)
    partner.contact_sealed = sealed_contact(
        partner, contact_name or known["name"], contact_phone or known["phone"]
    )
    partner.save()
    record("volunteers.change_partner", on=partner, by=by)
    return partner


@transaction.atomic
def end_partner(*, partner, by):
    """They take part no more. Their contact is forgotten, what they gave stays.

    What they still offered is offered no more, wishes they claimed hang open again. What is
    being talked over is settled first: afterwards nobody knows whom to ring up.
    """
    partner = locked(partner)
    if partner.until:
        refuse("这家已经退出了。")
    if partner.teams.current().exists():
        refuse("它还有队伍。先改队伍，再退出。")
    partner.until, partner.contact_sealed = timezone.localdate(), ""
    partner.save(update_fields=["until", "contact_sealed"])
    end_offers(partner, by)
    record("volunteers.end_partner", on=partner, by=by)
    return partner


def end_offers(partner, by):
    """Wishes, resources and gifts, in this order and by key; refuses while a match runs."""
    for wish in Wish.objects.filter(partner=partner, state=WishState.CLAIMED).order_by("pk"):
        release_wish(wish=wish, by=by)
    for resource in Resource.objects.filter(partner=partner, ended_at=None).order_by("pk"):
        end_resource(resource=resource, by=by)
    if Match.objects.running().filter(resource__partner=partner).exists():
        refuse("还有没了结的对接，先记“送到了”或者“没谈成”，再退出。")
    for gift in Gift.objects.filter(partner=partner, ended_at=None).order_by("pk"):
        end_gift(gift=gift, by=by)
