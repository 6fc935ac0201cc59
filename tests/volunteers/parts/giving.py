"""giving: its share of the tests that walk the whole portal."""

import uuid
from datetime import timedelta

from django.utils import timezone

from stations.models import Duty, Message
from stations.registries import handovers
from tests.volunteers import giving as rows
from tests.volunteers.order_rows import done
from tests.volunteers.rows import partner_in
from volunteers.models import Wish
from volunteers.services.order_sources import order_out_of

PROMISED = {
    "volunteers.publish_wish": 2,
    "volunteers.wish_late": 3,
    "volunteers.pass_on_wish": 3,
    "volunteers.answer_match": 5,
    "volunteers.witness_donation": 2,
}


def build(world, cast):
    """A wish the volunteer took on, a match of a partner, a donation, an offer of their own."""
    worker, community = cast("worker"), world.area.parent
    volunteer = rows.volunteer_of(cast("volunteer"), community)
    world.wish = rows.claimed_wish(
        world.area, worker, volunteer, name="刘小满", phone="13900000999"
    )
    world.need = rows.need_in(world.area, worker)
    world.resource = rows.resource_in(community, worker)
    world.match = rows.match_in(
        world.area, worker, resource=world.resource, need=world.need, quantity=5
    )
    world.own_resource = rows.resource_in(community, worker, volunteer=volunteer)
    world.donation = rows.donation_in(community, worker, cast("colleague"))


def pk(name):
    return lambda world: {"pk": getattr(world, name).pk}


def nothing(world):
    return {}


def code(world):
    return {"code": world.area.code}


OF_WISHES = (
    "wish", "wish_publish", "wish_claim", "wish_release", "wish_fulfil", "wish_thank",
    "wish_cancel", "wish_reveal", "wish_photo", "wish_photo_small", "my_wish", "my_wish_claim",
    "my_wish_release", "my_wish_hand_in", "asked_wish_claim", "wish_return", "wish_photo_remove",
)  # fmt: skip
WALK = {
    **dict.fromkeys(
        [
            "wishes", "wish_new", "my_wishes", "my_resources", "asked", "lists", "fits", "balance",
            "need_new", "resource_new", "donations", "donation_new", "needs_export",
            "resources_export", "donations_export",
        ],
        nothing,
    ),
    **dict.fromkeys(["public_wishes", "public_wish_new", "public_donations"], code),
    **dict.fromkeys(OF_WISHES, pk("wish")),
    **dict.fromkeys(["need", "need_edit", "need_close", "need_met", "need_match"], pk("need")),
    **dict.fromkeys(["resource", "resource_edit", "resource_end"], pk("resource")),
    "my_resource_end": pk("own_resource"),
    **dict.fromkeys(
        [
            "match", "match_agree", "match_decline", "match_deliver", "match_rate",
            "asked_answer", "asked_rate",
        ],
        pk("match"),
    ),
    **dict.fromkeys(
        ["donation", "donation_use", "donation_witness", "donation_receipt"], pk("donation")
    ),
}  # fmt: skip


class Stage:
    """Brings wishes, needs, matches and donations to where an act is possible."""

    def giver(self):
        return rows.volunteer_of(self.cast("volunteer"), self.estate.parent)

    def drafted_wish(self):
        return rows.wish_in(self.estate, self.worker, name="刘小满", phone="13900000999")

    def open_wish(self):
        partner_in(self.estate.parent)
        self.giver()
        return rows.open_wish(self.estate, self.worker)

    def claimed_wish(self):
        return rows.claimed_wish(self.estate, self.worker, self.giver())

    def wish_with_photo(self):
        from tests.support.pictures import remade
        from volunteers.services.wishes import hand_in_wish

        return hand_in_wish(wish=self.claimed_wish(), by=self.worker, photo=remade())

    def fulfilled_wish(self):
        from volunteers.services.wishes import fulfil_wish

        return fulfil_wish(wish=self.claimed_wish(), by=self.worker)

    def partners_wish(self):
        self.partner = partner_in(self.estate.parent, user=self.cast("volunteer"))
        return rows.open_wish(self.estate, self.worker)

    def need(self):
        self.offer = rows.resource_in(self.estate.parent, self.worker)
        return rows.need_in(self.estate, self.worker)

    def served_need(self):
        """A need for somebody's skill whose order is done."""
        facts = {"title": "理发", "sort": "skill", "help": "haircut", "unit": "次"}
        need = rows.need_in(self.estate, self.worker, **facts | {"quantity": 1})
        source = handovers["volunteers.need"].give(need.pk, self.worker, "")
        facts = {"area": self.estate, "token": uuid.uuid4(), "help": "haircut"}
        order, _ = order_out_of(source=source, by=self.worker, **facts)
        done(order, self.worker, self.giver())
        return need

    def resource(self):
        return rows.resource_in(self.estate.parent, self.worker)

    def own_resource(self):
        return rows.resource_in(self.estate.parent, self.worker, volunteer=self.giver())

    def match(self):
        return rows.match_in(self.estate, self.worker, resource=self.own_resource())

    def agreed_match(self):
        return rows.agreed_match(self.estate, self.worker)

    def delivered_match(self):
        return rows.delivered_match(self.estate, self.worker, resource=self.own_resource())

    def giving_partner(self):
        self.cast("colleague")
        self.partner = partner_in(self.estate.parent)
        return self.estate.parent

    def donation(self):
        return rows.donation_in(self.estate.parent, self.worker, self.cast("colleague"))

    def donation_to_witness(self):
        place, colleague = self.estate.parent, self.cast("colleague")
        return rows.donation_in(place, colleague, self.worker, is_witnessed=False)


S = Stage


def told(**data):
    return lambda stage, found: data


def nobody(stage):
    return None


THING = {"title": "轮椅", "sort": "goods", "quantity": 2, "unit": "把"}
ACTS = {
    "wish_new": (
        "worker",
        nobody,
        lambda stage, found: {
            "area": stage.estate.pk,
            "first_name": "小满",
            "title": "一双棉鞋",
            "name": "刘小满",
            "phone": "13900000999",
            "token": uuid.uuid4(),
        },
        ["add_wish"],
    ),
    "public_wish_new": (
        "anonymous",
        lambda stage: stage.estate,
        lambda stage, found: {
            "first_name": "小满",
            "title": "一双棉鞋",
            "phone": "13900000999",
            "token": uuid.uuid4(),
        },
        ["add_wish"],
    ),
    "wish_publish": (
        "worker",
        S.drafted_wish,
        told(first_name="小满", title="一双棉鞋", words=""),
        ["publish_wish"],
    ),
    "wish_claim": (
        "worker",
        S.open_wish,
        lambda stage, found: {"giver": f"v-{stage.giver().pk}"},
        ["claim_wish"],
    ),
    "wish_release": ("worker", S.claimed_wish, told(), ["release_wish"]),
    "wish_fulfil": ("worker", S.claimed_wish, told(), ["fulfil_wish"]),
    "wish_return": ("worker", S.fulfilled_wish, told(), ["return_wish"]),
    "wish_photo_remove": ("worker", S.wish_with_photo, told(), ["remove_wish_photo"]),
    "wish_thank": ("worker", S.fulfilled_wish, told(thanks="鞋很暖和，谢谢"), ["thank_wish"]),
    "wish_cancel": ("worker", S.open_wish, told(), ["cancel_wish"]),
    "wish_reveal": ("worker", S.drafted_wish, told(), ["reveal_beneficiary"]),
    "my_wish_claim": ("volunteer", S.open_wish, told(), ["claim_wish"]),
    "my_wish_release": ("volunteer", S.claimed_wish, told(), ["release_wish"]),
    "my_wish_hand_in": ("volunteer", S.claimed_wish, told(), ["hand_in_wish"]),
    "asked_wish_claim": ("volunteer", S.partners_wish, told(), ["claim_wish"]),
    "my_resources": (
        "volunteer",
        lambda stage: stage.giver() and None,
        told(**THING),
        ["add_resource"],
    ),
    "my_resource_end": ("volunteer", S.own_resource, told(), ["end_resource"]),
    "asked_answer": ("volunteer", S.match, told(answer="yes"), ["agree_match"]),
    "asked_rate": ("volunteer", S.delivered_match, told(rating="5"), ["rate_match"]),
    "need_new": (
        "worker",
        nobody,
        lambda stage, found: {"area": stage.estate.pk, "source": "station", **THING},
        ["add_need"],
    ),
    "need_edit": ("worker", S.need, told(**THING), ["change_need"]),
    "need_close": ("worker", S.need, told(), ["close_need"]),
    "need_met": ("worker", S.served_need, told(), ["meet_need"]),
    "need_match": (
        "worker",
        S.need,
        lambda stage, found: {"resource": stage.offer.pk},
        ["propose_match"],
    ),
    "resource_new": (
        "worker",
        S.giving_partner,
        lambda stage, found: {"area": found.pk, "giver": f"p-{stage.partner.pk}", **THING},
        ["add_resource"],
    ),
    "resource_edit": ("worker", S.resource, told(**THING), ["change_resource"]),
    "resource_end": ("worker", S.resource, told(), ["end_resource"]),
    "match_agree": ("worker", S.match, told(side="need", who="电话里说好"), ["agree_match"]),
    "match_decline": ("worker", S.match, told(why="太远"), ["decline_match"]),
    "match_deliver": ("worker", S.agreed_match, told(words="送到服务站"), ["deliver_match"]),
    "match_rate": ("worker", S.delivered_match, told(side="need", rating="5"), ["rate_match"]),
    "donation_new": (
        "worker",
        S.giving_partner,
        lambda stage, found: {
            "partner": stage.partner.pk,
            "what": "大米",
            "quantity": 10,
            "unit": "袋",
            "worth_fen": "800",
            "received_on": timezone.localdate(),
            "received_by": stage.worker.pk,
            "witness": stage.cast("colleague").pk,
        },
        ["take_donation"],
    ),
    "donation_witness": ("worker", S.donation_to_witness, told(), ["witness_donation"]),
    "donation_use": (
        "worker",
        S.donation,
        lambda stage, found: {
            "quantity": 3,
            "where": "三户独居老人",
            "used_on": timezone.localdate(),
        },
        ["use_donation"],
    ),
    "donations_export": (
        "worker",
        lambda stage: stage.donation() and None,
        None,
        ["export_donations"],
    ),
    "needs_export": ("worker", lambda stage: stage.need() and None, None, ["export_needs"]),
    "resources_export": (
        "worker",
        lambda stage: stage.resource() and None,
        None,
        ["export_resources"],
    ),
}
# First names and things only; who wished it is seen through wish_reveal alone.
READ = {
    "wishes", "wish", "wish_photo", "wish_photo_small", "public_wishes", "public_donations",
    "my_wishes", "my_wish", "asked", "lists", "fits", "balance", "need", "resource", "match",
    "donations", "donation", "donation_receipt",
}  # fmt: skip


def late_wishes(cast, estate):
    """One that has just become late, and one that is late for so long that it goes back."""
    volunteer = rows.volunteer_of(cast("volunteer"), estate.parent)
    for days in (1, 20):
        wish = rows.claimed_wish(estate, cast("worker"), volunteer)
        day = timezone.localdate() - timedelta(days=days)
        Wish.objects.filter(pk=wish.pk).update(claimed_until=day)
    return {}, lambda: (
        sorted(Wish.objects.values_list("state", flat=True)),
        Duty.objects.open().filter(kind="volunteers.wish_late").count(),
        Message.objects.filter(recipient=cast("volunteer")).count(),
    )


CASES = {"volunteers.tend_wishes": late_wishes}
