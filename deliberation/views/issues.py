"""The list of issues, the page of one, and taking one in at the counter."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import QueryDict
from django.shortcuts import redirect

from deliberation.access import ENTER_ISSUE, TRIAGE_ISSUE, VIEW_ISSUES
from deliberation.choices import Category
from deliberation.filters import ORDERS, VIEWS, IssueFilter
from deliberation.forms.issues import EnterForm, MergeManyForm
from deliberation.models import Issue
from deliberation.models.task import give_open_tasks
from deliberation.services.intake import similar_issues, submit_issue
from deliberation.services.triage import merge_issues
from deliberation.views.issue_page import show_act, show_issue
from deliberation.views.issue_rows import drawn
from stations.access import can, requires
from stations.choices import COMMUNITY_STAFF
from stations.foundation.http import carry_out, show, wants_part
from stations.foundation.keyset import capped_counts, page
from stations.foundation.marking import marked, words_to_mark
from stations.models import Area, Station

LIST = "deliberation/issue_list.html"
NEW = "deliberation/issue_new.html"
SHOWN_FIRST = ("area", "building", "state", "category", "due")
LABELS = {name: field.label for name, field in IssueFilter.base_filters.items()}


@requires(VIEW_ISSUES)
def issues(request):
    """诉求: the list, narrowed and ordered by its address."""
    chosen = IssueFilter(request.GET, Issue.objects.visible_to(request.user), request=request)
    order = chosen.chosen_order
    rows = page(chosen.qs, request.GET, by=ORDERS[order][0], load=Issue.objects.for_list())
    give_open_tasks(rows.rows)
    views, (number, more) = tabs(request, chosen)
    mark_words(rows.rows, chosen.conditions.get("q", ""))
    query, may_triage = kept(request.GET).urlencode(), can(request.user, TRIAGE_ISSUE)
    context = {
        "filter": chosen,
        "rows": rows.rows,
        "table_rows": drawn(rows.rows, may_pick=may_triage, query=query),
        "pages": rows.links(request.GET),
        "number": number,
        "more": more,
        "tabs": views,
        "chips": chips(request.GET, chosen),
        "pickers": pickers(chosen),
        "order": order,
        "other_order": other_order(request.GET, order),
        "query": query,
        "q": chosen.conditions.get("q", ""),
        "may_enter": can(request.user, ENTER_ISSUE),
        "may_triage": may_triage,
    }
    return show(request, LIST, context)


@requires(VIEW_ISSUES, on=Issue, load="for_page")
def issue(request, issue):
    """The page of one issue; with `?act=` the form of that act stands open. A form that htmx
    fetches for an act that is unfolded comes alone."""
    act = request.GET.get("act", "")
    if act and wants_part(request):
        return show_act(request, issue, act)
    return show_issue(request, issue, act=act)


def kept(query, **changed):
    """The query string without its page, with some conditions changed; None drops one."""
    fresh = query.copy()
    for name in ("after", "before", *changed):
        fresh.pop(name, None)
    for name, value in changed.items():
        if value is not None:
            fresh[name] = value
    return fresh


def tabs(request, chosen):
    """The views over the list with how many issues each holds, and how many the list itself;
    all counted in one query, up to a thousand each."""
    mine = Issue.objects.visible_to(request.user)
    area = chosen.conditions.get("area")
    if area:
        mine = mine.filter(area__in=Area.objects.under(area))
    scope = QueryDict(mutable=True)
    if area:
        scope["area"] = area.pk
    rows, counted = [], {}
    for key, (label, select) in VIEWS.items():
        if key == "all" and chosen.chosen_view != "all":
            continue
        address = scope.copy()
        address["view"] = key
        rows.append({"key": key, "label": label, "url": f"?{address.urlencode()}"})
        if key not in ("ended", "all"):
            counted[key] = select(mine, request.user)
    is_a_tab = chosen.chosen_view in counted and set(chosen.conditions) <= {"view", "area"}
    own = chosen.chosen_view if is_a_tab else "own"  # a tab not narrowed is the list itself
    counted.setdefault(own, chosen.qs)
    counts = dict(zip(counted, capped_counts(counted.values(), 999), strict=True))
    for row in rows:
        if row["key"] in counts:
            row["number"], row["more"] = counts[row["key"]]
    return rows, counts[own]


def chips(query, chosen):
    """What the list is narrowed to, each with the address without it."""
    rows = []
    for name, value in chosen.conditions.items():
        if name == "view":
            continue
        drop = {name: None}
        if name == "area":
            drop["building"] = None  # a building belongs to its estate
        field = chosen.form.fields[name]
        words = dict(getattr(field, "choices", ())).get(value) if name not in MODELS else value
        url = f"?{kept(query, **drop).urlencode()}"
        rows.append({"label": LABELS[name], "value": words or value, "name": name, "url": url})
    return rows


MODELS = ("area", "building")


def pickers(chosen):
    """The selects still open: those of everyday first, the rest behind 条件."""
    unset = [name for name in chosen.form.fields if name not in chosen.conditions]
    first = [chosen.form[name] for name in SHOWN_FIRST if name in unset]
    if "area" in unset or not chosen.form.fields["building"].queryset.exists():
        first = [field for field in first if field.name != "building"]
    rest = ("channel", "route", "fact", "first", "last")
    return {"first": first, "rest": [chosen.form[name] for name in rest if name in unset]}


def other_order(query, order):
    """The order one can change to: its label and address."""
    other = "new" if order == "due" else "due"
    return {"label": ORDERS[order][1], "url": f"?{kept(query, order=other).urlencode()}"}


def mark_words(rows, text):
    """Put `marked_title` on each row: its title with the words looked for in <mark>."""
    words = words_to_mark(text)
    for row in rows:
        row.marked_title = marked(row.title, words)


@requires(TRIAGE_ISSUE)
def merge_many(request):
    """并案 from the list: the chosen ones, and which of them stays."""
    data = request.POST if request.method == "POST" else request.GET
    form = MergeManyForm(data, by=request.user)
    chosen = list(form.cleaned_data["pick"].for_rows()) if form.is_valid() else []
    if len(chosen) < 2:
        messages.error(request, "先勾选两件以上，再并案。")
        return redirect("deliberation:issues")
    if not all(can(request.user, TRIAGE_ISSUE, at=row.area) for row in chosen):
        raise PermissionDenied
    target = form.cleaned_data["target"]
    if request.method == "POST" and target:
        try:
            merge_issues(
                issue=target, others=[row for row in chosen if row != target], by=request.user
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, f"并进 {target.number} 了。")
            return redirect(target)
    elif request.method == "POST":
        form.add_error("target", "选一件留下，别的并进去。")
    most = max(chosen, key=lambda row: (row.households, -row.pk))
    context = {"form": form, "chosen": chosen, "target": target or most}
    return show(request, "deliberation/issue_merge.html", context)


def estates_of(request):
    """Estates where this worker may take issues in."""
    return Area.objects.visible_to(request.user, COMMUNITY_STAFF).estates()


def chosen_estate(request):
    """(estates, the one that was chosen, or the first)."""
    estates = list(estates_of(request))
    asked = request.POST.get("area") or request.GET.get("area", "")
    chosen = next((estate for estate in estates if str(estate.pk) == asked), None)
    return estates, chosen or (estates[0] if estates else None)


@requires(ENTER_ISSUE)
def issue_new(request):
    """代报一件: for somebody at the counter, on the phone, or seen on patrol."""
    estates, estate = chosen_estate(request)
    if estate is None:
        messages.error(request, "您负责的地方还没有小区，先请管理员加上。")
        return redirect("deliberation:issues")
    form = EnterForm(request.POST or None, request.FILES or None, area=estate)
    if request.method == "POST":
        done = carry_out(form, submit_issue, area=estate, by=request.user)
        if done is not None:
            return show_slip(request, *done)
    context = {"form": form, "estate": estate, "estates": estates}
    return show(request, NEW, context)


def show_slip(request, issue, code):
    """The tracking code, said once: it is in this answer and nowhere else."""
    station = Station.objects.filter(area__path__in=issue.area.lineage_paths()).first()
    context = {"issue": issue, "code": code, "station": station}
    return show(request, "deliberation/issue_slip.html", context)


@requires(ENTER_ISSUE)
def issue_similar(request):
    """While typing at the counter: open issues of the estate that may be the same."""
    _, estate = chosen_estate(request)
    text = request.GET.get("text", "").replace("\x00", "")[:1000]
    category = request.GET.get("category", "")
    category = category if category in Category.values else ""
    found = []
    if estate and len(text.strip()) > 3:
        found = similar_issues(area=estate, category=category, text=text, limit=4)
    return show(request, "deliberation/issue_similar.html", {"similar": found})
