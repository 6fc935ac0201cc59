"""月报: one snapshot, two files, nothing that was typed comes alive, once a month by itself."""

import io
import random
import re
import threading
import zipfile
from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from docx import Document
from openpyxl import load_workbook

from deliberation.models import AgendaItem, Issue, Meeting, Reporter, Resolution
from stations.models import Act, Message, Report, Work
from stations.services import reports
from stations.services.figures import recount
from stations.services.report_contents import collect
from stations.services.work import claim, fail, run
from tests.stations.rows import issues_at

NOW = datetime(2026, 11, 5, 9, 0, tzinfo=timezone.get_default_timezone())
OCTOBER = date(2026, 10, 20)
FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
EVIL = "{{ cycler.__init__.__globals__.os.popen('id').read() }} <w:p/> & ]]> {% for %} {_{ =1+1"
FORMULA = '=HYPERLINK("http://x.example","点我")'

pytestmark = pytest.mark.django_db
# Building reads from a connection of its own, which sees committed rows only.
committed = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fifth_of_november():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


@pytest.fixture
def october(estate, other_estate, cast):
    """A month of issues in two communities of the street, two decisions, typed mischief."""
    rng = random.Random(11)
    issues_at([estate, other_estate], rng, number=80, first=date(2026, 8, 15), last=LAST)
    for issue in Issue.objects.all():
        Reporter.objects.create(issue=issue, name="周桂兰", phone_sealed="x")
    inside = Issue.objects.finished().filter(finished_at__month=10).order_by("pk")
    titles = [
        "周桂兰家 3栋2单元1201 漏水，电话 13900006021",
        EVIL[:60],
        FORMULA,
        "坏字符\x07\x0b在里面",
    ]
    for issue, title in zip(inside, titles, strict=False):
        Issue.objects.filter(pk=issue.pk).update(title=title)
    meeting = Meeting.objects.create(
        area=estate,
        forum="four",
        year=2026,
        number=12,
        starts_at=NOW,
        place="服务站",
        chair="李建国",
        recorder=cast("worker"),
    )
    for at, (title, text) in enumerate(
        [("夜间停车", "二十点后分时共享。\n物业 11 月前画线。"), (EVIL[:60], EVIL)], start=1
    ):
        item = AgendaItem.objects.create(meeting=meeting, order=at, title=title, state="resolved")
        Resolution.objects.create(
            item=item,
            number=f"锦江议〔2026〕12-{at}",
            text=text,
            passed_at=datetime(2026, 10, 20 + at, 15, tzinfo=timezone.get_default_timezone()),
        )


def ordered(area, by=None):
    return reports.order_report(area=area, month=OCTOBER, by=by)


def built(report):
    assert run(report.work_id)
    return Report.objects.get(pk=report.pk)


def document_of(report):
    with report.word.open() as file:
        return Document(io.BytesIO(file.read()))


def book_of(report):
    with report.excel.open() as file:
        return load_workbook(io.BytesIO(file.read()))


def texts(document):
    """All text of the document as Word shows it."""
    lines = [paragraph.text for paragraph in document.paragraphs]
    for table in document.tables:
        lines += [cell.text for row in table.rows for cell in row.cells]
    return "\n".join(lines)


@committed
def test_both_files_say_the_same(october, street, community, cast):
    officer = cast("officer")
    report = built(ordered(street, by=officer))
    assert report.is_ready
    assert report.state == "ready"
    assert report.snapshot_at == NOW
    keys = ["deliberation.received", "deliberation.finished", "deliberation.solved"]
    truth = recount([street.pk, community.pk], keys, FIRST, LAST)
    received, finished, solved = (truth[street.pk, key, ""] for key in keys)
    book, document = book_of(report), document_of(report)
    assert book.sheetnames == ["指标", "各社区", "办结诉求", "决议", "走访", "志愿服务"]
    figures = {row[0]: row for row in book["指标"].values}
    assert figures["收到"][1] == received
    assert figures["办结"][1] == finished
    assert figures["解决率"][2:4] == (solved, finished)
    assert figures["解决率"][1] == pytest.approx(round(solved / finished, 3))
    assert f"收到诉求 {received} 件，其中办结 {finished} 件" in texts(document)
    rates = {row.cells[0].text: [c.text for c in row.cells] for row in document.tables[0].rows}
    assert rates["解决率"][2] == f"{solved} / {finished}"
    places = {row[0]: row for row in book["各社区"].values}
    assert places["锦绣社区"][1] == truth[community.pk, "deliberation.received", ""]
    assert sum(r[1] for n, r in places.items() if n.endswith("社区") and n != "社区") == received
    listed = list(book["办结诉求"].values)[1:]
    assert len(listed) == Issue.objects.finished().filter(finished_at__month=10).count()
    of_october = [row for row in listed if row[4].date() >= FIRST]
    assert f"其中本月收到的 {len(of_october)} 件" in texts(document)
    assert len(document.tables[-2].rows) - 1 == len(listed)
    assert len(list(book["决议"].values)) - 1 == len(document.tables[-1].rows) - 1 == 2


@committed
def test_what_people_typed_stays_text(october, street, files):
    report = built(ordered(street))
    book = book_of(report)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n", "d"}  # no "f"
    values = {cell.value for cell in cells}
    assert EVIL[:60] in values
    assert FORMULA in values
    assert "坏字符在里面" in values
    words = texts(document_of(report))
    assert EVIL[:60] in words
    assert EVIL.replace("{_{", "{{") in words
    assert FORMULA in words
    with report.word.open() as file, zipfile.ZipFile(io.BytesIO(file.read())) as archive:
        assert archive.testzip() is None
        assert "周桂兰" not in archive.read("word/document.xml").decode()
    for secret in ("周桂兰", "13900006021", "1201"):
        assert secret not in re.sub(r"SQ-\d+", "", words)
        assert not any(secret in str(value) for value in values)


@committed
def test_the_word_file_looks_like_a_document(october, street):
    document = document_of(built(ordered(street)))
    assert document.paragraphs[0].text == "庆云街道"
    assert document.paragraphs[1].text == "2026年10月居民诉求办理月报"
    assert "{" not in "".join(p.text for p in document.paragraphs[:6])
    for table in document.tables:
        assert table.rows[0]._tr.xpath("./w:trPr/w:tblHeader")
        grid = table._tbl.tblGrid.gridCol_lst
        assert {len(row._tr.tc_lst) for row in table.rows} == {len(grid)}


def test_a_closed_month_made_again_is_the_same(october, street):
    first = collect(ordered(street))
    with time_machine.travel(NOW + timedelta(days=20), tick=False):
        second = collect(Report.objects.get())
    assert first.pop("snapshot_at") != second.pop("snapshot_at")
    assert first == second


@committed
def test_all_numbers_are_of_one_moment(october, street, estate, monkeypatch):
    """Somebody reports and withdraws while the report is being made; nothing of it shows."""
    report = ordered(street)
    before = recount([street.pk], ["deliberation.received"], FIRST, LAST)
    from stations.services import report_contents

    real = report_contents.recount

    def recount_while_others_write(*arguments):
        result = real(*arguments)
        thread = threading.Thread(target=write)
        thread.start()
        thread.join()
        return result

    def write():
        Issue.objects.filter(received_on__range=(FIRST, LAST)).update(state="withdrawn")
        connection.close()

    monkeypatch.setattr(report_contents, "recount", recount_while_others_write)
    book = book_of(built(report))
    assert not recount([street.pk], ["deliberation.received"], FIRST, LAST)
    figures = {row[0]: row for row in book["指标"].values}
    assert figures["收到"][1] == before[street.pk, "deliberation.received", ""]
    assert len(list(book["办结诉求"].values)) > 1


@committed
def test_an_empty_month_is_a_report_too(street, community):
    report = built(reports.order_report(area=community, month=OCTOBER))
    words = texts(document_of(report))
    assert "2026年10月，锦绣社区没有收到诉求。" in words
    assert "本月没有办结的诉求。" in words
    assert "0.0%" not in words
    assert book_of(report)["决议"].max_row == 1


@committed
def test_a_running_month_ends_today(street, estate):
    report = reports.order_report(area=street, month=NOW.date())
    assert (report.first_day, report.last_day) == (date(2026, 11, 1), date(2026, 11, 5))
    assert built(report).is_ready
    again = reports.order_report(area=street, month=NOW.date())
    assert again == report
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        assert reports.order_report(area=street, month=NOW.date()) != report


def test_asked_twice_it_is_one(street, cast):
    assert ordered(street, by=cast("officer")) == ordered(street)
    assert Report.objects.count() == Work.objects.filter(kind="stations.build_report").count() == 1


@pytest.mark.parametrize("month", [date(2026, 12, 1), date(2030, 1, 1)])
def test_a_month_to_come_is_refused(street, month):
    with pytest.raises(ValidationError, match="还没到"):
        reports.order_report(area=street, month=month)


def test_only_communities_and_streets_have_reports(estate, district):
    for area in (estate, district):
        with pytest.raises(ValidationError, match="社区或街道"):
            reports.order_report(area=area, month=OCTOBER)


@committed
def test_delivered_ten_times_it_is_made_once(october, street, cast, files):
    report = ordered(street, by=cast("officer"))
    done = [run(report.work_id) for _ in range(10)]
    assert done.count(True) == 1
    assert Message.objects.filter(recipient=cast("officer")).count() == 1
    assert len(list((files / "reports").iterdir())) == 2


@committed
def test_whoever_lost_the_right_gets_nothing(october, street, cast, files):
    officer = cast("officer")
    report = ordered(street, by=officer)
    officer.postings.update(until=NOW - timedelta(minutes=1))
    report = built(report)
    assert not report.is_ready
    assert report.state == "refused"
    assert Act.objects.filter(verb="stations.report_refused").exists()
    assert not (files / "reports").exists()
    assert not Message.objects.exists()


@committed
def test_a_report_that_failed_can_be_tried_again(october, street, cast):
    report = ordered(street)
    with pytest.raises(ValidationError, match="没有停下"):
        reports.try_again(report=report, by=cast("officer"))
    for _ in range(5):
        Work.objects.update(run_after=NOW - timedelta(days=1))
        fail(claim(report.work_id), RuntimeError())
    report = Report.objects.get()
    assert report.state == "failed"
    reports.try_again(report=report, by=cast("officer"))
    assert built(Report.objects.get()).is_ready


@committed
def test_files_have_names_nobody_can_guess(october, street):
    report = built(ordered(street))
    assert len(report.word.name) > 40
    assert report.word.name.split(".")[0] != report.excel.name.split(".")[0]


def test_on_the_first_of_the_month_once(street, community, sibling, far_street):
    with time_machine.travel(datetime(2026, 11, 1, 0, 5, tzinfo=NOW.tzinfo), tick=False):
        with transaction.atomic():
            reports.order_monthly_reports()
        reports.order_monthly_reports()
    made = Report.objects.all()
    assert {report.area for report in made} == {street, community, sibling, far_street}
    assert made.count() == 4
    assert {(report.first_day, report.last_day) for report in made} == {(FIRST, LAST)}
    with time_machine.travel(datetime(2026, 12, 1, 0, 5, tzinfo=NOW.tzinfo), tick=False):
        reports.order_monthly_reports()
    assert Report.objects.count() == 8


def test_the_tick_of_the_first_writes_it_once():
    from stations.tasks import tick

    with time_machine.travel(datetime(2026, 11, 1, 0, 5, tzinfo=NOW.tzinfo), tick=False):
        tick()
        tick()
    assert Work.objects.filter(kind="stations.monthly_reports").count() == 1
