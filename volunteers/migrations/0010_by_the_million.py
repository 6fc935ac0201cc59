"""Indexes for a city of a million orders: what a page reads hangs on the page, not on the city.

What a station works through (open hours, orders that nobody has confirmed, who waits to be
checked) stands in small indexes of its own; the tabs of orders are counted, and what teams did by
month is summed up, in the index alone. Indexes that others begin with are gone.
"""

import django.db.models.deletion
from django.db import migrations, models

OPEN_HOURS = models.Q(state__in=("reported", "held", "shown"))


def covered(model, field, **facts):
    """A reference whose own index went: another begins with it."""
    facts = {"db_index": False, "on_delete": django.db.models.deletion.PROTECT} | facts
    return migrations.AlterField(model, field, models.ForeignKey(**facts))


class Migration(migrations.Migration):
    dependencies = [
        ("stations", "0007_figure_index"),
        ("volunteers", "0009_order_sent_again"),
    ]

    operations = [
        migrations.AddIndex(
            "hour",
            models.Index(
                fields=["area", "state", "began_at", "id"],
                include=("other_at",),
                name="volunteers_hour_queue",
                condition=OPEN_HOURS,
            ),
        ),
        migrations.RunSQL(
            "DROP INDEX volunteers_hour_open",
            "CREATE INDEX volunteers_hour_open ON volunteers_hour (area_id, id)"
            " WHERE state IN ('reported', 'held', 'shown')",
        ),
        migrations.AddIndex(
            "hour",
            models.Index(
                fields=["team", "state", "shown_until"],
                name="volunteers_hour_team_open",
                condition=OPEN_HOURS,
            ),
        ),
        migrations.AddIndex(
            "hour",
            models.Index(
                fields=["team", "began_at"],
                include=("state", "minutes", "reverses"),
                name="volunteers_hour_team",
            ),
        ),
        migrations.AddIndex(
            "order",
            models.Index(
                fields=["area", "done_at"],
                name="volunteers_order_unsaid",
                condition=models.Q(state="done"),
            ),
        ),
        migrations.AddIndex(
            "order",
            models.Index(fields=["area", "state", "-id"], name="volunteers_order_state"),
        ),
        migrations.AddIndex(
            "identity",
            models.Index(
                fields=["area"],
                name="volunteers_identity_to_verify",
                condition=models.Q(verified_at=None),
            ),
        ),
        migrations.AddIndex(
            "beneficiary",
            models.Index(
                fields=["since"],
                name="volunteers_beneficiary_kept",
                condition=models.Q(is_regular=False, erased_at=None),
            ),
        ),
        migrations.AddIndex(
            "slot", models.Index(fields=["area", "starts_at"], name="volunteers_slot_place")
        ),
        covered("ask", "order", related_name="asks", to="volunteers.order"),
        covered("hour", "order", null=True, related_name="hours", to="volunteers.order"),
        covered("hour", "team", null=True, related_name="hours", to="volunteers.team"),
        covered("hour", "volunteer", related_name="hours", to="volunteers.volunteer"),
        covered("point", "volunteer", related_name="points", to="volunteers.volunteer"),
        covered("slot", "area", related_name="+", to="stations.area"),
        covered("wish", "area", related_name="+", to="stations.area"),
    ]
