"""任务: the list, one task, and every act on it."""

import io
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from deliberation.choices import PhotoStage, State, TaskState
from deliberation.models import Photo, Task
from deliberation.services import tasks as services
from deliberation.services import triage
from stations.foundation import pages
from tests.factories import report
from tests.support.queries import count_queries

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path)


def task_at(area, by, **more):
    issue = report(area)
    triage.accept_issue(issue=issue, by=by)
    facts = {
        "title": "换插座",
        "responsible": "property",
        "due_at": timezone.now() + timedelta(days=3),
    }
    triage.route_directly(issue=issue, by=by, **(facts | more))
    return Task.objects.get(issue=issue)


@pytest.fixture
def task(estate, cast):
    return task_at(estate, cast("worker"))


@pytest.fixture
def finished(task, cast):
    services.finish_task(task=task, by=cast("worker"), words="换好了")
    return Task.objects.get(pk=task.pk)


def photo(name="现场.jpg", color="red"):
    drawn = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(drawn, "JPEG")
    return SimpleUploadedFile(name, drawn.getvalue(), content_type="image/jpeg")


def soup(response):
    return BeautifulSoup(response.content, "html.parser")


def titles(response):
    return [link.get_text() for link in soup(response).select(".ti a")]


# --- access -------------------------------------------------------------------------------

LOOK = {
    "worker": 200,
    "colleague": 200,
    "secretary": 200,
    "officer": 200,
    "district": 404,
    "volunteer": 404,
    "admin": 404,
    "sibling_worker": 404,
    "sibling_secretary": 404,
    "far_officer": 404,
    "stranger": 404,
    "anonymous": 302,
}


@pytest.mark.parametrize(("who", "status"), LOOK.items())
def test_who_sees_a_task(sign_in, task, who, status):
    assert sign_in(who).get(f"/tasks/{task.pk}/").status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("worker", 200),
        ("officer", 200),
        ("sibling_worker", 200),
        ("district", 403),
        ("volunteer", 403),
        ("admin", 403),
        ("stranger", 403),
        ("anonymous", 302),
    ],
)
def test_who_sees_the_list(sign_in, task, who, status):
    assert sign_in(who).get("/tasks/").status_code == status


ACTS = {
    "progress": {"progress-words": "进场了", "progress-stage": "progress"},
    "finish": {"finish-words": "换好了"},
    "verify": {},
    "refuse": {"refuse-words": "还差一个"},
    "cancel": {"cancel-words": "并到别的任务"},
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("who", [who for who in LOOK if LOOK[who] != 200])
def test_nobody_from_elsewhere_acts(sign_in, task, act, who):
    response = sign_in(who).post(f"/tasks/{task.pk}/{act}/", ACTS[act])
    assert response.status_code == LOOK[who]
    assert Task.objects.get().state == TaskState.OPEN


@pytest.mark.parametrize("act", ACTS)
def test_acts_are_not_links(sign_in, task, act):
    assert sign_in("worker").get(f"/tasks/{task.pk}/{act}/").status_code == 405


# --- the acts ------------------------------------------------------------------------------


def test_progress_with_photos(sign_in, task):
    response = sign_in("worker").post(
        f"/tasks/{task.pk}/progress/",
        ACTS["progress"]
        | {
            "progress-stage": "before",
            "progress-is_public": "on",
            "progress-photos": [photo("一.jpg"), photo("二.jpg")],
        },
        follow=True,
    )
    assert "进展记下了" in response.content.decode()
    event = task.issue.events.latest("pk")
    assert (event.words, event.public_words) == ("换插座：进场了", "进场了")
    assert [p.stage for p in task.photos.all()] == [PhotoStage.BEFORE] * 2
    page = soup(response)
    shown = {image["src"] for image in page.select(".log img")}
    assert shown == {p.thumb_url for p in Photo.objects.all()}
    assert [em.get_text() for em in page.select(".pair-photos em")] == ["原来", "原来"]
    assert page.select_one(f"[data-draft-done='task-{task.pk}-progress']")


def test_internal_progress_is_for_staff_only(sign_in, task):
    sign_in("worker").post(f"/tasks/{task.pk}/progress/", ACTS["progress"])
    assert task.issue.events.latest("pk").public_words == ""
    page = sign_in("worker").get(f"/tasks/{task.pk}/")
    assert "内部" in page.content.decode()


def test_personal_data_in_public_words_is_refused_and_kept_for_correction(sign_in, task):
    words = "打 13900006021 找周桂兰开门"
    response = sign_in("worker").post(
        f"/tasks/{task.pk}/progress/",
        {"progress-words": words, "progress-stage": "progress", "progress-is_public": "on"},
    )
    assert response.status_code == 422
    page = soup(response)
    assert "请去掉再发" in page.select_one(".errors").get_text()
    assert page.select_one("#id_progress-words").get_text().strip() == words
    assert page.select_one("#id_progress-words").find_parent("details").has_attr("open")
    assert not page.select_one("#id_finish-words").find_parent("details").has_attr("open")
    # inside the office the same words are allowed
    response = sign_in("worker").post(
        f"/tasks/{task.pk}/progress/", {"progress-words": words, "progress-stage": "progress"}
    )
    assert response.status_code == 302


def test_each_refused_file_is_named(sign_in, task):
    files = [photo("好的.jpg"), SimpleUploadedFile("清单.jpg", b"PK not a photo"),
             SimpleUploadedFile("空的.jpg", b"")]  # fmt: skip
    response = sign_in("worker").post(
        f"/tasks/{task.pk}/finish/", ACTS["finish"] | {"finish-photos": files}
    )
    assert response.status_code == 422
    errors = [error.get_text() for error in soup(response).select(".error")]
    assert errors == [
        "“清单.jpg”：这不是照片。可以传JPG、PNG、WebP格式的照片。",
        "“空的.jpg”：这张照片是空的，没有传上来，请再选一次。",
    ]
    assert Task.objects.get().state == TaskState.OPEN
    assert not Photo.objects.exists()


def test_seven_photos_are_too_many(sign_in, task):
    files = [photo(f"{n}.jpg") for n in range(7)]
    response = sign_in("worker").post(
        f"/tasks/{task.pk}/finish/", ACTS["finish"] | {"finish-photos": files}
    )
    assert response.status_code == 422
    assert "一次最多 6 张照片，您选了 7 张。" in response.content.decode()


def test_finish_then_another_person_verifies(sign_in, task, cast):
    response = sign_in("worker").post(
        f"/tasks/{task.pk}/finish/", ACTS["finish"] | {"finish-photos": [photo()]}, follow=True
    )
    page = response.content.decode()
    assert "报办完了，请另一个人来验收" in page and "等另一个人验收" in page
    assert "验收通过</button>" not in page
    assert Photo.objects.get().stage == PhotoStage.AFTER
    own = sign_in("worker").post(f"/tasks/{task.pk}/verify/", {})
    assert own.status_code == 422
    assert "自己报的办完，请另一个人来验收" in own.content.decode()
    seen = sign_in("colleague").get(f"/tasks/{task.pk}/").content.decode()
    assert "worker说办完了" in seen and "验收通过</button>" in seen
    sign_in("colleague").post(f"/tasks/{task.pk}/verify/", {"verify-words": "看过了"})
    done = Task.objects.select_related("issue").get()
    assert (done.state, done.verified_by, done.issue.state) == (
        TaskState.VERIFIED, cast("colleague"), State.DONE,
    )  # fmt: skip
    page = soup(sign_in("worker").get(f"/tasks/{task.pk}/"))
    assert page.select_one(".log p").get_text() == "验收　换插座：看过了"
    assert not page.select("main form")


def test_refuse_needs_words_and_gives_the_task_back(sign_in, finished):
    empty = sign_in("colleague").post(f"/tasks/{finished.pk}/refuse/", {"refuse-words": " "})
    assert empty.status_code == 422
    assert "请写几个字" in empty.content.decode()
    response = sign_in("colleague").post(
        f"/tasks/{finished.pk}/refuse/", ACTS["refuse"], follow=True
    )
    assert "退回去接着办" in response.content.decode()
    assert Task.objects.get().state == TaskState.OPEN
    own = sign_in("worker").post(f"/tasks/{finished.pk}/refuse/", ACTS["refuse"])
    assert own.status_code == 422


def test_last_task_is_not_cancelled(sign_in, task):
    response = sign_in("worker").post(f"/tasks/{task.pk}/cancel/", ACTS["cancel"])
    assert response.status_code == 422
    page = soup(response)
    assert "这是最后一项任务" in page.get_text()
    assert page.select_one("#id_cancel-words").get_text().strip() == "并到别的任务"


def test_one_of_two_is_cancelled_with_its_reason(sign_in, task, cast):
    second = services.create_task(
        issue=task.issue,
        by=cast("worker"),
        title="清线",
        responsible="property",
        due_at=task.due_at,
    )
    sign_in("worker").post(f"/tasks/{second.pk}/cancel/", ACTS["cancel"])
    second.refresh_from_db()
    assert second.state == TaskState.CANCELLED
    page = sign_in("worker").get(f"/tasks/{second.pk}/").content.decode()
    assert "取消任务“清线”：并到别的任务" in page


def test_finishing_twice_from_two_tabs(sign_in, task):
    client = sign_in("worker")
    client.post(f"/tasks/{task.pk}/finish/", ACTS["finish"])
    again = client.post(f"/tasks/{task.pk}/finish/", ACTS["finish"])
    assert again.status_code == 422
    assert "已经报过办完了" in again.content.decode()


@pytest.mark.parametrize(
    "data",
    [
        {"progress-words": "好", "progress-stage": "after"},
        {"progress-words": "好", "progress-stage": "report"},
        {"progress-words": "x" * 501, "progress-stage": "progress"},
        {"progress-words": "a\x00b", "progress-stage": "progress"},
        {},
    ],
)
def test_strange_forms_are_refused(sign_in, task, data):
    response = sign_in("worker").post(f"/tasks/{task.pk}/progress/", data)
    assert response.status_code == 422
    assert task.issue.events.filter(data__task=task.pk).count() == 1


# --- the list ------------------------------------------------------------------------------


def test_views_of_the_list(sign_in, cast, estate, other_estate):
    worker, colleague = cast("worker"), cast("colleague")
    soon = timezone.now() + timedelta(days=1)
    task_at(estate, worker, title="我派的", due_at=soon + timedelta(days=2))
    task_at(estate, colleague, title="交给我的", user=worker, due_at=soon + timedelta(days=1))
    task_at(estate, colleague, title="同事的", due_at=soon)
    late = task_at(estate, colleague, title="超期的")
    Task.objects.filter(pk=late.pk).update(due_at=timezone.now() - timedelta(days=1))
    waits = task_at(estate, worker, title="待验收的")
    services.finish_task(task=waits, by=colleague, words="好了")
    done = task_at(estate, colleague, title="办完的")
    services.finish_task(task=done, by=colleague, words="好了")
    services.verify_task(task=done, by=worker)
    task_at(other_estate, cast("sibling_worker"), title="隔壁的")
    client = sign_in("worker")
    found = {
        view: titles(client.get(f"/tasks/?view={view}"))
        for view in ("all", "mine", "verify", "overdue", "done", "x")
    }
    assert found["all"][:3] == ["超期的", "同事的", "交给我的"]
    assert set(found["all"][3:]) == {"我派的", "待验收的"}
    assert found["x"] == found["all"]
    assert set(found["mine"]) == {"交给我的", "我派的", "待验收的"}
    assert found["verify"] == ["待验收的"]
    assert found["overdue"] == ["超期的"]
    assert found["done"] == ["办完的"]


@pytest.mark.parametrize("view", ["all", "done"])
def test_list_goes_on_by_key(sign_in, cast, estate, monkeypatch, view):
    monkeypatch.setattr(pages.page, "__defaults__", (3,))
    due = timezone.now() + timedelta(days=2)
    for number in range(8):
        made = task_at(estate, cast("worker"), title=f"第{number}项", due_at=due)
        if view == "done":
            services.finish_task(task=made, by=cast("worker"), words="好了")
            services.verify_task(task=made, by=cast("colleague"))
    client, url, seen = sign_in("worker"), f"/tasks/?view={view}", []
    while url:
        response = client.get(url)
        seen += titles(response)
        more = soup(response).select_one("a[rel=next]")
        url = more["href"] if more else None
    assert len(seen) == len(set(seen)) == 8


@pytest.mark.parametrize("query", ["view=%00", "after=x", "after=" + "9" * 30, "after=99999999"])
def test_strange_lists(sign_in, task, query):
    assert sign_in("worker").get(f"/tasks/?{query}").status_code == 200


@pytest.mark.parametrize("view", ["all", "mine", "verify", "overdue", "done"])
def test_empty_list_says_what_belongs_here(sign_in, estate, view):
    page = soup(sign_in("worker").get(f"/tasks/?view={view}"))
    assert page.select_one(".empty h2").get_text()


def test_queries_do_not_grow_with_rows(sign_in, cast, estate):
    client = sign_in("worker")
    for _ in range(3):
        task_at(estate, cast("worker"), user=cast("colleague"))
    client.get("/tasks/")
    few = count_queries(client, "/tasks/")
    for _ in range(12):
        task_at(estate, cast("worker"), user=cast("colleague"))
    assert count_queries(client, "/tasks/") == few <= 6


def test_queries_of_a_task_do_not_grow_with_its_history(sign_in, task, cast):
    client = sign_in("worker")

    def report_steps(number):
        for step in range(number):
            client.post(
                f"/tasks/{task.pk}/progress/",
                {
                    "progress-words": f"第{step}步",
                    "progress-stage": "progress",
                    "progress-photos": [photo()],
                },
            )
        client.get(f"/tasks/{task.pk}/")  # shows the message once

    report_steps(1)
    few = count_queries(client, f"/tasks/{task.pk}/")
    report_steps(4)
    assert count_queries(client, f"/tasks/{task.pk}/") == few <= 12
