"""What is given: wishes, donations with where they went, needs, resources and their matches."""

import json
from datetime import timedelta

import time_machine

from stations.foundation.sealed import seal
from stations.models import Stale
from volunteers.choices import WishKind, WishState
from volunteers.demo import texts
from volunteers.demo.truth import ESTATE, HOME, WISHES_FULFILLED
from volunteers.models import Donation, DonationUse, Need, Resource, Wish
from volunteers.services.matches import (
    agree_match,
    answers_alone,
    deliver_match,
    propose_match,
    rate_match,
)
from volunteers.services.wishes import add_wish, bound_to, hand_in_wish, tend_wishes

ESTATES = (ESTATE, ESTATE, ESTATE, "锦绣家园", "电力宿舍")
WAITING = 8  # the number of the need that waits for both sides
OPEN, CLAIMED = 5, 3  # after the fulfilled ones; the rest are drafts


def kind_of(title):
    """A thing is wished for with 想要; everything else takes somebody's time."""
    return WishKind.THING if title.startswith(("想要", "想换")) else WishKind.HELP


class Giving:
    """Wishes and gifts of 锦绣社区."""

    def __init__(self, crew):
        self.crew, self.chance = crew, crew.chance
        self.community = crew.areas[HOME]
        self.workers = crew.workers(self.community)["worker"]
        self.partners = crew.partners[self.community.pk]
        self.days = set()

    def write(self):
        self.wish()
        self.donate()
        self.match()
        Stale.objects.bulk_create([Stale(area_id=area, day=day) for area, day in self.days])

    # wishes

    def wish(self):
        """27 came true in the past year; some are on the board, some not yet."""
        rows = []
        for n, (first_name, title, words, yuan) in enumerate(texts.WISHES):
            if n >= WISHES_FULFILLED + OPEN + CLAIMED:
                self.draft(first_name, title, words, yuan, n)
                continue
            rows.append(self.row(n, first_name, title, words, yuan))
        Wish.objects.bulk_create(sorted(rows, key=lambda wish: wish.created_at))
        brought = Wish.objects.get(token=rows[WISHES_FULFILLED + OPEN + CLAIMED - 1].token)
        hand_in_wish(wish=brought, by=brought.volunteer.user)
        tend_wishes()

    def draft(self, first_name, title, words, yuan, n):
        with time_machine.travel(self.crew.now - timedelta(hours=5 * n - 160), tick=False):
            add_wish(
                token=self.crew.uuid(),
                area=self.crew.areas[ESTATE],
                first_name=first_name,
                title=title,
                words=words,
                kind=kind_of(title),
                worth_fen=yuan * 100 if yuan else None,
                name=self.crew.name(),
                phone=self.crew.phone(),
                by=self.workers[0],
            )

    def row(self, n, first_name, title, words, yuan):
        crew = self.crew
        place = self.crew.areas[ESTATES[n % len(ESTATES)]]
        ago = 355 - n * 13 if n < WISHES_FULFILLED else (n - WISHES_FULFILLED) * 3 + 4
        made = crew.moment(crew.today - timedelta(days=ago), 10)
        wish = Wish(
            uuid=crew.uuid(),
            token=crew.uuid(),
            area=place,
            first_name=first_name,
            title=title,
            words=words,
            kind=kind_of(title),
            worth_fen=yuan * 100 if yuan else None,
            state=WishState.OPEN,
            by=self.chance.choice(self.workers),
            created_at=made,
        )
        facts = json.dumps({"name": crew.name(), "phone": crew.phone()}, ensure_ascii=False)
        if n < WISHES_FULFILLED:
            self.fulfil(wish, n)
        else:
            wish.who_sealed = seal(facts, bound_to=bound_to(wish))
            if n >= WISHES_FULFILLED + OPEN:
                self.claim(wish, late=n == WISHES_FULFILLED + OPEN)
        return wish

    def fulfil(self, wish, n):
        wish.claimed_at = wish.created_at + timedelta(days=self.chance.randint(1, 4))
        wish.claimed_until = (wish.claimed_at + timedelta(days=14)).date()
        wish.fulfilled_at = wish.claimed_at + timedelta(days=self.chance.randint(1, 9))
        if n % 3:
            wish.volunteer = self.chance.choice(self.crew.people[self.community.pk])
        else:
            wish.partner = self.chance.choice(list(self.partners.values()))
        wish.state = WishState.FULFILLED
        if n % 4:
            wish.state = WishState.THANKED
            wish.thanks = texts.THANKS[n % len(texts.THANKS)]
            wish.thanked_at = wish.fulfilled_at + timedelta(days=2)
        self.days.add((wish.area_id, wish.fulfilled_at.date()))

    def claim(self, wish, *, late):
        days = -2 if late else 9
        wish.state = WishState.CLAIMED
        wish.claimed_until = self.crew.today + timedelta(days=days)
        wish.claimed_at = self.crew.now + timedelta(days=days - 14)
        wish.created_at = min(wish.created_at, wish.claimed_at - timedelta(days=1))
        wish.volunteer = self.chance.choice(self.crew.people[self.community.pk])

    # donations

    def donate(self):
        """Sixteen firms, and where a part of it went. Numbered in the order of the days."""
        one, two = self.workers[:2]
        days = sorted(self.crew.days_ago(20, 330) for _ in texts.DONATIONS)
        order = self.chance.sample(texts.DONATIONS, len(texts.DONATIONS))
        rows, numbers = [], {}
        for day, (firm, _, what, quantity, unit, yuan) in zip(days, order, strict=True):
            numbers[day.year] = numbers.get(day.year, 0) + 1
            rows.append(
                Donation(
                    number=f"SJ-{day.year}-{numbers[day.year]:04d}",
                    area=self.community,
                    partner=self.partners[firm],
                    what=what,
                    quantity=quantity,
                    unit=unit,
                    worth_fen=yuan * 100,
                    received_on=day,
                    received_by=one,
                    witness=two,
                    created_at=self.crew.moment(day, 15),
                    witnessed_at=self.crew.moment(day, 15),
                )
            )
            self.days.add((self.crew.areas[ESTATE].pk, day))
        uses = [use for row in rows for use in self.uses(row)]
        Donation.objects.bulk_create(rows)
        DonationUse.objects.bulk_create(uses)

    def uses(self, donation):
        where = texts.USES.get(donation.what, ())
        left = donation.quantity
        for n, words in enumerate(where):
            last = n == len(where) - 1
            share = self.chance.choice((1.0, 0.8)) if last else 0.5
            quantity = max(1, round(left * share))
            left -= quantity
            donation.used += quantity
            day = donation.received_on + timedelta(days=self.chance.randint(2, 18))
            yield DonationUse(
                donation=donation,
                area=donation.area,
                quantity=quantity,
                where=words,
                used_on=day,
                by=self.workers[0],
            )

    # three lists

    def match(self):
        """Needs and resources; some met, some agreed, one waiting for both sides."""
        resources = self.resources()
        for n, (title, words, sort, help, quantity, unit, source, state) in enumerate(texts.NEEDS):
            days = 150 - 12 * n if state == "met" else 40 - 2 * n
            made = self.crew.now - timedelta(days=days)
            need = Need.objects.create(
                token=self.crew.uuid(),
                area=self.community,
                title=title,
                words=words,
                sort=sort,
                help=help,
                quantity=quantity,
                unit=unit,
                source=source,
                state="closed" if state == "closed" else "open",
                by=self.workers[n % len(self.workers)],
                created_at=made,
            )
            self.days.add((self.crew.areas[ESTATE].pk, made.date()))
            if state in ("met", "matched"):
                self.bring_together(need, resources[n], n, state)

    def resources(self):
        return [
            Resource.objects.create(
                area=self.community,
                partner=self.partners[giver],
                title=title,
                words=words,
                sort=sort,
                help=help,
                quantity=quantity,
                left=quantity,
                unit=unit,
                by=self.workers[0],
                created_at=self.crew.now - timedelta(days=170 - n),
            )
            for n, (title, words, sort, help, quantity, unit, giver) in enumerate(texts.RESOURCES)
        ]

    def bring_together(self, need, resource, n, state):
        """As the station does it: propose, both say yes, delivered, rated by both."""
        by, made = self.workers[0], need.created_at
        proposed = self.crew.now - timedelta(days=1) if n == WAITING else made + timedelta(days=2)
        with time_machine.travel(proposed, tick=False):
            match = propose_match(need=need, resource=resource, by=by)
        if n == WAITING:
            return  # for both sides
        for side, who in (("need", "服务站"), ("giver", "联系人")):
            with time_machine.travel(made + timedelta(days=3), tick=False):
                own = answers_alone(resource) if side == "giver" else None
                agree_match(match=match, by=own or by, side=side, who=who)
        if state == "met":
            with time_machine.travel(made + timedelta(days=9), tick=False):
                deliver_match(match=match, by=by, words="按说好的送到了。")
                if n % 2 == 0:
                    for side in ("need", "giver"):
                        rate_match(match=match, by=by, side=side, rating=5)
