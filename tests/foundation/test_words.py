"""Chinese search: every stretch of a text finds the text, and nothing typed is an error (I4)."""

import re
import threading

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from stations.foundation.words import cut, query_words, tsquery, tsvector_text

TEXT = "锦绣江山3栋2单元地下车库灯光昏暗，充电桩烧坏了一个，编号SQ-1119-003，请尽快处理！"


def found_by(query, text=TEXT):
    """Whether Postgres finds the text; asked as the portal asks it."""
    asked = tsquery(query)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_tsvector('simple', %s) @@ to_tsquery('simple', %s)",
            [tsvector_text(text), asked],
        )
        return bool(asked) and cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query",
    [
        "车库",
        "地下车库",
        "灯光 昏暗",
        "昏暗 车库",
        "充电桩",
        "电桩",
        "桩",
        "灯",
        "充电桩烧坏",
        "下车",
        "库灯光",
        "锦绣江山",
        "3栋2单元",
        "３栋",
        "SQ-1119-003",
        "sq 1119",
        "SQ-11",
        "00",
        "车库，昏暗！",
        "请尽快处理",
    ],
)
def test_found(query):
    assert found_by(query)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "query", ["电梯", "车库 电梯", "库车", "4栋", "119", "13栋", "SQ-1119-004", "", "，。!&|"]
)
def test_not_found(query):
    assert not found_by(query)


OPERATORS = [
    "\x00",
    "车\x00库",
    "车库\ud800",
    "\udfff",
    "😀",
    "车库😀灯",
    "'",
    "''",
    "车库' | '电梯",
    "车库 & ! 电梯",
    "!车库",
    "(((",
    "车库:*",
    ":*",
    ":ABCD",
    "车库 <-> 灯光",
    "<2>",
    "\\",
    "车库\\",
    "%s %(a)s {0}",
    "\u202e车库",
    "车\u200b库",
    "𠮷野家",
    "é à ü ñ",
    "مرحبا ٣",
    "привет",
    "ﬀ ㎡ ①②③ ½",
    "1e5 0x1F 3.14 -5 a@b.cn http://x.cn/a?b=c",
    "<b>车库</b>",
    "a" * 100_000,
    "车" * 100_000,
    "车库 " * 5_000,
    "\n\t ",
]


@pytest.mark.django_db
@pytest.mark.parametrize("text", OPERATORS)
def test_strange_text_is_never_an_error(text):
    found_by(text, text)


@given(st.text(alphabet=st.characters(), max_size=80))
def test_words_are_letters_and_digits_only(text):
    for word in [*cut(text), *query_words(text), *tsvector_text(text).split()]:
        assert word.isalnum()
        assert word == word.lower() or not word.isascii()
    assert re.fullmatch(r"[^\s&|!():<>'\\*]*( & [^\s&|!():<>'\\*]+)*(:\*)?", tsquery(text))


HAN = "地下车库灯光昏暗充电桩烧坏物业不管飞线井盖一二三𠮷栋"


@pytest.mark.django_db
@settings(max_examples=150)
@given(st.text(alphabet=HAN, min_size=1, max_size=30), st.data())
def test_every_stretch_of_a_text_finds_it(text, data):
    begin = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(begin + 1, min(len(text), begin + 16)))
    assert found_by(text[begin:end], text)


def test_words_of_the_street_stay_whole():
    for word in ("充电桩", "业委会", "四方议事", "化粪池"):
        assert word in cut(f"请看看{word}好吗")
    assert cut("Ａ座电梯坏了，３次!") == ["a", "座", "电梯", "坏", "了", "3", "次"]


def test_a_query_is_bounded():
    assert len(query_words("地下车库灯光昏暗 " * 1000 + " ".join(map(str, range(999))))) <= 16


def test_many_threads_may_search_first():
    results, ready = [], threading.Barrier(8)

    def search():
        ready.wait(10)
        results.append(cut("地下车库充电桩"))

    threads = [threading.Thread(target=search) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert results == [["地下", "车库", "充电", "充电桩"]] * 8
