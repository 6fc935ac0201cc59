"""What an emergency took, in a sentence; the column comes with a default of the database, so the
release that runs while this is applied goes on writing rosters. And plainer words for a source of
hours: nothing changes in the table."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0005_slot_cancelled")]

    operations = [
        migrations.AddField(
            "roster",
            "words",
            models.CharField("记一句", blank=True, db_default="", max_length=200),
        ),
        migrations.AlterField(
            "hour",
            "source",
            models.CharField(
                choices=[
                    ("clock", "按手机上的开始、做完"),
                    ("slot", "按签到签退"),
                    ("said", "自己报的"),
                ],
                max_length=8,
            ),
        ),
    ]
