"""What stands in a report: collected once into one plain dict, from which both files are made.

Figures are counted from the objects (`recount`), not read from the roll-up: every number of
the files, and every list, is of the same moment. Nothing that only holds now (open, overdue)
stands in it, so a closed month gives the same report again as long as its data are the same.
"""

from django.utils import timezone

from stations.foundation.office_files import shown
from stations.foundation.periods import whole_month
from stations.registries import reports
from stations.services.dashboard import compare
from stations.services.figures import recount

WORD_ROWS = 200  # a longer list stands whole in the Excel file


def collect(report, *, progress=lambda done, total: None):
    """{…} of plain values: everything that either file says."""
    area, first, last = report.area, report.first_day, report.last_day
    period = whole_month(first)
    if last != period.last:  # the month still runs
        period = period.until(last)
    picture = compare(area, period, source=recount)
    progress(3, 10)
    sections = []
    for at, one in enumerate(reports, start=1):
        section = one.run(area, first, last)
        sections.append(
            {
                "title": section.title,
                "words": section.words,
                "columns": list(section.columns),
                "widths": list(section.widths),
                "rows": section.rows,
            }
        )
        progress(3 + 4 * at / len(reports), 10)
    return {
        "title": str(report),
        "area": str(area),
        "month": f"{first.year}年{first.month}月",
        "days": f"{first:%Y-%m-%d} 至 {last:%Y-%m-%d}",
        "snapshot_at": timezone.now(),
        "received": picture.here.received.number,
        "finished": picture.here.finished.number,
        "unfinished": picture.here.unfinished,
        "rates": [_rate(rate) for rate in picture.here.rates],
        "below": picture.below,
        "places": [_place(place) for place in [*picture.children, picture.here]],
        "splits": [_split(split) for split in picture.splits.values()],
        "sections": sections,
    }


def _rate(rate):
    return {
        "label": rate.rate.label,
        "percent": rate.percent,
        "above": rate.above.number,
        "below": rate.below.number,
        "change": rate.change,
        "before": rate.before.percent if rate.before else None,
        "definition": rate.rate.definition,
    }


def _place(place):
    return {
        "name": str(place.area),
        "received": place.received.number,
        "per_thousand": place.per_thousand,
        "rates": [(rate.percent, rate.above.number, rate.below.number) for rate in place.rates],
        "finished": place.finished.number,
        "unfinished": place.unfinished,
    }


def _split(split):
    return {
        "title": split.indicator.label,
        "whole": split.whole,
        "rows": [
            {
                "label": bar.label,
                "number": bar.count.number,
                "percent": bar.percent,
                "before": bar.before,
                "change": bar.change_words,
            }
            for bar in split.bars
        ],
    }


def percent(value):
    """91.7%, or a dash."""
    return "—" if value is None else f"{value:.1f}%"


def change_words(change):
    """升 0.6 点, 降 0.8 点, 持平, or a dash."""
    if change is None:
        return "—"
    if not change:
        return "持平"
    return f"{'升' if change > 0 else '降'} {abs(change):.1f} 点"


def words_of(contents):
    """The first paragraph: the month in one sentence."""
    received, finished = contents["received"], contents["finished"]
    where, month = contents["area"], contents["month"]
    if not received:
        return f"{month}，{where}没有收到诉求。"
    done = "全部办结" if finished == received else f"其中办结 {finished:,} 件"
    if not finished:
        done = "还没有办结的"
    left = f"，还在办 {contents['unfinished']:,} 件" if 0 < finished < received else ""
    rates = [
        f"{rate['label']} {percent(rate['percent'])}（{rate['above']:,}/{rate['below']:,}"
        + (f"，{_than_before(rate['change'])}" if rate["change"] is not None else "")
        + "）"
        for rate in contents["rates"]
        if rate["percent"] is not None
    ]
    tail = f"{'；'.join(rates)}。" if rates else ""
    return f"{month}，{where}收到诉求 {received:,} 件，{done}{left}。{tail}"


def _than_before(change):
    return f"比上月{change_words(change)}" if change else "和上月持平"


def word_context(contents):
    """The same values as text, for the template."""
    return contents | {
        "snapshot_at": f"{timezone.localtime(contents['snapshot_at']):%Y-%m-%d %H:%M}",
        "words": words_of(contents),
        "rates": [
            rate
            | {
                "percent": percent(rate["percent"]),
                "before": percent(rate["before"]),
                "change": change_words(rate["change"]),
                "above": shown(rate["above"]),
                "below": shown(rate["below"]),
            }
            for rate in contents["rates"]
        ],
        "heads": [rate["label"] for rate in contents["rates"]],
        "places": [
            [
                place["name"],
                shown(place["received"]),
                shown(place["per_thousand"]),
                *(percent(rate[0]) for rate in place["rates"]),
                shown(place["unfinished"]),
            ]
            for place in contents["places"]
        ],
        "splits": [
            split
            | {
                "whole": shown(split["whole"]),
                "rows": [
                    [row["label"], shown(row["number"]), percent(row["percent"]), row["change"]]
                    for row in split["rows"]
                ],
            }
            for split in contents["splits"]
        ],
        "sections": [
            section
            | {
                "rows": [[shown(cell) for cell in row] for row in section["rows"][:WORD_ROWS]],
                "more": max(len(section["rows"]) - WORD_ROWS, 0),
            }
            for section in contents["sections"]
        ],
    }


def sheets(contents):
    """The same values as sheets: numbers as numbers, rates with both their numbers."""
    figures = [["收到", contents["received"], None, None, None, None, "件"]]
    figures += [["办结", contents["finished"], None, None, None, None, "件"]]
    figures += [["没办结", contents["unfinished"], None, None, None, None, "件"]]
    figures += [
        [
            rate["label"],
            _share(rate["percent"]),
            rate["above"],
            rate["below"],
            _share(rate["before"]),
            rate["change"],
            rate["definition"],
        ]
        for rate in contents["rates"]
    ]
    for split in contents["splits"]:
        figures += [
            [
                f"{split['title']}：{row['label']}",
                row["number"],
                None,
                split["whole"],
                row["before"],
                None,
                row["change"],
            ]
            for row in split["rows"]
        ]
    heads = []
    for rate in contents["rates"]:
        heads += [rate["label"], "分子", "分母"]
    places = []
    for place in contents["places"]:
        row = [
            place["name"],
            place["received"],
            place["finished"],
            place["unfinished"],
            place["per_thousand"],
        ]
        for value, above, below in place["rates"]:
            row += [_share(value), above, below]
        places.append(row)
    return [
        {
            "title": "指标",
            "columns": ["指标", "本月", "分子", "分母", "上月", "比上月（点）", "说明"],
            "widths": [22, 10, 10, 10, 10, 12, 44],
            "rows": [
                *figures,
                ["", None, None, None, None, None, ""],
                ["月份", contents["month"], None, None, None, None, contents["days"]],
                [
                    "统计时间",
                    None,
                    None,
                    None,
                    None,
                    None,
                    f"{timezone.localtime(contents['snapshot_at']):%Y-%m-%d %H:%M}",
                ],
            ],
        },
        {
            "title": f"各{contents['below']}" if contents["below"] else "本地",
            "columns": [contents["below"] or "地方", "收到", "办结", "没办结", "每千户", *heads],
            "widths": [18, 9, 9, 9, 9, *[11, 8, 8] * len(contents["rates"])],
            "rows": places,
        },
        *contents["sections"],
    ]


def _share(value):
    return None if value is None else (value / 100, "0.0%")
