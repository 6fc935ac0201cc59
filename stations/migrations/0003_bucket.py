"""Token buckets of the limits: unlogged, because losing them harms nobody."""

from django.db import migrations

from stations.foundation.limits import DROP_TABLE_SQL, TABLE_SQL


class Migration(migrations.Migration):
    dependencies = [("stations", "0002_append_only")]
    operations = [migrations.RunSQL(TABLE_SQL, DROP_TABLE_SQL)]
