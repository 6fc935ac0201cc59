"""Every visit to the list counts the closed issues that nobody has looked back at: without this
index all issues of a community were read for it."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('deliberation', '0008_fewer_indexes'),
        ('stations', '0004_duty_by_role'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='issue',
            index=models.Index(condition=models.Q(('reinspected_at', None), ('state', 'closed')), fields=['area', 'due_at', 'id'], name='deliberation_issue_look_back'),
        ),
    ]
