"""Posts and zones with who holds them; two claims are about to end."""

from datetime import timedelta

from volunteers.demo import texts
from volunteers.demo.truth import ESTATE, HOME
from volunteers.models import Claim, Post
from volunteers.services.posts import keep_claims, months_later
from volunteers.services.zones import sheet_of

ENDS_SOON = (5, 11)  # days: these claims are about to end


def claim_posts(crew):
    """Posts of three kinds and zones with their outline; two claims are about to end."""
    estate, home, chance = crew.areas[ESTATE], crew.areas[HOME], crew.chance
    houses = {house.building.number: house for house in sheet_of(estate).houses}
    claims, soon = [], list(ENDS_SOON)
    for kind, title, words, seats, number, has_cleanup in texts.POSTS:
        house = houses.get(number)
        post = Post.objects.create(
            area=estate,
            kind=kind,
            title=title,
            words=words,
            seats=seats,
            building=house.building if house else None,
            outline=below(house) if kind == "zone" else [],
            has_cleanup=has_cleanup,
            since=crew.days_ago(200, 600),
        )
        people = chance.sample(
            [v for v in crew.people[home.pk] if not v.minor_until],
            max(1, round(seats * chance.uniform(0.5, 1))),
        )
        for one in people:
            left = soon.pop() if soon and kind == "zone" else chance.randint(25, 170)
            until = crew.today + timedelta(days=left)
            claims.append(
                Claim(
                    post=post,
                    volunteer=one,
                    area=estate,
                    promise=chance.choice(texts.PROMISES),
                    since=months_later(until, -6),
                    until=until,
                )
            )
    Claim.objects.bulk_create(claims)
    keep_claims()


def below(house):
    """A zone in front of a house: as wide as it, a little way off."""
    xs, ys = zip(*house.outline, strict=True)
    left, right, foot = min(xs), max(xs), max(ys)
    deep = max(14, round((max(ys) - min(ys)) * 0.45))
    top = foot + deep // 3
    middle = (left + right) // 2
    return [
        [left, top], [middle, top - deep // 6], [right, top], [right, top + deep],
        [middle, top + deep + deep // 5], [left, top + deep],
    ]  # fmt: skip
