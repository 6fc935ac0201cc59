"""Words and figures of the dashboard without a database: sentences, rates, periods."""

from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace

import pytest

from stations.foundation import periods
from stations.foundation.counts import Bar, Count, RateOf
from stations.registries import Rate
from stations.services.dashboard import Picture, Place, Split, burning, in_order, short_name
from stations.services.report_contents import words_of
from stations.services.situation import level_words, situation

TODAY = date(2026, 11, 19)


@dataclass(frozen=True)
class Named:
    """An area as far as these words need one."""

    name: str
    home_count: int = 0
    level: str = "社区"

    def get_level_display(self):
        return self.level


def a_rate(label="解决率", now=(9, 10), before=None, weeks=()):
    rate = Rate(key=label, label=label, numerator="a", denominator="b", definition="")
    earlier = RateOf(rate, Count(before[0]), Count(before[1])) if before else None
    trend = tuple(RateOf(rate, Count(week), Count(1000)) for week in weeks)
    return RateOf(rate, Count(now[0]), Count(now[1]), earlier, trend)


def a_place(name="锦绣社区", received=0, finished=0, rates=(), open=0, overdue=0, homes=0):
    return Place(
        Named(name, homes),
        Count(received, "/in"),
        Count(finished, "/out"),
        tuple(rates),
        Count(open),
        Count(overdue, "/late" if overdue else ""),
    )


def said(here, children=()):
    picture = Picture(here, list(children), periods.twelve_weeks(TODAY), {})
    return "".join(piece.text for clause in situation(picture) for piece in clause)


@pytest.mark.parametrize(
    ("received", "finished", "words"),
    [
        (0, 0, "这段时间没有收到诉求。"),
        (1, 0, "收到 1 件，还没有办结的。"),
        (1, 1, "收到 1 件，已经办结。"),
        (5, 5, "收到 5 件，全部办结。"),
        (2846, 2655, "收到 2,846 件，办结 2,655 件。"),
    ],
)
def test_what_came_in_and_what_was_finished(received, finished, words):
    assert said(a_place(received=received, finished=finished)) == f"{words}眼下没有超期的。"


@pytest.mark.parametrize(
    ("rates", "words"),
    [
        ([], ""),
        ([a_rate(now=(0, 0), before=(1, 2))], ""),
        ([a_rate(now=(1, 2))], ""),
        ([a_rate(now=(900, 1000), before=(899, 1000))], "各率和前 12 周差不多；"),
        ([a_rate(now=(917, 1000), before=(896, 1000))], "解决率升 2.1 点；"),
        ([a_rate(now=(1, 2), before=(1, 1))], "解决率降 50.0 点；"),
        (
            [
                a_rate("解决率", (917, 1000), (896, 1000)),
                a_rate("满意率", (942, 1000), (950, 1000), weeks=(952, 951, 940, 939, 935)),
            ],
            "解决率升 2.1 点，满意率连降 4 周；",
        ),
        (
            [a_rate("满意率", (942, 1000), (950, 1000), weeks=(952, 940, 941))],
            "满意率降 0.8 点；",
        ),
    ],
)
def test_where_the_rates_go(rates, words):
    assert said(a_place(received=2, finished=1, rates=rates)) == (
        f"收到 2 件，办结 1 件。{words}眼下没有超期的。"
    )


@pytest.mark.parametrize(
    ("overdue", "words"),
    [
        ([], "眼下超期 7 件。"),
        ([7], "眼下超期 7 件。"),
        ([7, 0, 0], "眼下超期 7 件，都在锦绣0。"),
        ([5, 1, 1], "眼下超期 7 件，一半多在锦绣0。"),
        ([3, 3, 1], "眼下超期 7 件，一半多在锦绣0、锦绣1。"),
        ([1, 1, 1, 1, 1, 1, 1], "眼下超期 7 件，分散在 7 个社区。"),
    ],
)
def test_where_it_burns(overdue, words):
    children = [a_place(f"锦绣{at}社区", overdue=n) for at, n in enumerate(overdue)]
    assert said(a_place(overdue=7), children) == f"这段时间没有收到诉求。{words}"


def test_exactly_half_is_called_half():
    children = [a_place(f"锦绣{at}社区", overdue=n) for at, n in enumerate([4, 2, 2])]
    assert said(a_place(overdue=8), children).endswith("一半在锦绣0。")


def test_every_figure_of_the_sentence_is_a_link():
    picture = Picture(
        a_place(received=9, finished=4, overdue=2),
        [a_place("甲社区", overdue=2), a_place("乙社区")],
        periods.twelve_weeks(TODAY),
        {},
    )
    links = {p.text: (p.url, p.hot) for c in situation(picture) for p in c if p.url}
    assert links == {
        "9": ("/in", False),
        "4": ("/out", False),
        "2": ("/late", True),
        "甲社区": ("/late", True),
    }


@pytest.mark.parametrize(
    ("over", "under", "shown"),
    [
        (0, 0, None),
        (0, 5, 0.0),
        (5, 5, 100.0),
        (2799, 2800, 99.9),  # not 100.0: one is missing
        (1, 9999, 0.1),  # not 0.0: there is one
        (2435, 2655, 91.7),
        (1, 3, 33.3),
        (2, 3, 66.7),
        (1, 16, 6.3),  # half up, as people round
    ],
)
def test_a_rate_as_shown(over, under, shown):
    assert a_rate(now=(over, under)).percent == shown


def test_a_change_is_that_of_the_shown_values():
    assert a_rate(now=(2435, 2655), before=(2300, 2567)).change == 2.1
    assert a_rate(now=(1, 2)).change is None
    assert a_rate(now=(1, 2), before=(0, 0)).change is None


@pytest.mark.parametrize(
    ("now", "before", "words", "jumped"),
    [
        (5, None, "", False),
        (5, 5, "持平", False),
        (5, 2, "多 3 件", False),
        (2, 5, "少 3 件", False),
        (118, 100, "升 18%", False),
        (79, 100, "降 21%", False),
        (138, 100, "升 38%", True),
    ],
)
def test_the_change_of_a_kind(now, before, words, jumped):
    bar = Bar("停车", Count(now), before, whole=1000, whole_before=1000)
    assert (bar.change_words, bar.jumped) == (words, jumped)


def test_when_everything_doubles_nothing_jumps():
    assert not Bar("停车", Count(200), 100, whole=2000, whole_before=1000).jumped


def test_who_burns_and_who_does_not():
    many = [a_place(f"{at}", overdue=1) for at in range(10)]
    assert burning(many) == []
    assert burning([]) == []
    assert burning([a_place("甲"), a_place("乙")]) == []


def test_dashes_stand_last_in_either_order():
    rates = {0: (0, 0), 1: (1, 2), 2: (1, 1)}
    from stations.registries import rates as known

    places = [
        a_place(str(at), rates=[a_rate(now=value)] * len(known)) for at, value in rates.items()
    ]
    assert [p.name for p in in_order(places, "resolution")[0]] == ["1", "2", "0"]
    assert [p.name for p in in_order(places, "-resolution")[0]] == ["2", "1", "0"]
    assert in_order(places, "password")[1] == "-resolution"


@pytest.mark.parametrize(
    ("name", "level", "short"),
    [("锦绣社区", "社区", "锦绣"), ("社区", "社区", "社区"), ("锦绣江山", "小区", "锦绣江山")],
)
def test_a_short_name(name, level, short):
    assert short_name(Named(name, level=level)) == short


def a_split(*numbers):
    labels = ["小区", "社区", "街道"]
    bars = [Bar(one, Count(n), None, sum(numbers)) for one, n in zip(labels, numbers, strict=True)]
    indicator = SimpleNamespace(splits=dict(zip("abc", labels, strict=True)))
    return Split(indicator, [bar for bar in bars if bar.count.number], sum(numbers))


@pytest.mark.parametrize(
    ("split", "words"),
    [
        (None, ""),
        (a_split(0, 0, 0), ""),
        (a_split(3, 0, 0), "都在小区里解决，没有出小区。"),
        (a_split(99, 1, 0), "几乎都在小区里解决，不出小区。"),
        (a_split(7, 2, 1), "约七成在小区里解决，不出小区。"),
        (a_split(1, 1, 0), "约一半在小区里解决，不出小区。"),
        (a_split(0, 1, 0), "几乎都出了小区才解决。"),
    ],
)
def test_at_which_level(split, words):
    assert level_words(split) == words


@pytest.mark.parametrize(
    ("today", "first", "last"),
    [
        (date(2026, 11, 19), date(2026, 8, 24), date(2026, 11, 15)),  # Thursday
        (date(2026, 11, 15), date(2026, 8, 17), date(2026, 11, 8)),  # Sunday: not over yet
        (date(2026, 11, 16), date(2026, 8, 24), date(2026, 11, 15)),  # Monday
        (date(2027, 1, 1), date(2026, 10, 5), date(2026, 12, 27)),
    ],
)
def test_twelve_whole_weeks(today, first, last):
    period = periods.twelve_weeks(today)
    assert (period.first, period.last) == (first, last)
    assert (period.last - period.first).days == 83
    assert (period.before_last - period.before_first).days == 83
    assert (period.first - period.before_last).days == 1


def test_the_same_days_of_the_month_before():
    period = periods.this_month(date(2026, 3, 31))
    assert (period.before_first, period.before_last) == (date(2026, 2, 1), date(2026, 2, 28))
    period = periods.this_month(date(2026, 11, 19))
    assert (period.before_first, period.before_last) == (date(2026, 10, 1), date(2026, 10, 19))


def test_the_same_days_of_the_year_before():
    period = periods.this_year(date(2028, 2, 29))
    assert (period.before_first, period.before_last) == (date(2027, 1, 1), date(2027, 2, 28))


@pytest.mark.parametrize("key", [None, "", "years", "weeks\x00", "9" * 500])
def test_a_strange_period_is_twelve_weeks(key):
    assert periods.period_of(key, TODAY).key == "weeks"


def test_the_days_in_words():
    assert periods.twelve_weeks(TODAY).words == "8 月 24 日至 11 月 15 日"
    assert periods.twelve_weeks(date(2027, 1, 8)).words == "2026 年 10 月 12 日至 2027 年 1 月 3 日"
    assert periods.this_month(date(2026, 11, 1)).words == "11 月 1 日"


def reported(label, percent, above, below, change):
    return {"label": label, "percent": percent, "above": above, "below": below, "change": change}


@pytest.mark.parametrize(
    ("numbers", "rates", "sentence"),
    [
        ((0, 0), [], "10月，庆云街道没有收到诉求。"),
        ((3, 0), [], "10月，庆云街道收到诉求 3 件，还没有办结的。"),
        ((1, 1), [], "10月，庆云街道收到诉求 1 件，全部办结。"),
        (
            (1200, 1000),
            [reported("解决率", 90.0, 900, 1000, 0.5), reported("满意率", None, 0, 0, None)],
            (
                "10月，庆云街道收到诉求 1,200 件，其中办结 1,000 件，还在办 200 件。"
                "解决率 90.0%（900/1,000，比上月升 0.5 点）。"
            ),
        ),
        (
            (2, 1),
            [reported("解决率", 100.0, 1, 1, 0), reported("满意率", 0.0, 0, 1, None)],
            (
                "10月，庆云街道收到诉求 2 件，其中办结 1 件，还在办 1 件。"
                "解决率 100.0%（1/1，和上月持平）；满意率 0.0%（0/1）。"
            ),
        ),
    ],
)
def test_the_month_in_a_sentence(numbers, rates, sentence):
    received, finished = numbers
    contents = {"area": "庆云街道", "month": "10月", "received": received, "finished": finished}
    assert words_of(contents | {"unfinished": received - finished, "rates": rates}) == sentence
