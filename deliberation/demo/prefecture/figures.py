"""The roll-up of everything at once: what `count_again` would count, without its small steps."""

from django.db import connection

from deliberation.demo.prefecture.sheets import Sheet, bare_tables, text
from stations.choices import Level
from stations.models import Area, Figure
from stations.registries import indicators
from stations.services.figures import MOMENT

ESTATES_AT_ONCE = 200


def count_everything(cursor):
    """Every indicator's own query over some estates at a time, then the levels above in SQL."""
    estates = list(Area.objects.estates().order_by("pk").values_list("pk", flat=True))
    days = days_of_receipt(cursor)
    sheet = Sheet(Figure, "area", "day", "key", "split", "number")
    with bare_tables(cursor, Figure):
        for at in range(0, len(estates), ESTATES_AT_ONCE):
            some = estates[at : at + ESTATES_AT_ONCE]
            for indicator in indicators:
                moment = indicator.of_the_moment
                found = indicator.run(some, None if moment else days)
                for (area, day, split), number in found.items():
                    if number:
                        sheet.add(
                            text(area), str(day or MOMENT), indicator.key, split, text(number)
                        )
                sheet.send(cursor)
        sum_up(cursor)


def days_of_receipt(cursor):
    cursor.execute("SELECT DISTINCT received_on FROM deliberation_issue ORDER BY 1")
    return [row[0] for row in cursor.fetchall()]


def sum_up(cursor):
    """Communities from their estates, streets from communities, up to the city."""
    quote = connection.ops.quote_name
    figure, area = quote(Figure._meta.db_table), quote(Area._meta.db_table)
    cursor.execute("SET LOCAL work_mem = '192MB'")
    for level in range(Level.ESTATE, Level.CITY, -1):
        cursor.execute(
            f"""
            INSERT INTO {figure} (area_id, day, key, split, number)
            SELECT child.parent_id, f.day, f.key, f.split, sum(f.number)
            FROM {area} child JOIN {figure} f ON f.area_id = child.id
            WHERE child.level = %s GROUP BY 1, 2, 3, 4
            """,
            [level],
        )
