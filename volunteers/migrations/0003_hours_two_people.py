"""Hours of one person cannot be written past the services either.

The check constraints of 0001 compare the fingerprints in a row; here the database looks whose
they are. Whoever writes a shown or counted hour, by whatever way, must name two other people
whose identity somebody has verified: fingerprints made up, the same account twice, or a
confirmation that nobody stands for, are refused. A reversal repeats what it takes back.
What waits is found through an index of its own; what counts is in the one by month.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION volunteers_is_key_of(account bigint, keys varchar[]) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM volunteers_identity
        WHERE user_id = account AND verified_at IS NOT NULL AND ('i:' || key) = ANY (keys)
    )
$$;
CREATE FUNCTION volunteers_hour_takes_back(hour volunteers_hour) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM volunteers_hour taken
        WHERE taken.id = hour.reverses_id AND taken.state = 'counted'
          AND taken.reverses_id IS NULL AND taken.minutes = -hour.minutes
          AND taken.volunteer_id = hour.volunteer_id
    )
$$;
CREATE FUNCTION volunteers_hour_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    served_by bigint;
BEGIN
    IF NEW.state NOT IN ('shown', 'counted') THEN
        RETURN NEW;
    END IF;
    IF NEW.reverses_id IS NOT NULL THEN
        IF NOT volunteers_hour_takes_back(NEW) THEN
            RAISE EXCEPTION 'a reversal takes back one counted hour, all of it'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state IN ('shown', 'counted') AND (
        NEW.volunteer_id, NEW.person_keys, NEW.lead_by_id, NEW.lead_keys, NEW.other_as,
        NEW.other_by_id, NEW.other_keys
    ) IS NOT DISTINCT FROM (
        OLD.volunteer_id, OLD.person_keys, OLD.lead_by_id, OLD.lead_keys, OLD.other_as,
        OLD.other_by_id, OLD.other_keys
    ) THEN
        RETURN NEW;
    END IF;
    SELECT user_id INTO served_by FROM volunteers_volunteer WHERE id = NEW.volunteer_id;
    IF NOT volunteers_is_key_of(served_by, NEW.person_keys)
        OR NEW.lead_by_id IS NULL
        OR NOT volunteers_is_key_of(NEW.lead_by_id, NEW.lead_keys)
    THEN
        RAISE EXCEPTION 'hours are confirmed by people whose identity is verified'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.other_by_id IS NULL THEN
        -- Somebody served stands behind an order, known by a telephone.
        IF NEW.other_as <> 'served' OR NEW.order_id IS NULL
            OR NOT NEW.other_keys[1] LIKE 'p:%'
        THEN
            RAISE EXCEPTION 'nobody stands for the second confirmation'
                USING ERRCODE = 'check_violation';
        END IF;
    ELSIF NOT volunteers_is_key_of(NEW.other_by_id, NEW.other_keys) THEN
        RAISE EXCEPTION 'hours are confirmed by people whose identity is verified'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER volunteers_hour_by_two BEFORE INSERT OR UPDATE ON volunteers_hour
    FOR EACH ROW EXECUTE FUNCTION volunteers_hour_by_two();
CREATE INDEX volunteers_hour_open ON volunteers_hour (area_id, id)
    WHERE state IN ('reported', 'held', 'shown');
"""
BACK = """
DROP INDEX volunteers_hour_open;
DROP TRIGGER volunteers_hour_by_two ON volunteers_hour;
DROP FUNCTION volunteers_hour_by_two();
DROP FUNCTION volunteers_hour_takes_back(volunteers_hour);
DROP FUNCTION volunteers_is_key_of(bigint, varchar[]);
"""


class Migration(migrations.Migration):
    dependencies = [("volunteers", "0002_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
