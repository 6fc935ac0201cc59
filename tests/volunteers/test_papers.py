"""服务记录: a numbered sheet, the seal, the PDF with its font, the public check of four fields."""

import re
import uuid
import zlib
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from stations.choices import Role
from stations.models import Act
from tests.factories import UserFactory
from tests.volunteers.hour_rows import People, refused, staff_in
from tests.volunteers.rows import identity_number, verified, volunteer_in
from volunteers.choices import PaperKind
from volunteers.foundation.durations import duration, in_words, number_in_words
from volunteers.foundation.names import masked_name
from volunteers.models import Paper
from volunteers.services import hours, papers
from volunteers.services.paper_sheet import facts_of, sheet_pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(community):
    return People(community)


def paper_of(people, *, by=None, volunteer=None, days=10, token=None):
    today = timezone.localdate()
    return papers.make_paper(
        volunteer=volunteer or people.volunteer,
        first_on=today - timedelta(days=days),
        last_on=today,
        by=by or people.worker,
        token=token,
    )


def test_a_record_lists_counted_hours_and_nothing_else(people, secretary):
    first, second = people.counted(minutes=90, days=3), people.counted(days=2)
    people.shown(days=4)
    gone = people.counted(days=5)
    hours.reverse_hours(hour=gone, by=secretary, why="错了")
    paper = paper_of(people)
    assert (paper.minutes, paper.services, paper.kind) == (150, 2, PaperKind.RECORD)
    assert paper.lines == [
        [str(timezone.localdate(first.began_at)), "跑腿代买", 90, first.number],
        [str(timezone.localdate(second.began_at)), "跑腿代买", 60, second.number],
    ]
    assert paper.number == f"JL-{timezone.localdate().year}-000001"
    assert paper_of(people).number.endswith("-000002")


def test_the_same_page_sent_twice_is_one_record(people):
    people.counted()
    token = uuid.uuid4()
    first, again = (paper_of(people, token=token) for _ in range(2))
    assert first == again and Paper.objects.count() == 1


def test_what_is_no_record(people, community, sibling):
    today = timezone.localdate()
    assert "没有计入" in refused(paper_of, people=people)
    people.counted()
    for days in ((today, today - timedelta(days=1)), (today, today + timedelta(days=1))):
        facts = {"volunteer": people.volunteer, "first_on": days[0], "last_on": days[1]}
        assert refused(papers.make_paper, **facts, by=people.worker)
    facts = {"volunteer": people.volunteer, "first_on": date(1, 1, 1), "last_on": today}
    assert "太早" in refused(papers.make_paper, **facts, by=people.worker)
    other = volunteer_in(community).user
    far = staff_in(sibling, Role.WORKER)
    for by in (other, far, people.leader.user):
        assert "本社区" in refused(paper_of, people=people, by=by)


def test_a_volunteer_makes_their_own(people):
    people.counted()
    paper = paper_of(people, by=people.volunteer.user)
    assert paper.made_by == people.volunteer.user
    assert facts_of(paper)["handler"] == "本人自助"


def test_only_a_secretary_puts_the_seal_on_and_not_on_their_own(people, community, secretary):
    people.counted()
    paper = paper_of(people)
    assert "书记" in refused(papers.seal_paper, paper=paper, by=people.worker)
    paper = papers.seal_paper(paper=paper, by=secretary)
    assert (paper.kind, str(paper)[:6]) == (PaperKind.CERTIFICATE, "志愿服务证明")
    assert "已经是" in refused(papers.seal_paper, paper=paper, by=secretary)
    own = volunteer_in(community, user=secretary)
    people.counted(volunteer=own, days=3)
    mine = paper_of(people, volunteer=own)
    assert "另一位书记" in refused(papers.seal_paper, paper=mine, by=secretary)


def test_nobody_seals_the_record_of_their_own_other_account(people, community):
    number = identity_number(555)
    secretary, me = staff_in(community, Role.SECRETARY), volunteer_in(community, is_verified=False)
    verified(me.user, community, number=number)
    people.counted(volunteer=me)
    paper = paper_of(people, volunteer=me)
    # Who has shown no paper could be anybody, the volunteer too.
    assert "当面核对身份" in refused(papers.seal_paper, paper=paper, by=secretary)
    verified(secretary, community, number=number)
    assert "另一位书记" in refused(papers.seal_paper, paper=paper, by=secretary)


def test_a_sheet_is_revoked_and_says_so(people, secretary):
    people.counted()
    paper = paper_of(people)
    assert "写一句" in refused(papers.revoke_paper, paper=paper, by=people.worker, why=" ")
    paper = papers.revoke_paper(paper=paper, by=people.worker, why="名字写错了")
    assert paper.revoked_why == "名字写错了"
    assert "已经作废" in refused(papers.revoke_paper, paper=paper, by=people.worker, why="再来")
    assert "作废" in refused(papers.seal_paper, paper=paper, by=secretary)


def test_hours_taken_back_revoke_the_sheets_that_list_them(people, secretary):
    hour = people.counted(days=2)
    people.counted(days=6)
    with_it = paper_of(people)
    today = timezone.localdate()
    without = papers.make_paper(
        volunteer=people.volunteer,
        first_on=today - timedelta(days=7),
        last_on=today - timedelta(days=5),
        by=people.worker,
    )
    hours.reverse_hours(hour=hour, by=secretary, why="错了")
    with_it.refresh_from_db()
    without.refresh_from_db()
    assert with_it.revoked_why == "其中一条时数已经冲销"
    assert without.revoked_at is None
    assert Act.objects.filter(verb="volunteers.revoke_paper").count() == 1


def test_what_was_printed_stays_sealed_once_and_revoked_once(people, secretary):
    people.counted()
    paper = paper_of(people)

    def refused_by_the_database(**change):
        with pytest.raises(DatabaseError), transaction.atomic():
            Paper.objects.filter(pk=paper.pk).update(**change)

    for change in (
        {"minutes": 6000},
        {"services": 99},
        {"lines": []},
        {"number": "JL-2026-999999"},
        {"last_on": date(2030, 1, 1)},
    ):
        refused_by_the_database(**change)
    papers.seal_paper(paper=paper, by=secretary)
    refused_by_the_database(kind=PaperKind.RECORD, sealed_at=None, sealed_by=None)
    papers.revoke_paper(paper=paper, by=secretary, why="写错了")
    refused_by_the_database(revoked_at=None, revoked_by=None)


def test_a_sheet_is_never_deleted(people):
    people.counted()
    paper = paper_of(people)
    with pytest.raises(DatabaseError), transaction.atomic():
        paper.delete()


# ---- the PDF


def text_map(pdf):
    """Every sign the PDF can say, read from its ToUnicode tables."""
    signs = set()
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            plain = zlib.decompress(stream)
        except zlib.error:
            plain = stream
        if b"beginbfchar" in plain or b"beginbfrange" in plain:
            for code in re.findall(rb"<([0-9A-Fa-f]{4,8})>\s*$", plain, re.MULTILINE):
                signs.add(bytes.fromhex(code.decode()).decode("utf-16-be", "replace"))
    return "".join(signs)


RARE = "喆堃犇翀龑昺祎𬭛钘㛃䶮𠅤"


def test_the_pdf_holds_its_font_and_rare_names(people, community):
    volunteer = volunteer_in(community, user=UserFactory(name=RARE, phone="13955550001"))
    people.counted(volunteer=volunteer)
    paper = paper_of(people, volunteer=volunteer)
    pdf = sheet_pdf(paper)
    assert pdf.startswith(b"%PDF") and len(pdf) < 200_000
    assert pdf.count(b"/FontFile3") == 2  # regular and bold, in the file
    assert b"+NotoSans" in pdf  # only the signs used
    assert set(RARE) <= set(text_map(pdf))
    assert "□" not in text_map(pdf)


def test_a_sign_that_no_font_has_is_a_box_to_be_filled_by_hand(people, community):
    volunteer = volunteer_in(community, user=UserFactory(name="王\U00030edd", phone="13955550002"))
    people.counted(volunteer=volunteer)
    pdf = sheet_pdf(paper_of(people, volunteer=volunteer))
    signs = text_map(pdf)
    assert {"□", "手", "写"} <= set(signs)
    assert "\U00030edd" not in signs


def test_many_lines_go_over_several_pages(people):
    people.counted()
    paper = paper_of(people)
    paper.lines = paper.lines * 60
    assert sheet_pdf(paper).count(b"/Type /Page\n") == 3


def test_a_record_says_that_it_is_no_certificate(people, secretary):
    people.counted(minutes=90)
    paper = paper_of(people)
    record = facts_of(paper)
    assert (record["title"], record["hours"], record["words"]) == (
        "志愿服务记录",
        "1小时30分",
        "一小时三十分",
    )
    assert any("不是志愿服务证明" in note for note in record["notes"])
    sealed = facts_of(papers.seal_paper(paper=paper, by=secretary))
    assert (sealed["title"], sealed["handler"]) == ("志愿服务证明", "李书记")
    assert any("没有公章不是证明" in note for note in sealed["notes"])
    for facts in (record, sealed):
        assert any("谁组织谁记录，谁记录谁证明" in note for note in facts["notes"])


def test_without_the_font_people_are_told_to_try_again(people, settings, tmp_path):
    people.counted()
    paper = paper_of(people)
    settings.BASE_DIR = tmp_path
    assert "过一分钟再试" in refused(sheet_pdf, paper=paper)


def test_the_font_is_not_served(client):
    for path in ("/static/vendor/NotoSansHans-Regular.otf", "/node_modules/@embedpdf/fonts-sc/"):
        assert client.get(path).status_code in (302, 404)


@pytest.mark.parametrize(
    "minutes, plain, words",
    [
        (0, "0分钟", "零小时"),
        (45, "45分钟", "四十五分"),
        (60, "1小时", "一小时"),
        (750, "12小时30分", "十二小时三十分"),
        (60 * 110 + 5, "110小时5分", "一百一十小时五分"),
        (60 * 1005, "1005小时", "一千零五小时"),
    ],
)
def test_hours_in_words(minutes, plain, words):
    assert (duration(minutes), in_words(minutes)) == (plain, words)


@pytest.mark.parametrize(
    "number, words",
    [(10, "十"), (20, "二十"), (101, "一百零一"), (1010, "一千零一十"), (10_010, "一万零一十"),
     (12_345, "一万二千三百四十五")],
)  # fmt: skip
def test_numbers_as_they_are_read(number, words):
    assert number_in_words(number) == words


# ---- the public check


def test_four_fields_and_whether_it_holds(people, client):
    people.volunteer.user.name = "吴秀英"
    people.volunteer.user.save()
    people.counted(minutes=90)
    paper = paper_of(people)
    answer = client.get(f"/check/{paper.code}/")
    page = answer.content.decode()
    assert answer.status_code == 200
    for told in (paper.number, "吴**", "1小时30分", "有效", f"{paper.first_on:%Y}年"):
        assert told in page
    for secret in ("吴秀英", "秀英", people.volunteer.number, people.volunteer.user.phone, "跑腿",
                   str(people.community), "FW-"):  # fmt: skip
        assert secret not in page
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "noindex" in page
    papers.revoke_paper(paper=paper, by=people.worker, why="名字写错了")
    page = client.get(f"/check/{paper.code}/").content.decode()
    assert "已经作废" in page and "有效" not in page and "名字写错了" not in page


def test_an_unknown_code_is_told_kindly(client):
    answer = client.get("/check/nosuchcode00/")
    assert answer.status_code == 404
    assert "没有这一份" in answer.content.decode()
    assert answer["X-Robots-Tag"] == "noindex, nofollow"


def test_who_tries_codes_has_to_wait(client):
    status = [client.get(f"/check/try{n}/").status_code for n in range(41)]
    assert status == [404] * 40 + [429]


@pytest.mark.parametrize("name, masked", [("吴秀英", "吴**"), ("吴英", "吴*"), ("吴", "吴*")])
def test_masked_names(name, masked):
    assert masked_name(name) == masked
