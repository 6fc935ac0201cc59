"""Every indicator, rate, report section and wall line keeps to what the dashboard expects."""

from datetime import date

import pytest

from stations.registries import (
    SHOWN_AS,
    Indicator,
    Indicators,
    Section,
    done_lately,
    indicators,
    permissions,
    rates,
    reports,
)


@pytest.mark.parametrize("indicator", list(indicators), ids=lambda i: i.key)
def test_an_indicator_is_complete(indicator):
    assert indicator.run.__doc__, "says in a sentence what it counts"
    assert len(indicator.key) <= 40
    assert all(len(split) <= 20 for split in indicator.splits)
    assert (indicator.cases is None) == (indicator.opened_by is None)
    if indicator.opened_by:
        assert indicator.opened_by is permissions[indicator.opened_by.key]
    if indicator.shown_as in ("bars", "shares", "late"):
        assert indicator.splits


@pytest.mark.parametrize("place", SHOWN_AS)
def test_each_place_of_the_dashboard_is_taken(place):
    assert [i.key for i in indicators if i.shown_as == place] == [indicators.at(place).key]


def test_an_unknown_place_is_refused():
    stray = Indicator(
        key="x", label="x", unit="件", more_is_better=None, run=len, cases=None, shown_as="top"
    )
    with pytest.raises(ValueError, match="top"):
        Indicators().add(stray)


@pytest.mark.parametrize("rate", list(rates), ids=lambda r: r.key)
def test_a_rate_stands_on_two_indicators_of_days(rate):
    for key in (rate.numerator, rate.denominator):
        assert not indicators[key].of_the_moment
        assert not indicators[key].splits
    assert rate.definition


@pytest.mark.django_db
@pytest.mark.parametrize("source", list(reports), ids=lambda s: s.key)
def test_a_report_section_of_nothing_is_whole(source, street):
    section = source.run(street, date(2026, 10, 1), date(2026, 10, 31))
    assert isinstance(section, Section)
    assert (section.title, section.rows) == (source.label, [])
    assert section.words
    assert len(section.widths) == len(section.columns)


@pytest.mark.django_db
@pytest.mark.parametrize("source", list(done_lately), ids=lambda s: s.key)
def test_a_wall_without_news(source, street):
    assert source.run(street, 3) == []
