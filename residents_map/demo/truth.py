"""What is true of the demo's ledger: the figures of 锦绣江山, by building.

The sums are the sources' own where they are known (35 branch members, 174 working party
members, 53 united-front figures); the others are plausible for 3,875 homes.
"""

ESTATE = "锦绣江山"
EMPTY_ESTATE = "老粮站院"  # nobody entered yet: shows what an empty map looks like
BRANCH, WORKING = 35, 174

KINDS = ("party", "united", "elder", "child", "hardship", "alone", "disabled")
BY_BUILDING = {
    #    party united elder child hardship alone disabled
    1: (11, 2, 19, 2, 2, 4, 2),
    2: (10, 2, 31, 1, 3, 6, 6),
    3: (15, 3, 27, 2, 3, 3, 4),
    4: (13, 6, 19, 3, 4, 2, 7),
    5: (20, 5, 21, 3, 5, 3, 6),
    6: (11, 3, 9, 3, 2, 1, 3),
    7: (8, 3, 18, 2, 4, 9, 2),
    8: (16, 2, 13, 2, 4, 2, 5),
    9: (10, 5, 24, 3, 4, 4, 3),
    10: (23, 5, 25, 3, 5, 3, 6),
    11: (16, 4, 22, 6, 6, 2, 5),
    12: (11, 3, 19, 3, 5, 1, 3),
    13: (15, 3, 17, 2, 3, 2, 3),
    14: (30, 7, 22, 6, 8, 5, 8),
}
TOTALS = {
    kind: sum(counts[at] for counts in BY_BUILDING.values()) for at, kind in enumerate(KINDS)
} | {"party-branch": BRANCH, "party-work": WORKING}

# Rental houses: five stars, four stars, and those that failed once and were put right.
FIVE_STARS, FOUR_STARS, PUT_RIGHT = 16, 28, 6


def of_building(number):
    """{kind: how many} of one building of the estate."""
    return dict(zip(KINDS, BY_BUILDING[number], strict=True))


def branch_of_building(number):
    """How many of a building's party members belong to the branch here; 35 in all."""
    party = {n: counts[0] for n, counts in BY_BUILDING.items()}
    whole = sum(party.values())
    shares = {n: BRANCH * count // whole for n, count in party.items()}
    rest = sorted(party, key=lambda n: (-(BRANCH * party[n] % whole), n))
    for n in rest[: BRANCH - sum(shares.values())]:
        shares[n] += 1
    return shares[number]
