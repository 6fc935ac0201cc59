"""Every kind of later work may be delivered ten times. A new kind without a case fails."""

import os
import time
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from deliberation.models import Photo, Reporter, UsedToken
from stations.choices import WorkState
from stations.foundation.work import kinds
from stations.models import Figure, Message, Report, Told, Work
from stations.services.reports import last_month, order_report
from stations.services.work import later, run
from tests.factories import report
from tests.residents_map.imports.deliveries import CASES as IMPORTS
from tests.support.pictures import remade
from tests.volunteers import parts


def nothing_more(cast, estate):
    return {}, lambda: None


def duty_reached(cast, estate):
    from stations.models import Duty

    cast("worker")
    report(estate)
    long_ago = timezone.now() - timedelta(days=9)
    Duty.objects.update(since=long_ago, half_at=long_ago, most_at=long_ago, until=long_ago)
    return {}, lambda: (Told.objects.count(), Message.objects.count())


def stale_figures(cast, estate):
    report(estate)
    return {}, lambda: sorted(Figure.objects.values_list("area", "key", "split", "number"))


def unmailed(cast, estate):
    Message.objects.create(recipient=cast("worker"), key="k", title="一件事")
    return {}, lambda: Work.objects.filter(kind="stations.mail_digest").count()


def digest(cast, estate):
    from django.core import mail

    Message.objects.create(recipient=cast("worker"), key="k", title="一件事")
    return {"recipient_id": cast("worker").pk}, lambda: len(mail.outbox)


def month(cast, estate):
    return {}, lambda: Report.objects.count()


def one_report(cast, estate):
    report(estate)
    made = order_report(area=estate.parent, month=last_month(), by=cast("worker"))
    return {"report_id": made.pk}, lambda: (
        Report.objects.count(),
        Message.objects.filter(recipient=cast("worker")).count(),
    )


def old_contact(cast, estate):
    issue = report(estate)
    long_ago = timezone.now() - timedelta(days=400)
    type(issue).objects.filter(pk=issue.pk).update(
        state="closed", closed_at=long_ago, stage_since=long_ago
    )
    return {}, lambda: list(Reporter.objects.values_list("name", "phone_sealed"))


def old_token(cast, estate):
    token = UsedToken.objects.create(token="t")
    UsedToken.objects.filter(pk=token.pk).update(at=timezone.now() - timedelta(days=1))
    return {}, lambda: UsedToken.objects.count()


def calendar_ends(cast, estate):
    cast("admin")
    return {}, lambda: Message.objects.count()


def orphans(cast, estate):
    """Of two old photo files only the one without a row goes."""
    kept = Photo.objects.get(issue=report(estate, photos=[remade()])).file
    left = default_storage.save("photos/nobody.jpg", ContentFile(b"x"))
    for name in (kept.name, left):
        then = time.time() - 2 * 24 * 3600
        os.utime(default_storage.path(name), (then, then))
    return {}, lambda: [default_storage.exists(name) for name in (kept.name, left)]


def long_gone(cast, estate):
    """Of two people who left, the one whose year is over is erased."""
    from residents_map.models import Person
    from residents_map.services.people import person_left
    from tests.residents_map.rows import household_in, person_in

    household = household_in(estate, cast("worker"))
    for name, days in (("刘桂芳", 400), ("王建国", 300)):
        person = person_in(household, cast("worker"), name=name)
        day = timezone.localdate() - timedelta(days=days)
        person_left(person=person, by=cast("worker"), on=day)
    return {}, lambda: list(Person.objects.order_by("pk").values_list("name", "phone_sealed"))


def visit_due(cast, estate):
    """A household whose visit is due in two days, and no duty says so."""
    from residents_map.models import Household
    from stations.models import Duty
    from tests.residents_map.rows import household_in

    household = household_in(estate, cast("worker"))
    day = timezone.localdate() + timedelta(days=2)
    Household.objects.filter(pk=household.pk).update(tier="week", next_visit_on=day)
    return {}, lambda: Duty.objects.open().filter(kind="residents_map.visit").count()


def rental_due(cast, estate):
    """A rental house to be looked at in two days, and no duty says so."""
    from residents_map.models import Rental
    from residents_map.services.rental_duties import RENTAL_VISIT
    from residents_map.services.rentals import add_rental
    from stations.models import Duty
    from tests.residents_map.rows import home_in

    add_rental(home=home_in(estate), by=cast("worker"))
    Rental.objects.update(next_visit_on=timezone.localdate() + timedelta(days=2))
    Duty.objects.update(ended_at=timezone.now())
    return {}, lambda: Duty.objects.open().filter(kind=RENTAL_VISIT).count()


# kind: what has to be there, and what must be the same after one delivery and after ten
CASES = {
    **IMPORTS,
    **parts.CASES,
    "deliberation.erase_contacts": old_contact,
    "deliberation.forget_tokens": old_token,
    "residents_map.erase_left": long_gone,
    "residents_map.rentals_due": rental_due,
    "residents_map.visits_due": visit_due,
    "stations.build_report": one_report,
    "stations.count_again": stale_figures,
    "stations.count_daily": stale_figures,
    "stations.count_moment": stale_figures,
    "stations.mail_digest": digest,
    "stations.mail_round": unmailed,
    "stations.monthly_reports": month,
    "stations.tell_duties": duty_reached,
    "stations.tidy": nothing_more,
    "stations.tidy_files": orphans,
    "stations.watch_calendar": calendar_ends,
}


def test_every_kind_has_its_case():
    assert {kind.key for kind in kinds} == CASES.keys()


@pytest.mark.django_db(transaction=True)  # a report reads from a connection of its own
@pytest.mark.parametrize("key", sorted(CASES))
def test_delivered_ten_times_does_it_once(key, cast, estate, settings):
    settings.CALENDAR_ALARM_DAYS = 4000
    arguments, look = CASES[key](cast, estate)
    row = later(key, key="only", **arguments)
    assert run(row.pk) is True
    after_one = look()
    for _ in range(9):
        assert run(row.pk) is False
    again = later(key, key="another", **arguments)
    assert run(again.pk) is True
    assert look() == after_one
    row.refresh_from_db()
    assert (row.state, row.attempts, row.fence) == (WorkState.DONE, 1, 1)
