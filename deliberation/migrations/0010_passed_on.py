"""An issue may come from an order, and what is passed on to others stands on its way. Words only:
the database does nothing."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("deliberation", "0009_look_back_index"),
    ]

    operations = [
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("submitted", "报来"),
                    ("me_too", "也遇到"),
                    ("accepted", "受理"),
                    ("corrected", "改类别或地点"),
                    ("merged", "并案"),
                    ("took_in", "并进来"),
                    ("asked", "问居民"),
                    ("remark", "居民补充"),
                    ("note", "记一笔"),
                    ("referred", "转出去"),
                    ("returned", "不受理"),
                    ("withdrawn", "撤回"),
                    ("routed", "定办法"),
                    ("undone", "撤销"),
                    ("to_street", "报街道"),
                    ("street_answer", "街道答复"),
                    ("sent_back", "街道退回"),
                    ("on_agenda", "上会"),
                    ("resolved", "决议"),
                    ("postponed", "缓议"),
                    ("task", "派任务"),
                    ("progress", "进展"),
                    ("cancelled", "取消任务"),
                    ("finished", "办完"),
                    ("refused", "没通过验收"),
                    ("verified", "验收"),
                    ("done", "办好"),
                    ("noticed", "公示"),
                    ("not_noticed", "不公示"),
                    ("taken_down", "撤下公示"),
                    ("rated", "评议"),
                    ("reopened", "重办"),
                    ("called_back", "回访"),
                    ("waived", "免一环"),
                    ("closed", "销号"),
                    ("reinspected", "回头看"),
                ],
                max_length=14,
            ),
        ),
        migrations.AlterField(
            model_name="issue",
            name="channel",
            field=models.CharField(
                choices=[
                    ("web", "扫码上报"),
                    ("counter", "来站里说"),
                    ("phone", "电话"),
                    ("patrol", "巡查发现"),
                    ("order", "点单转来"),
                ],
                default="web",
                max_length=8,
                verbose_name="来源",
            ),
        ),
    ]
