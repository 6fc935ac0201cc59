"""An order can be sent again after nobody came: whoever goes then has an hour of their own beside
the one that is held. What whoever is asked reads before saying yes has a place of its own.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0008_wish_handed_in_order_calls")]

    operations = [
        migrations.AddField(
            "order",
            "brief",
            models.CharField(blank=True, max_length=60, verbose_name="要做什么"),
        ),
        migrations.AlterField(
            "hour",
            "order",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="hours",
                to="volunteers.order",
            ),
        ),
        migrations.AddConstraint(
            "hour",
            models.UniqueConstraint(
                fields=["order", "volunteer"], name="volunteers_hour_one_of_an_order"
            ),
        ),
        migrations.AlterField(
            "ask",
            "state",
            models.CharField(
                choices=[
                    ("asked", "等回话"),
                    ("accepted", "接了"),
                    ("declined", "去不了"),
                    ("silent", "没回话"),
                    ("taken", "别人接了"),
                    ("handed_over", "转给别人了"),
                    ("taken_back", "换人去了"),
                    ("withdrawn", "不用了"),
                ],
                default="asked",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            "orderevent",
            "kind",
            models.CharField(
                choices=[
                    ("ordered", "下单"),
                    ("dispatched", "派单"),
                    ("declined", "说去不了"),
                    ("back", "又能去了"),
                    ("nobody", "没人应"),
                    ("accepted", "接单"),
                    ("on_way", "出发"),
                    ("begun", "开始服务"),
                    ("handed_over", "转给别人"),
                    ("done", "做完"),
                    ("confirmed", "确认"),
                    ("rated", "评价"),
                    ("cancelled", "取消"),
                    ("price", "说定价钱"),
                    ("time", "改时间"),
                    ("changed", "改内容"),
                    ("doubted", "没人来，或者没做好"),
                    ("called", "打过电话"),
                    ("again", "再派人去"),
                ],
                max_length=12,
            ),
        ),
    ]
