"""A donation's witness is asked: the moment they said so stands on it. What was taken in before
counts as witnessed when it was written down. Whoever may be asked is 在册, in a team or not.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0011_counted_is_fixed")]

    operations = [
        migrations.AddField("donation", "witnessed_at", models.DateTimeField(blank=True, null=True)),
        migrations.RunSQL(
            "UPDATE volunteers_donation SET witnessed_at = created_at", migrations.RunSQL.noop
        ),
        migrations.AlterField(
            "volunteer",
            "state",
            models.CharField(
                choices=[
                    ("applied", "等队长同意"),
                    ("active", "在册"),
                    ("paused", "歇一阵"),
                    ("left", "已离开"),
                    ("refused", "没有加入"),
                ],
                default="applied",
                max_length=8,
            ),
        ),
    ]
