"""Hours hold against one person who invents others, and against an update that skips the days.

Whoever checked one confirmer's paper is not the other confirmer (below the services too).
The three days run from both confirmations, and what counts was on show until then: the update
that counts changes nothing but the state, the number and the moment. Minutes stand still once
either side has confirmed. Points come from an hour or a redemption. Former telephones are kept
as fingerprints.
"""

import datetime

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

KEPT = """
CREATE OR REPLACE FUNCTION volunteers_hour_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
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
    IF {confirmed} AND (NEW.minutes, NEW.volunteer_id, NEW.began_at, NEW.ended_at)
        IS DISTINCT FROM (OLD.minutes, OLD.volunteer_id, OLD.began_at, OLD.ended_at)
    THEN
        RAISE EXCEPTION 'confirmed hours are never changed';
    END IF;
    {counting}
    RETURN NEW;
END $$;
"""
# Ten minutes: the clocks of the portal and of the database need not be the same.
COUNTING = """
    IF NEW.state = 'counted' AND OLD.state <> 'counted' AND (
        OLD.state <> 'shown'
        OR (NEW.shown_until, NEW.lead_at, NEW.other_at)
            IS DISTINCT FROM (OLD.shown_until, OLD.lead_at, OLD.other_at)
        OR NEW.counted_at > now() + interval '10 minutes'
    ) THEN
        RAISE EXCEPTION 'hours count after they were on show' USING ERRCODE = 'check_violation';
    END IF;
"""
KEEP = KEPT.format(
    confirmed="(OLD.lead_at IS NOT NULL OR OLD.other_at IS NOT NULL)", counting=COUNTING
)
KEEP_AS_BEFORE = KEPT.format(confirmed="OLD.lead_at IS NOT NULL", counting="")

TIED = """
CREATE FUNCTION volunteers_has_checked(checker bigint, account bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM volunteers_identity paper
        LEFT JOIN volunteers_identity seen ON seen.user_id = paper.verified_by_id
            AND seen.verified_at IS NOT NULL
        LEFT JOIN volunteers_identity own ON own.user_id = checker
            AND own.verified_at IS NOT NULL
        WHERE paper.user_id = account AND paper.verified_at IS NOT NULL
          AND (paper.verified_by_id = checker OR seen.key = own.key)
    )
$$;
CREATE FUNCTION volunteers_hour_not_tied() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state NOT IN ('shown', 'counted') OR NEW.reverses_id IS NOT NULL
        OR NEW.lead_by_id IS NULL OR NEW.other_by_id IS NULL
    THEN
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state IN ('shown', 'counted')
        AND (NEW.lead_by_id, NEW.other_by_id)
            IS NOT DISTINCT FROM (OLD.lead_by_id, OLD.other_by_id)
    THEN
        RETURN NEW;
    END IF;
    IF volunteers_has_checked(NEW.lead_by_id, NEW.other_by_id)
        OR volunteers_has_checked(NEW.other_by_id, NEW.lead_by_id)
    THEN
        RAISE EXCEPTION 'who checked one confirmer is not the other'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER volunteers_hour_not_tied BEFORE INSERT OR UPDATE ON volunteers_hour
    FOR EACH ROW EXECUTE FUNCTION volunteers_hour_not_tied();
"""
UNTIED = """
DROP TRIGGER volunteers_hour_not_tied ON volunteers_hour;
DROP FUNCTION volunteers_hour_not_tied();
DROP FUNCTION volunteers_has_checked(bigint, bigint);
"""
SHOWN = datetime.timedelta(days=3)


class Migration(migrations.Migration):
    dependencies = [
        ("volunteers", "0006_roster_words"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FormerPhone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=40)),
                ("until", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="former_phones",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "key"), name="volunteers_former_phone_once"
                    )
                ],
            },
        ),
        migrations.RemoveConstraint("hour", "volunteers_hour_counted_after_three_days"),
        migrations.AddConstraint(
            "hour",
            models.CheckConstraint(
                name="volunteers_hour_counted_after_three_days",
                condition=~Q(state="counted")
                | Q(reverses__isnull=False)
                | Q(
                    shown_until__isnull=False,
                    counted_at__isnull=False,
                    counted_at__gte=F("shown_until"),
                    number__isnull=False,
                ),
            ),
        ),
        migrations.AddConstraint(
            "hour",
            models.CheckConstraint(
                name="volunteers_hour_three_days_from_both",
                condition=~Q(state__in=["shown", "counted"])
                | Q(reverses__isnull=False)
                | Q(
                    shown_until__isnull=False,
                    shown_until__gte=F("lead_at") + SHOWN,
                )
                & Q(shown_until__gte=F("other_at") + SHOWN),
            ),
        ),
        migrations.AddConstraint(
            "point",
            models.CheckConstraint(
                name="volunteers_point_from_somewhere",
                condition=Q(kind__in=["earned", "taken_back"], hour__isnull=False)
                | Q(kind__in=["spent", "returned"], redemption__isnull=False),
            ),
        ),
        migrations.RunSQL(KEEP, KEEP_AS_BEFORE),
        migrations.RunSQL(TIED, UNTIED),
    ]
