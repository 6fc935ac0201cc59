"""What becomes of an issue that was taken up: handled, answered, made public, rated, closed."""

from datetime import timedelta

from django.utils import timezone

from deliberation.choices import Party, State
from deliberation.demo import texts
from deliberation.demo.city import state_of
from deliberation.models import Photo
from deliberation.services import closing, tasks, triage
from stations.choices import Role


def handle(city, issue, story, worker, colleague, slow):
    """To the street, before the four parties, or straight to whoever does it; then to its end."""
    if state_of(issue) != State.ACCEPTED:
        return  # merged or withdrawn meanwhile
    luck = city.chance.random()
    shared = any(word in story[0] for word in ("商量", "大家", "议一议", "规矩", "充电", "车库"))
    if luck < 0.05:
        yield from by_street(city, issue, worker)
    elif luck < (0.7 if shared else 0.08):
        triage.put_before_parties(issue=issue, by=worker)
        for _ in range(40):
            yield timezone.now() + timedelta(hours=19)
            if state_of(issue) != State.DELIBERATING:
                break
        if state_of(issue) == State.STREET:
            yield from street_answers(city, issue)
    else:
        triage.route_directly(
            issue=issue,
            by=worker,
            title=story[1],
            responsible=city.chance.choices(
                ("property", "community", "owners", "branch"), (60, 25, 10, 5)
            )[0],
            person=city.speakers[issue.area][Party.PROPERTY],
            due_at=city.office(city.chance.randrange(3, 9), (17, 18)),
        )
    if state_of(issue) == State.HANDLING:
        yield from do_tasks(city, issue, story, worker, colleague, slow)
    if state_of(issue) == State.DONE:
        yield from finish(city, issue, story, worker, colleague)


def by_street(city, issue, worker):
    """The community cannot do it; the street answers."""
    triage.pass_to_street(issue=issue, by=worker, reason=city.chance.choice(texts.TO_STREET))
    yield from street_answers(city, issue)


def street_answers(city, issue):
    """The street's officer says how it was solved, within a week or so."""
    yield city.office(city.chance.randrange(1, 7))
    officer = city.chosen(issue.area, Role.OFFICER)
    triage.answer_from_street(
        issue=issue,
        by=officer,
        words=city.chance.choice(texts.STREET_ANSWERS),
        is_solved=True,
    )


def do_tasks(city, issue, story, worker, colleague, slow):
    """Progress, done, checked by a colleague; now and then refused and done again."""
    for task in issue.tasks.filter(state="open"):
        yield city.office(city.chance.random() * 3)
        tasks.report_progress(
            task=task,
            by=worker,
            words=city.chance.choice(texts.PROGRESS),
            photos=city.photos(issue.category, issue.text, 2),
        )
        left = max((task.due_at - timezone.now()).days, 1)
        yield city.office(left + 5 if slow else left * city.chance.uniform(0.3, 1.02))
        tasks.finish_task(
            task=task,
            by=worker,
            words=story[2],
            photos=city.photos(issue.category, issue.text, 3),
        )
        yield city.office(city.chance.random() * 2)
        if city.chance.random() < 0.06:
            tasks.refuse_task(task=task, by=colleague, words="还有一处没有弄好")
            yield city.office(1.5)
            tasks.finish_task(task=task, by=worker, words=story[2])
            yield city.office(1)
        tasks.verify_task(task=task, by=colleague)


def finish(city, issue, story, worker, colleague):
    """From the notice to the closing. Whoever rates it low is rung up, and it is done anew."""
    yield city.office(city.chance.random() * 2.5)
    if issue.reporter.consent_public:
        photos = {p.stage: p for p in Photo.objects.filter(issue=issue)}
        after = photos.get("after")
        closing.publish_notice(
            issue=issue,
            by=worker,
            title=f"{story[1]}，办好了",
            body=story[2],
            days=city.chance.choice((15, 15, 30)),
            before=photos.get("report") if after else None,
            after=after,
        )
    else:
        closing.skip_notice(issue=issue, by=worker)
    yield city.waking(timezone.now() + timedelta(days=city.chance.randrange(1, 6)))
    secretary = city.chosen(issue.area, Role.SECRETARY)
    if city.chance.random() < 0.1:
        yield city.office(8)
        closing.waive_link(issue=issue, by=secretary, link="rating", reason="打了三次电话没有人接")
    else:
        low = city.chance.random() < 0.07
        level = city.chance.choice((1, 2)) if low else city.chance.choice((3, 4, 4, 5, 5))
        said = city.chance.choice(texts.BAD_WORDS if low else texts.GOOD_WORDS)
        closing.rate_issue(issue=issue, level=level, words=said)
        if low:
            yield city.office(city.chance.random() * 1.5)
            closing.record_call_back(
                issue=issue, by=worker, words="打过电话，说清楚哪里没弄好，这周重做。"
            )
            if state_of(issue) == State.ACCEPTED:
                yield city.office(1)
                yield from handle(city, issue, story, worker, colleague, False)
                return
    yield city.office(city.chance.random() * 3)
    if state_of(issue) == State.RATED:
        closing.close_issue(issue=issue, by=secretary)
        yield city.office(20 + city.chance.random() * 10.2)
        closing.reinspect_issue(issue=issue, by=worker, held=True, words="去看过，没有反弹")
