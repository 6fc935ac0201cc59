"""What is measured, letter by letter as in the project's list of limits."""

import gzip
import itertools
import os
import uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

from deliberation.demo.prefecture.sayings import RARE
from stations.demo import PASSWORD
from stations.foundation.codes import code_from
from tests.bench import cities, estate
from tests.bench.ratios import alternate
from tests.bench.screen import Screen
from tests.bench.server import Server

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "80"))
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "10000"))


class Facts:
    """Keys of one city that pages need: read once, straight from its database."""

    def __init__(self, issues):
        with cities.connect(issues) as database:

            def one(sql, *values):
                return database.execute(sql, values).fetchone()

            self.community, path = one(
                "SELECT a.id, a.path FROM stations_area a JOIN stations_posting p"
                " ON p.area_id = a.id JOIN stations_user u ON u.id = p.user_id"
                " WHERE u.username = 'worker'"
            )
            self.city, self.district, self.street, _ = map(int, path.strip("/").split("/"))
            self.estate, self.code = one(
                "SELECT a.id, a.code FROM stations_area a JOIN deliberation_issue i"
                " ON i.area_id = a.id WHERE parent_id = %s GROUP BY 1 ORDER BY count(*) DESC",
                self.community,
            )
            self.open_issue = one(
                "SELECT id FROM deliberation_issue WHERE area_id = %s AND state = 'handling'"
                " ORDER BY id DESC LIMIT 1",
                self.estate,
            )[0]
            self.token, self.closed = one(
                "SELECT token, id FROM deliberation_issue WHERE area_id = %s"
                " AND state = 'closed' ORDER BY id DESC LIMIT 1",
                self.estate,
            )
            said = database.execute(
                "SELECT string_agg(i.text, ' ') FROM deliberation_issue i JOIN stations_area a"
                " ON a.id = i.area_id WHERE a.parent_id = %s",
                [self.community],
            ).fetchone()[0]
            self.rare = {word for word in RARE if word in said}
            # Reports go elsewhere, or they would fill the list that is measured.
            self.reported = one(
                "SELECT code FROM stations_area WHERE level = 5 ORDER BY id DESC LIMIT 1"
            )[0]


def worker(server, name="worker"):
    return server.browser().sign_in(name, PASSWORD)


def bare_list(browser, facts):
    """The plain table, asked for by the same browser: whoever signed in is known there too."""
    return lambda: browser.get(f"/bare/list/{facts.estate}/")


def report_by(browser, code, files=()):
    """Send one report in; the form's page is asked for before and not timed."""
    path = f"/e/{code}/report/"
    browser.get(path)

    def send():
        return browser.post(
            path,
            files=files,
            token=uuid.uuid4(),
            category="elevator",
            text="电梯停了一天了，高层的老人下不了楼，买菜都要人带。请尽快来看看。",
            where="",
            spot="二号楼",
            name="周桂兰",
            phone=f"139{next(PHONES):08d}",
            door="602",
            consent_public="on",
        )

    return send


PHONES = itertools.count(10_000_000)


def part_a(results, small, big):
    """An anonymous report against one bare INSERT; with a photo, without its decoding."""
    code, bare = Facts(big.issues).reported, big.browser()
    send = report_by(bare, code)  # the same browser posts both
    told = alternate(
        {"bare": lambda: bare.post("/bare/insert/", text="电梯", expect=(200,)), "report": send},
        ROUNDS,
        servers=[big],
    )
    results.say("a_report", told.over("report", "bare"), 4, told.note("report", "bare"))
    bare.get("/bare/photo/")
    files = [("photos", "IMG_1.jpg", bare.body)]
    with_photo = report_by(bare, code, files=files)
    told = alternate(
        {
            "bare": lambda: bare.post("/bare/insert/", files=files, text="电梯", expect=(200,)),
            "photo": with_photo,
            "decoding": lambda: bare.post("/bare/photo/", expect=(200,)),
        },
        max(8, ROUNDS // 4),
        warm=2,
        servers=[big],
    )
    rest = told["photo"] - told["decoding"]
    note = f"({told['photo']:.0f} ms, {told['decoding']:.0f} ms of them for the photo)"
    results.say("a_report_with_photo", rest / told["bare"], 4, note)


LISTS = {
    "first": "/issues/",
    "filtered": "/issues/?view=all&category=elevator&state=closed",
    "words": "/issues/?view=all&q=电梯",
    "rare_word": "/issues/?view=all&q={rare}",
}


def part_b(results, small, big):
    """The worker's list in a community alone, and in the same one within a prefecture."""
    few, many = worker(small), worker(big)
    rare = [min(Facts(server.issues).rare) for server in (small, big)]  # each has its own
    for name, path in LISTS.items():
        here, there = (quoted(path.format(rare=word)) for word in rare)
        told = alternate(
            {"few": lambda p=here: few.get(p), "many": lambda p=there: many.get(p)},
            ROUNDS,
            servers=[small] if small.issues == big.issues else [small, big],
        )
        results.say(f"b_list_{name}", told.over("many", "few"), 1.5, told.note("many", "few"))
        more = many.queries - few.queries
        results.say(f"b_list_{name}_more_queries", more, 0, f"({many.queries} queries)")


def quoted(path):
    return quote(path, safe="/?&=")


def part_c(results, small, big):
    """The list against 25 rows in a plain table."""
    one = worker(big)
    probes = {"bare": bare_list(one, Facts(big.issues)), "list": lambda: one.get("/issues/")}
    told = alternate(probes, ROUNDS, servers=[big])
    note = told.note("list", "bare", f"; {one.queries} queries")
    results.say("c_list", told.over("list", "bare"), 4, note)


def part_d(results, small, big):
    """The dashboard of an estate, a street and the whole city."""
    one, facts = worker(big, "city"), Facts(big.issues)
    levels = {"estate": facts.estate, "street": facts.street, "city": facts.city}
    told = alternate(
        {name: lambda pk=pk: one.get(f"/dashboard/{pk}/") for name, pk in levels.items()},
        ROUNDS,
        servers=[big],
    )
    lines = [f"{name} {told[name]:.1f} ms, worked {told.work[name]:.1f} ms" for name in levels]
    note = f"({'; '.join(lines)})"
    results.say("d_dashboard", max(told.values()) / min(told.values()), 1.5, note)


def part_e(results, small, big):
    """The pages of every day against the plain table."""
    facts, one = Facts(big.issues), worker(big)
    resident = tracking(big, facts)
    pages = {
        "bare": bare_list(one, facts),
        "issue": lambda: one.get(f"/issues/{facts.open_issue}/"),
        "desk": lambda: one.get("/desk/"),
    }
    told = alternate(pages, ROUNDS, servers=[big])
    for name in ("issue", "desk"):
        results.say(f"e_{name}", told.over(name, "bare"), 5, told.note(name, "bare"))
    pages = {
        "bare": bare_list(resident, facts),
        "tracking": lambda: resident.get(f"/track/{facts.closed}/"),
    }
    told = alternate(pages, ROUNDS, servers=[big])
    results.say("e_tracking", told.over("tracking", "bare"), 5, told.note("tracking", "bare"))


def tracking(server, facts):
    """A resident who has given the code of an issue."""
    resident = server.browser()
    resident.get("/track/")
    resident.post("/track/", code=code_from(facts.token))
    return resident


def part_f(results, small, big):
    """Memory of the web process while people do everything at once."""
    facts = Facts(big.issues)
    with ThreadPoolExecutor(4) as crowd:
        people = list(crowd.map(lambda n: person(big, facts, n), range(4)))
        steps = 10
        seen = []
        for _ in range(steps):
            list(crowd.map(lambda acts: walk(acts, REQUESTS // steps // 4), people))
            seen.append(big.memory())
    note = "(MB after each tenth: " + " ".join(f"{one:.0f}" for one in seen) + ")"
    results.say("f_memory_megabytes", seen[-1], 150, note)
    results.say("f_memory_growth_of_second_half", seen[-1] / seen[steps // 2 - 1], 1.03)


def walk(acts, count):
    for _ in range(count):
        next(acts)()


def person(server, facts, number):
    """An endless round of pages and acts of one worker, one leader and one resident."""
    staff, leader = worker(server), worker(server, "city")
    resident, reporter = tracking(server, facts), server.browser()
    acts = [
        *(lambda path=path: staff.get(quoted(path.format(rare="戏台"))) for path in LISTS.values()),
        lambda: staff.get("/desk/"),
        lambda: staff.get(f"/issues/{facts.open_issue}/"),
        lambda: staff.get(f"/issues/{facts.closed}/"),
        lambda: leader.get(f"/dashboard/{facts.city}/"),
        lambda: leader.get(f"/dashboard/{facts.street}/"),
        lambda: resident.get(f"/track/{facts.closed}/"),
        lambda: resident.get("/"),
        lambda: resident.get(f"/e/{facts.code}/"),
        lambda: report_by(reporter, facts.reported)(),
    ]
    return itertools.cycle(acts[number:] + acts[:number])


KILOBYTES = 150  # of a page, compressed
MILLISECONDS = 1000  # until it answers a hand


def part_m(results):
    """The plan of an estate of ten thousand people, and the front of a tower."""
    estate.ready()
    keys, people = estate.keys()
    with Server(estate.NAME) as server:
        one = worker(server)
        plan = [f"/map/estates/{keys[name][0]}/" for name in (estate.SMALL, estate.LARGE)]
        house = [f"/map/buildings/{keys[name][1]}/" for name in (estate.SMALL, estate.TOWER)]
        for name, pages in (("plan", plan), ("building", house)):
            few, many = (queries_and_size(one, page) for page in pages)
            note = f"({many[0]} queries; {people} people)"
            results.say(f"m_{name}_more_queries", many[0] - few[0], 0, note)
            results.say(f"m_{name}_kilobytes", many[1], KILOBYTES, "(gzip)")
        with Screen(server.port) as screen:
            for name, path, target in (
                ("plan", plan[1], "a.kf[data-layer=party]"),
                ("building", house[1], "a.kf[data-kind=elder]"),
            ):
                told, work = screen.milliseconds(path, target, server)
                note = f"(processors worked {work:.0f} ms for it)"
                results.say(f"m_{name}_interactive_ms", told, MILLISECONDS, note)


def queries_and_size(browser, path):
    """(queries, kilobytes compressed) of a page that was asked for before."""
    browser.get(path)
    browser.get(path)
    return browser.queries, len(gzip.compress(browser.body, 6)) / 1000
