"""Pinyin initials: the table reads every sign as the library does, without its 55 MB."""

import subprocess
import sys

import pytest
from pypinyin import Style, pinyin

from residents_map.foundation.pinyin import FAMILY, initials_of


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("刘桂芳", "lgf"),
        ("单雄信", "sxx"),
        ("曾小明", "zxm"),
        ("", ""),
        ("Li 明", "lim"),
        ("𠮷田", "t"),
    ],
)
def test_names(name, letters):
    assert initials_of(name) == letters


def test_every_sign_reads_as_the_library_reads_it():
    wrong = []
    for code in range(0x4E00, 0xA000):
        sign = chr(code)
        if sign in FAMILY:
            continue
        found = pinyin(sign, style=Style.FIRST_LETTER, errors="ignore")
        letter = found[0][0][:1].lower() if found else ""
        expected = letter if letter.isascii() else ""
        if initials_of(sign) != expected:
            wrong.append(sign)
    assert wrong == []


def test_the_library_is_not_in_the_web_process():
    code = "import residents_map.foundation.pinyin, sys; sys.exit('pypinyin' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
