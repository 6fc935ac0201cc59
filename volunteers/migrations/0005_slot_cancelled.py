"""One time of an event can be called off alone. Both columns come with a default of the database,
so the release that runs while this is applied goes on writing slots."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0004_change_time")]

    operations = [
        migrations.AddField("slot", "cancelled_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "slot", "cancelled_why", models.CharField(blank=True, db_default="", max_length=100)
        ),
    ]
