"""The page of one issue: what it says, and what this person can do next."""

from datetime import timedelta

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from deliberation import access
from deliberation.choices import Channel, EventKind, ItemState, Link, PhotoStage, State
from deliberation.filters import ORDERS, IssueFilter
from deliberation.forms.issues import NoteForm, RevealForm
from deliberation.models import Issue
from deliberation.services.chain import day
from deliberation.services.closing import missing_links
from deliberation.services.intake import phone_of, similar_issues
from deliberation.services.reading import told_to
from deliberation.services.triage import households_by_entrance, is_undoable
from deliberation.views.issue_acts import ACTS, MANY_HOUSEHOLDS, offered_keys
from deliberation.views.issue_passing import passing
from deliberation.views.issue_way import clock, way
from stations.access import can
from stations.foundation.http import show
from stations.foundation.keyset import neighbours
from stations.foundation.phones import mask
from stations.models import Act
from stations.services.referring import came_from

PAGE = "deliberation/issue_page.html"
MOST_EVENTS = 200
LOGS = {"all": "全部", "public": "居民看得到的", "internal": "内部"}


def show_issue(request, issue, *, refused=None, act="", phone="", part=None):
    """The whole page. `act` is the one whose form stands open, `refused` that form when the act
    was not done, kept as typed."""
    if refused or phone:  # an act was tried: show what is true now
        issue = Issue.objects.for_page().get(pk=issue.pk)
    events = list(issue.events.order_by("-at", "-pk")[:MOST_EVENTS])
    told, ratings = told_to(request.user, issue), list(issue.ratings.all())
    for line in (*events, *ratings):
        line.words = told.fit(line.words)
    told_photos = hang_photos(issue, events)
    item = agenda_item(issue)
    tasks = list(issue.tasks.order_by("state", "due_at"))
    needed = links(issue)
    query = QueryDict(request.GET.get("back", "")[:500])
    origins = origins_of(issue, request.user)
    context = {
        "issue": issue,
        "told": told,
        "steps": way(issue, events),
        "clock": clock(issue),
        "log": log(events, request.GET.get("log", "")),
        "told_photos": told_photos,
        "similar": similar(issue),
        "same_met": households(issue),
        "tasks": tasks,
        "item": item,
        "notices": list(issue.notices.all()),
        "ratings": ratings,
        "merged": list(issue.merged.all()),
        "links": needed,
        "phone": phone,
        "masked_phone": mask(phone_of(issue.reporter)),
        "looked": looked(issue),
        "reveal_form": RevealForm(issue=issue, by=request.user),
        "undo": events[0] if events and is_undoable(events[0], issue, request.user) else None,
        "origins": origins,
        "back": query.urlencode(),
        "turn": turn(request, query, issue),
        "refused_act": act if refused else "",
        **acts(request, issue, item, tasks, needed, refused, act),
        **passing(request.user, issue, origins, refused=refused if act == "refer" else None),
    }
    return show(request, PAGE, context, part=part, status=422 if refused else None)


def origins_of(issue, user):
    """Where staff raised it from, if from a page of another app; what residents report is not."""
    raised = issue.channel in (Channel.PATROL, Channel.ORDER)
    return came_from(issue, user) if raised else []


def show_act(request, issue, key):
    """Only the form of one act, as it stands on the page when that act is unfolded."""
    offered = offered_acts(issue, request.user, agenda_item(issue), links(issue))
    act = next((act for act in offered if act.key == key), None)
    form = act and act.form(issue=issue, by=request.user)
    context = {"offer": act and offer(act, issue, form=form)}
    return show(request, f"{PAGE}#act", context)


def hang_photos(issue, events):
    """Give each event its `shown_photos`; returns those of the reports. One query for all."""
    photos = list(issue.photos.all())
    for event in events:
        event.shown_photos = [photo for photo in photos if photo.event_id == event.pk]
    return [photo for photo in photos if photo.stage == PhotoStage.REPORT]


def agenda_item(issue):
    """The item by which a meeting will talk, or talks, about the issue; None without."""
    if issue.state != State.DELIBERATING:
        return None
    waiting = issue.agenda_items.filter(state__in=(ItemState.WAITING, ItemState.OPEN))
    return waiting.select_related("meeting__area").first()


def offered_acts(issue, user, item, needed):
    """What this user can do with the issue now, the proposed act first."""
    lacking = any(link["state"] == "missing" for link in needed)
    keys = offered_keys(issue, on_agenda=item is not None, lacking=lacking)
    return [ACTS[key] for key in keys if can(user, ACTS[key].permission, at=issue.area)]


def acts(request, issue, item, tasks, needed, refused, opened):
    """{lead, main, others, note}: the red act, the quieter ones, the line for a note.

    Forms are made for the red act and the one that stands open. The others are made when
    somebody unfolds them: one of them has every door of the estate in it.
    """
    user = request.user
    offered = offered_acts(issue, user, item, needed)
    lead = lead_of(issue, user, item, tasks)
    takes_main = offered and not lead and offered[0].key not in ("waive", "task")
    offers = []
    for act in offered:
        form = None
        if act.key == opened and refused:
            form = refused
        elif act.key == opened or (takes_main and act is offered[0]):
            form = act.form(issue=issue, by=user)
        offers.append(offer(act, issue, form=form))
    note = None
    if can(user, access.NOTE_ISSUE, at=issue.area):
        note = (
            refused
            if refused and opened == "note"
            else NoteForm(issue=issue, by=user, initial={"is_public": False})
        )
    main, others = (offers[0], offers[1:]) if takes_main else (None, offers)
    if refused and opened in ACTS and opened != "note" and ACTS[opened] not in offered:
        # Somebody else was quicker: say so, and keep what was typed.
        others = [offer(ACTS[opened], issue, form=refused), *others]
    return {
        "lead": lead,
        "main": main,
        "others": others,
        "undoable": any(act.undoable for act in offered),
        "note_form": note,
        "why": why(issue, item, request.user),
        "can_triage": can(request.user, access.TRIAGE_ISSUE, at=issue.area),
        "can_reveal": can(request.user, access.REVEAL_PHONE, at=issue.area),
    }


def offer(act, issue, *, form=None):
    """An act as the page offers it: with its form, or with the address that opens it."""
    if form is None:
        return {"act": act, "form": None, "open_url": f"{issue.get_absolute_url()}?act={act.key}"}
    return {
        "act": act,
        "form": form,
        "url": reverse(f"deliberation:issue_{act.key.replace('-', '_')}", args=[issue.pk]),
        "fields": [form[name] for name in act.fields] if act.fields else form.visible_fields(),
    }


def lead_of(issue, user, item, tasks):
    """The red act when it is a page of its own: {label, url}."""
    if issue.call_back_since and not issue.called_back_at:
        return None
    if issue.state == State.DONE and issue.reporter.consent_public:
        if can(user, access.PUBLISH_NOTICE, at=issue.area):
            return {"label": "公示结果", "url": reverse("deliberation:publish", args=[issue.pk])}
    elif issue.state == State.DELIBERATING and item:
        return {"label": "打开这次会", "url": item.meeting.get_absolute_url()}
    elif issue.state == State.HANDLING:
        ready = [task for task in tasks if task.state in ("finished", "open")]
        ready.sort(key=lambda task: (task.state != "finished", task.due_at))
        if ready:
            label = "去验收" if ready[0].state == "finished" else "看任务进展"
            return {"label": label, "url": ready[0].get_absolute_url()}
    return None


def why(issue, item, user):
    """A sentence over the acts: what is proposed and why, or whose turn it is."""
    if issue.call_back_since and not issue.called_back_at and issue.state != State.CLOSED:
        return "居民评价低，一个工作日内回个电话，听听哪里不满意。"
    if issue.asked_back:
        return "在等居民回话。等不到也可以接着办。"
    if issue.state == State.ACCEPTED:
        if issue.households >= MANY_HOUSEHOLDS:
            return f"关系 {issue.households} 户，请四方一起商量。"
        return "小事直接办；关系大家的，请四方一起商量。"
    if issue.state == State.DELIBERATING and item:
        return f"{day(item.meeting.starts_at)}上会：{item.title}"
    if issue.state == State.DONE and not issue.reporter.consent_public:
        return "报事的人没有同意公示，只告诉他一个人。"
    return {
        State.RECEIVED: "先给居民一个回音。",
        State.DELIBERATING: "还没排上哪次会。",
        State.HANDLING: "任务都验收了，这件事就算办好。",
        State.STREET: "街道在办，答复或退回以后社区接着办。",
        State.DONE: "办好了，公示给大家看。",
        State.NOTICED: "等居民来评，工作人员不能代评。",
        State.RATED: "评过了，各环齐了由书记销号。",
        State.CLOSED: "销号了，到时候回头看一看有没有反弹。",
        State.RETURNED: "没有受理，居民已经收到回复。",
        State.WITHDRAWN: "居民自己撤回了。",
        State.MERGED: "并到别的事里一起办。",
    }[issue.state]


def log(events, chosen):
    """The timeline as asked for: all, what residents read, or what only staff read."""
    chosen = chosen if chosen in LOGS else "all"
    events = fold(events)
    if chosen == "public":
        events = [event for event in events if event.public_words]
    elif chosen == "internal":
        events = [event for event in events if not event.public_words]
    return {"chosen": chosen, "tabs": LOGS.items(), "events": events}


def fold(events):
    """Households that met it too, one after the other, become one line."""
    lines = []
    for event in events:
        if event.kind == EventKind.ME_TOO and lines and lines[-1].kind == EventKind.ME_TOO:
            lines[-1].count += 1
            lines[-1].words = f"又有 {lines[-1].count} 户也遇到"
        else:
            event.count = 1
            event.quiet = event.kind in (EventKind.NOTE, EventKind.ME_TOO, EventKind.SUBMITTED)
            lines.append(event)
    return lines


def similar(issue):
    """Others of the estate that may be the same: [{issue, why}]."""
    if not issue.is_early:
        return []
    said = f"{issue.title}。{issue.text}"
    found = similar_issues(area=issue.area, category=issue.category, text=said, limit=6)
    rows = []
    for other in found:
        if other.pk == issue.pk or not other.is_early:
            continue
        place = bool(other.building_id) and other.building_id == issue.building_id
        place = place or (bool(other.place_id) and other.place_id == issue.place_id)
        kind = other.category == issue.category
        likeness = {
            (True, True): "地点、类别都同",
            (True, False): "地点同，类别不同",
            (False, True): "类别同，地点不同",
            (False, False): "说法像",
        }[(place, kind)]
        rows.append({"issue": other, "why": likeness})
    return rows[:5]


def households(issue):
    """The bars of 也遇到: by entrance, and those that came with merged issues."""
    if not issue.me_too_count:
        return None
    rows = households_by_entrance(issue)
    told = sum(count for _, count in rows)
    if issue.me_too_count > told:
        rows.append(("并案进来的", issue.me_too_count - told))
    return {"rows": rows, "most": max(count for _, count in rows), "all": issue.me_too_count}


def links(issue):
    """The links a close needs, each "missing", "waived" or "there"; none before the rating."""
    if issue.state not in (State.NOTICED, State.RATED):
        return []
    missing = set(missing_links(issue))
    shown = issue.notices.filter(taken_down_at=None).first()
    waived = {waiver.link: waiver for waiver in issue.waivers.select_related("by")}
    needed = [Link.TASK, Link.NOTICE, Link.RATING]
    if issue.call_back_since:
        needed.append(Link.CALL_BACK)
    if not issue.reporter.consent_public:
        needed.remove(Link.NOTICE)
    return [
        {
            "label": link.label,
            "waiver": waived.get(link),
            "there": f"公示到{shown.until_day:%-m月%-d日}"
            if shown and link == Link.NOTICE
            else "齐了",
            "state": "waived" if link in waived else "missing" if link in missing else "there",
        }
        for link in needed
    ]


def looked(issue):
    """How often somebody saw the phone number in the last thirty days."""
    since = timezone.now() - timedelta(days=30)
    return Act.objects.filter(
        on_type="deliberation.issue",
        on_id=issue.pk,
        verb="deliberation.reveal_phone",
        at__gte=since,
    ).count()


def turn(request, query, issue):
    """The issues before and after this one in the list people came from."""
    if not query:
        return None
    rows = IssueFilter(query, Issue.objects.visible_to(request.user), request=request)
    before, after = neighbours(rows.qs, issue, by=ORDERS[rows.chosen_order][0])
    return {"before": before, "after": after}
