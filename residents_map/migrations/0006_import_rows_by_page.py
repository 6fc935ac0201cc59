"""Pages of a preview go by key: the index has it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("residents_map", "0005_inspection_void")]
    operations = [
        migrations.RemoveIndex("ImportRow", "residents_map_row_state"),
        migrations.AddIndex(
            "ImportRow",
            models.Index(
                fields=["ledger_import", "state", "id"], name="residents_map_row_page"
            ),
        ),
    ]
