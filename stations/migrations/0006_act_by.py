"""One person's latest acts by an index of their own, in place of the one by person alone."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("stations", "0005_plan_and_referrals")]
    operations = [
        migrations.AddIndex(
            model_name="act",
            index=models.Index(fields=["by", "-id"], name="stations_act_by"),
        ),
        migrations.AlterField(
            model_name="act",
            name="by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="acts",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
