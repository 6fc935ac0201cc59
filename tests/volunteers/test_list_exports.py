"""导出 Excel: donations, needs and resources as their lists show them, and that it was taken."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from stations.access import VIEW_ACTS
from stations.models import Act
from stations.services.acts import acts_for
from tests.volunteers.giving import donation_in, need_in, resource_in
from volunteers.services import donations

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet(sign_in):
    def read(who, address):
        answer = sign_in(who).get(address)
        assert answer["Cache-Control"] == "no-store" and ".xlsx" in answer["Content-Disposition"]
        book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
        note, heads, *rows = [[cell.value for cell in row] for row in book.worksheets[0]]
        assert "不要转发" in note[0]
        return [dict(zip(heads, row, strict=True)) for row in rows]

    return read


def test_donations_with_where_they_went(community, worker, cast, sheet):
    rice = donation_in(community, worker, cast("colleague"), what="=1+1")
    donations.use_donation(donation=rice, by=worker, quantity=60, where="11 户独居老人")
    gone = donation_in(community, worker, cast("colleague"), what="油", quantity=1)
    donations.use_donation(donation=gone, by=worker, quantity=1, where="食堂")
    both = sheet("worker", "/donations/export/")
    assert [row["收据编号"] for row in both] == [gone.number, rice.number]
    (row,) = sheet("worker", "/donations/export/?view=left")
    assert (row["捐了什么"], row["还剩"], row["价值（元）"]) == ("=1+1", 40, 5000)
    assert row["去了哪里"].endswith("11 户独居老人 60袋") and row["公示名字"] == "不写名字"
    assert (row["经手人"], row["见证人"]) == (str(worker), str(cast("colleague")))
    acts = Act.objects.filter(verb="volunteers.export_donations").order_by("pk")
    assert [act.detail for act in acts] == [{"rows": 2}, {"rows": 1}]


def test_needs_and_resources_under_their_conditions(estate, worker, sheet):
    need_in(estate, worker, title="旧洗衣机", unit="台", quantity=1)
    need_in(estate, worker, title="来个人手", sort="people")
    (row,) = sheet("worker", "/lists/needs/export/?sort=goods")
    assert (row["需要什么"], row["数量"], row["单位"]) == ("旧洗衣机", 1, "台")
    gift = resource_in(estate.parent, worker, title="杂粮礼包")
    (row,) = sheet("worker", f"/lists/resources/export/?area={estate.parent_id}")
    assert (row["能给什么"], row["谁给的"], row["还剩"]) == ("杂粮礼包", str(gift.partner), 100)
    for verb in ("export_needs", "export_resources"):
        assert Act.objects.get(verb=f"volunteers.{verb}").detail == {"rows": 1}


def test_somebody_reads_what_the_street_took(estate, worker, sheet, cast):
    need_in(estate, worker, title="旧洗衣机")
    assert sheet("officer", "/lists/needs/export/")
    act = Act.objects.get(verb="volunteers.export_needs")
    assert act in acts_for(cast("officer"), VIEW_ACTS.roles)


def test_nobody_takes_the_neighbours(estate, other_estate, worker, sheet):
    need_in(estate, worker, title="这边的")
    need_in(other_estate, worker, title="那边的")
    rows = sheet("worker", f"/lists/needs/export/?area={other_estate.pk}")
    assert [row["需要什么"] for row in rows] == ["这边的"]


@pytest.mark.parametrize("address", ["donations", "lists/needs", "lists/resources"])
def test_an_empty_file_is_refused_with_a_sentence(address, community, sign_in):
    answer = sign_in("worker").get(f"/{address}/export/", follow=True)
    assert "一行也没有" in answer.content.decode()
    assert not Act.objects.filter(verb__startswith="volunteers.export").exists()


def test_the_lists_lead_there(community, estate, worker, cast, sign_in):
    donation_in(community, worker, cast("colleague"))
    need_in(estate, worker)
    resource_in(community, worker)
    client = sign_in("worker")
    for address, link in (
        ("/donations/", "/donations/export/"),
        ("/lists/?tab=needs", "/lists/needs/export/?tab=needs"),
        ("/lists/?tab=resources", "/lists/resources/export/?tab=resources"),
    ):
        assert f'href="{link}"' in client.get(address).content.decode()
