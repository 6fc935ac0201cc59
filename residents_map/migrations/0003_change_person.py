"""A line of history knows whom it was about, so that it can be erased with them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("residents_map", "0002_seven_kinds")]
    operations = [
        migrations.AddField(
            model_name="change",
            name="person",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="residents_map.person",
            ),
        ),
    ]
