"""导出: donations, needs and resources as an Excel file, as the lists show them. Recorded."""

from django.db import transaction

from stations.services.acts import record
from volunteers.services.exports import CHUNK, counted, mark_of, write

DONATIONS = (
    ("收据编号", 16), ("哪天收的", 12), ("捐了什么", 22), ("谁捐的", 18), ("数量", 8), ("单位", 6),
    ("还剩", 8), ("价值（元）", 12), ("经手人", 10), ("见证人", 10), ("公示名字", 10), ("社区", 14),
    ("去了哪里", 60),
)  # fmt: skip
NEEDS = (
    ("需要什么", 26), ("哪一类", 8), ("本领", 12), ("数量", 8), ("单位", 6), ("从哪天", 12),
    ("到哪天", 12), ("怎样了", 12), ("哪里", 16), ("哪里来的", 12), ("说明", 50),
)  # fmt: skip
RESOURCES = (
    ("能给什么", 26), ("谁给的", 18), ("哪一类", 8), ("本领", 12), ("数量", 8), ("单位", 6),
    ("还剩", 8), ("价值（元）", 12), ("从哪天", 12), ("到哪天", 12), ("哪里的", 16), ("说明", 50),
)  # fmt: skip


@transaction.atomic
def export_donations(*, rows, area, by, target):
    """Write these donations to `target` (.xlsx), the latest first, with where each part went."""
    count = counted(rows)
    record("volunteers.export_donations", on=area, by=by, rows=count)
    found = rows.select_related("partner", "area", "received_by", "witness")
    found = found.prefetch_related("uses").order_by("-received_on", "-pk")
    lines = map(donation_line, found.iterator(chunk_size=CHUNK))
    write(target, "捐赠", DONATIONS, lines, mark=mark_of(area, by))
    return count


@transaction.atomic
def export_needs(*, rows, area, by, target):
    """Write these needs to `target` (.xlsx), the latest first."""
    count = counted(rows)
    record("volunteers.export_needs", on=area, by=by, rows=count)
    found = rows.select_related("area").order_by("-pk")
    lines = map(need_line, found.iterator(chunk_size=CHUNK))
    write(target, "需求清单", NEEDS, lines, mark=mark_of(area, by))
    return count


@transaction.atomic
def export_resources(*, rows, area, by, target):
    """Write these resources to `target` (.xlsx), the latest first."""
    count = counted(rows)
    record("volunteers.export_resources", on=area, by=by, rows=count)
    found = rows.select_related("area", "partner", "volunteer__user").order_by("-pk")
    lines = map(resource_line, found.iterator(chunk_size=CHUNK))
    write(target, "资源清单", RESOURCES, lines, mark=mark_of(area, by))
    return count


def money(fen):
    """Fen as yuan with two decimals, or nothing."""
    return "" if fen is None else (fen / 100, "0.00")


def donation_line(donation):
    """The cells of a donation, in the order of its columns."""
    uses = sorted(donation.uses.all(), key=lambda use: (use.used_on, use.pk))
    went = [f"{use.used_on:%-m月%-d日}{use.where} {use.quantity}{donation.unit}" for use in uses]
    return [
        donation.number,
        donation.received_on,
        donation.what,
        str(donation.partner),
        donation.quantity,
        donation.unit,
        donation.quantity - donation.used,
        money(donation.worth_fen),
        str(donation.received_by),
        str(donation.witness) if donation.witnessed_at else f"{donation.witness}（等点头）",
        "同意" if donation.is_public else "不写名字",
        str(donation.area),
        "；".join(went),
    ]


def need_line(need):
    """The cells of a need, in the order of its columns."""
    return [
        need.title,
        need.get_sort_display(),
        need.get_help_display(),
        need.quantity,
        need.unit,
        need.first_on,
        need.last_on,
        need.get_state_display(),
        str(need.area),
        need.get_source_display(),
        need.words,
    ]


def resource_line(resource):
    """The cells of a resource, in the order of its columns."""
    return [
        resource.title,
        str(resource.giver),
        resource.get_sort_display(),
        resource.get_help_display(),
        resource.quantity,
        resource.unit,
        resource.left,
        money(resource.worth_fen),
        resource.first_on,
        resource.last_on,
        str(resource.area),
        resource.words,
    ]
