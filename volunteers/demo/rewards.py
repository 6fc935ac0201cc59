"""What comes of hours: gifts for points, records of service, one under the seal, one revoked."""

from collections import Counter
from datetime import timedelta

import time_machine

from volunteers.choices import HourState
from volunteers.demo import texts
from volunteers.demo.truth import HOME
from volunteers.models import Gift, Hour, Point
from volunteers.services.papers import make_paper, revoke_paper, seal_paper
from volunteers.services.points import cancel_redemption, hand_over_gift, redeem

REDEEMED, HANDED_OVER = 9, 5
PAPERS = 4


def reward(crew):
    """Gifts and papers of 锦绣社区."""
    community, chance = crew.areas[HOME], crew.chance
    partners = crew.partners[community.pk]
    gifts = [
        Gift.objects.create(
            area=community,
            partner=partners[partner],
            name=name,
            words=words,
            points=points,
            left=left,
            until=crew.today + timedelta(days=chance.randint(60, 200)),
        )
        for name, words, points, left, partner in texts.GIFTS
    ]
    redeem_some(crew, community, gifts)
    write_papers(crew, community)


def redeem_some(crew, community, gifts):
    """Most are handed over, some wait with their code, one was given back."""
    balances = {}
    for volunteer, balance in Point.objects.order_by("volunteer", "seq").values_list(
        "volunteer", "balance"
    ):
        balances[volunteer] = balance
    people = [v for v in crew.people[community.pk] if balances.get(v.pk, 0) >= 30]
    wu = next(v for v in crew.people[community.pk] if v.user == crew.staff["volunteer"])
    people = [wu, *[v for v in people if v != wu]][:REDEEMED]
    for n, volunteer in enumerate(people):
        gift = next(
            g
            for g in [*gifts[n % len(gifts) :], *gifts]
            if g.points <= balances.get(volunteer.pk, 0)
        )
        with time_machine.travel(crew.now - timedelta(hours=60 - 6 * n), tick=False):
            row = redeem(token=crew.uuid(), volunteer=volunteer, gift=gift, by=volunteer.user)
        with time_machine.travel(crew.now - timedelta(hours=50 - 6 * n), tick=False):
            if 0 < n <= HANDED_OVER:
                hand_over_gift(redemption=row, by=crew.staff["worker"])
            elif n == HANDED_OVER + 1:
                cancel_redemption(redemption=row, by=volunteer.user)


def write_papers(crew, community):
    """Records of the past year: two under the seal, one revoked, one as it is."""
    worker, secretary = crew.staff["worker"], crew.staff["secretary"]
    counted = Hour.objects.filter(state=HourState.COUNTED, volunteer__area=community)
    times = Counter(counted.values_list("volunteer", flat=True))
    wu = crew.staff["volunteer"]
    people = sorted(crew.people[community.pk], key=lambda v: (v.user != wu, -times[v.pk], v.pk))
    for n, volunteer in enumerate(people[:PAPERS]):
        with time_machine.travel(crew.now - timedelta(days=3, hours=n), tick=False):
            last = crew.today - timedelta(days=10)
            paper = make_paper(
                volunteer=volunteer,
                first_on=last - timedelta(days=300),
                last_on=last,
                by=worker,
            )
            if n in (0, 1):
                seal_paper(paper=paper, by=secretary)
            elif n == 2:
                revoke_paper(paper=paper, by=worker, why="名字打错了，另出了一份。")
