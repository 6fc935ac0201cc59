"""Drop the indexes that others cover: each new issue and each event wrote them for nothing.

Area, building and an event's issue stand first in indexes of their own. A unique column of words
has a second index for LIKE; a constraint on it has none.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('deliberation', '0007_third_return'),
        ('stations', '0004_duty_by_role'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='event',
            name='issue',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='deliberation.issue'),
        ),
        migrations.AlterField(
            model_name='issue',
            name='area',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='issues', to='stations.area', verbose_name='小区'),
        ),
        migrations.AlterField(
            model_name='issue',
            name='building',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to='stations.building', verbose_name='楼栋'),
        ),
        migrations.AlterField(
            model_name='issue',
            name='code_digest',
            field=models.CharField(editable=False, max_length=64),
        ),
        migrations.AddConstraint(
            model_name='issue',
            constraint=models.UniqueConstraint(fields=('code_digest',), name='deliberation_issue_code_once'),
        ),
    ]
