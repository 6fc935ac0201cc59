"""QR codes on posters."""

import re
from xml.etree import ElementTree

import pytest
import segno

from stations.foundation.qr import QUIET_ZONE, qr_svg

URL = "https://tongxin.example.cn/b/7kq2m9xd/"
SVG = "{http://www.w3.org/2000/svg}"


def test_the_picture_is_the_code():
    svg = ElementTree.fromstring(qr_svg(URL))
    expected = segno.make(URL, error="q", micro=False, boost_error=False)
    side = len(expected.matrix) + 2 * QUIET_ZONE
    assert svg.get("viewBox") == f"0 0 {side} {side}"

    drawn = [[0] * side for _ in range(side)]
    for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", svg.find(f"{SVG}path").get("d")):
        for step in range(int(run)):
            drawn[int(y)][int(x) + step] = 1
    inner = [row[QUIET_ZONE:-QUIET_ZONE] for row in drawn[QUIET_ZONE:-QUIET_ZONE]]
    assert inner == [list(row) for row in expected.matrix]
    assert sum(map(sum, drawn)) == sum(map(sum, inner)), "the quiet zone is quiet"
    assert expected.error == "Q"


def test_it_fits_a_strict_content_security_policy():
    svg = qr_svg(URL)
    assert "style" not in svg
    assert "<script" not in svg
    assert not re.search(r"<svg[^>]*\s(width|height)=", svg), "it scales with its box"
    assert svg.__html__() == svg


@pytest.mark.parametrize("title", ['"><script>alert(1)</script>', "3栋2单元"])
def test_the_title_is_escaped(title):
    svg = qr_svg(URL, title=title)
    assert "<script" not in svg
    assert ElementTree.fromstring(svg).find(f"{SVG}title").text == title


def test_a_long_link_still_fits():
    assert qr_svg("https://tongxin.example.cn/" + "x" * 400).startswith("<svg")
