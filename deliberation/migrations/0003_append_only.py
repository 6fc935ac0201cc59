"""The timeline of an issue cannot be changed, deleted or emptied."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER deliberation_event_append_only BEFORE UPDATE OR DELETE ON deliberation_event
    FOR EACH ROW EXECUTE FUNCTION tongxin_append_only();
CREATE TRIGGER deliberation_event_never_emptied BEFORE TRUNCATE ON deliberation_event
    FOR EACH STATEMENT EXECUTE FUNCTION tongxin_append_only();
"""

BACK = """
DROP TRIGGER deliberation_event_never_emptied ON deliberation_event;
DROP TRIGGER deliberation_event_append_only ON deliberation_event;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("deliberation", "0002_initial"),
        ("stations", "0002_append_only"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACK)]
