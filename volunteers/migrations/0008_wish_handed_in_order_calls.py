"""A wish passes through the station before it is fulfilled, and is for a thing or for help; an
order remembers that somebody was promised a call.

Photos that hung on the board already stay there: they were put up in good faith.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def keep_photos(apps, schema_editor):
    wishes = apps.get_model("volunteers", "Wish").objects
    wishes.filter(state__in=["fulfilled", "thanked"]).exclude(photo="").update(is_photo_public=True)


class Migration(migrations.Migration):
    dependencies = [
        ("volunteers", "0007_hours_hold"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "wish",
            "kind",
            models.CharField(
                choices=[("thing", "一样东西"), ("help", "帮个忙")],
                default="thing",
                max_length=6,
                verbose_name="想要什么",
            ),
        ),
        migrations.AddField("wish", "handed_in_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "wish",
            "is_photo_public",
            models.BooleanField(default=False, verbose_name="照片可以上墙"),
        ),
        migrations.AlterField(
            "wish",
            "by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            "wish",
            "state",
            models.CharField(
                choices=[
                    ("draft", "待上墙"),
                    ("open", "等人认领"),
                    ("claimed", "有人认领"),
                    ("handed_in", "送到服务站了"),
                    ("fulfilled", "圆了"),
                    ("thanked", "圆了，谢过了"),
                    ("cancelled", "已撤下"),
                ],
                default="draft",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            "match",
            "state",
            models.CharField(
                choices=[
                    ("proposed", "等两边答应"),
                    ("agreed", "说好了"),
                    ("delivered", "送到了"),
                    ("rated", "评过了"),
                    ("declined", "没谈成"),
                ],
                default="proposed",
                max_length=10,
            ),
        ),
        migrations.AddField("order", "call_since", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "order",
            models.Index(
                fields=["call_since"],
                name="volunteers_order_call",
                condition=models.Q(call_since__isnull=False),
            ),
        ),
        migrations.AlterField(
            "orderevent",
            "kind",
            models.CharField(
                choices=[
                    ("ordered", "下单"),
                    ("dispatched", "派单"),
                    ("declined", "说来不了"),
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
                    ("doubted", "说没做好"),
                    ("called", "打过电话"),
                ],
                max_length=12,
            ),
        ),
        migrations.RunPython(keep_photos, migrations.RunPython.noop, elidable=True),
    ]
