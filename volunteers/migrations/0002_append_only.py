"""Hours, points, papers and the way of an order are written once. What counts is never edited:
a mistake in hours is a row of negative minutes that names the one it takes back."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION volunteers_hour_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'hours are never deleted';
    END IF;
    IF OLD.state = 'counted' AND (
        NEW.state, NEW.minutes, NEW.volunteer_id, NEW.began_at, NEW.ended_at, NEW.person_keys,
        NEW.lead_by_id, NEW.lead_keys, NEW.other_by_id, NEW.other_keys, NEW.number,
        NEW.counted_at, NEW.reverses_id
    ) IS DISTINCT FROM (
        OLD.state, OLD.minutes, OLD.volunteer_id, OLD.began_at, OLD.ended_at, OLD.person_keys,
        OLD.lead_by_id, OLD.lead_keys, OLD.other_by_id, OLD.other_keys, OLD.number,
        OLD.counted_at, OLD.reverses_id
    ) THEN
        RAISE EXCEPTION 'counted hours are never changed: reverse them';
    END IF;
    IF OLD.lead_at IS NOT NULL AND (NEW.minutes, NEW.volunteer_id, NEW.began_at, NEW.ended_at)
        IS DISTINCT FROM (OLD.minutes, OLD.volunteer_id, OLD.began_at, OLD.ended_at)
    THEN
        RAISE EXCEPTION 'confirmed hours are never changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER volunteers_hour_kept BEFORE UPDATE OR DELETE ON volunteers_hour
    FOR EACH ROW EXECUTE FUNCTION volunteers_hour_is_kept();

CREATE TRIGGER volunteers_point_kept BEFORE UPDATE OR DELETE ON volunteers_point
    FOR EACH ROW EXECUTE FUNCTION tongxin_append_only();
CREATE TRIGGER volunteers_orderevent_kept BEFORE UPDATE OR DELETE ON volunteers_orderevent
    FOR EACH ROW EXECUTE FUNCTION tongxin_append_only();
CREATE TRIGGER volunteers_paper_kept BEFORE DELETE ON volunteers_paper
    FOR EACH ROW EXECUTE FUNCTION tongxin_append_only();
CREATE TRIGGER volunteers_hour_never_emptied BEFORE TRUNCATE ON volunteers_hour
    FOR EACH STATEMENT EXECUTE FUNCTION tongxin_append_only();
CREATE TRIGGER volunteers_point_never_emptied BEFORE TRUNCATE ON volunteers_point
    FOR EACH STATEMENT EXECUTE FUNCTION tongxin_append_only();
"""
BACK = """
DROP TRIGGER volunteers_point_never_emptied ON volunteers_point;
DROP TRIGGER volunteers_hour_never_emptied ON volunteers_hour;
DROP TRIGGER volunteers_paper_kept ON volunteers_paper;
DROP TRIGGER volunteers_orderevent_kept ON volunteers_orderevent;
DROP TRIGGER volunteers_point_kept ON volunteers_point;
DROP TRIGGER volunteers_hour_kept ON volunteers_hour;
DROP FUNCTION volunteers_hour_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0001_initial"), ("stations", "0002_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
