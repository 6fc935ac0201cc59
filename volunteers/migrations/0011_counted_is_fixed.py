"""Counted hours and printed papers stand still as a whole, below the services too.

Of counted hours only words about them may change, because they may name somebody and are
forgotten in time; whatever tells who did what, when, for how long and who said so does not. A
paper is sealed once and revoked once; what was printed on it stays.
"""

from django.db import migrations

COUNTED = """
CREATE FUNCTION volunteers_hour_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    about CONSTANT text[] := ARRAY['words', 'odd', 'objection', 'decision'];
BEGIN
    IF to_jsonb(NEW) - about IS DISTINCT FROM to_jsonb(OLD) - about THEN
        RAISE EXCEPTION 'counted hours are never changed: reverse them'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER volunteers_hour_fixed BEFORE UPDATE ON volunteers_hour
    FOR EACH ROW WHEN (OLD.state = 'counted') EXECUTE FUNCTION volunteers_hour_is_fixed();
"""
COUNTED_BACK = """
DROP TRIGGER volunteers_hour_fixed ON volunteers_hour;
DROP FUNCTION volunteers_hour_is_fixed();
"""
PRINTED = """
CREATE FUNCTION volunteers_paper_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    seal CONSTANT text[] := ARRAY['kind', 'sealed_by_id', 'sealed_at'];
    end_ CONSTANT text[] := ARRAY['revoked_at', 'revoked_by_id', 'revoked_why'];
    was CONSTANT jsonb := to_jsonb(OLD);
    is_ CONSTANT jsonb := to_jsonb(NEW);
BEGIN
    IF is_ - seal - end_ IS DISTINCT FROM was - seal - end_
        OR (OLD.sealed_at IS NOT NULL AND is_ - end_ IS DISTINCT FROM was - end_)
        OR (OLD.revoked_at IS NOT NULL AND is_ IS DISTINCT FROM was)
    THEN
        RAISE EXCEPTION 'a paper is never changed: revoke it and make another'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER volunteers_paper_fixed BEFORE UPDATE ON volunteers_paper
    FOR EACH ROW EXECUTE FUNCTION volunteers_paper_is_fixed();
"""
PRINTED_BACK = """
DROP TRIGGER volunteers_paper_fixed ON volunteers_paper;
DROP FUNCTION volunteers_paper_is_fixed();
"""


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0010_by_the_million")]
    operations = [
        migrations.RunSQL(COUNTED, COUNTED_BACK),
        migrations.RunSQL(PRINTED, PRINTED_BACK),
    ]
