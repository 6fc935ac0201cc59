"""What is true of the demo's year of voluntary service. The figures are the sources' own where
they tell any: near 100 volunteers, over 1,000 services in a year, 27 fulfilled wishes, 16 firms
with 50,000 yuan in kind and 300 books, 106 partners in 20 organisations, 38 events that reached
over 2,000 people, three rounds of a roster for 2,000 people."""

HOME, ESTATE = "锦绣社区", "锦绣江山"
ALLIANCE, ALLIANCE_ESTATE = "袁家湾社区", "袁家湾小区"
VILLAGE, VILLAGE_ESTATE = "榕花社区", "榕花小区"

BRANDS = ("同心智", "同心益", "同心学", "同心和", "同心办", "同心乐")
VOLUNTEERS = {HOME: 98, ALLIANCE: 14, VILLAGE: 12}
SERVICES = {HOME: 1046, ALLIANCE: 84, VILLAGE: 57}  # done in the past year, counted
REGULARS = 24
PACKAGES = 16

WISHES_FULFILLED = 27
FIRMS, DONATED_FEN, BOOKS = 16, 5_000_000, 300
PARTNERS, ORGANISATIONS = 106, 20
EVENTS, REACHED = 38, 2056

ROUNDS = ((2016, 1987), (2016, 2003), (2016, 2016))  # (expected, present) of each round
