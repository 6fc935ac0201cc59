"""The act log cannot be changed, deleted or emptied, whoever asks the database."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION tongxin_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%% is append-only: %% refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER stations_act_append_only BEFORE UPDATE OR DELETE ON stations_act
    FOR EACH ROW EXECUTE FUNCTION tongxin_append_only();
CREATE TRIGGER stations_act_never_emptied BEFORE TRUNCATE ON stations_act
    FOR EACH STATEMENT EXECUTE FUNCTION tongxin_append_only();
""".replace("%%", "%")

BACK = """
DROP TRIGGER stations_act_never_emptied ON stations_act;
DROP TRIGGER stations_act_append_only ON stations_act;
DROP FUNCTION tongxin_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("stations", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
