"""A ledger of many rows, taken in by us and by django-import-export, each in a process of its own.

`python -m tests.bench.ledgers ours|plain|bulk FILE` imports the file into the empty estate of the
city it is given (cities.environment(NAME)) and prints one line of JSON: seconds, megabytes.
"""

import io
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import psutil

from tests.bench import cities

ROWS = int(os.environ.get("BENCH_LEDGER", "100000"))
SLICE = 2_000  # of theirs: a whole one takes most of an hour
QUICKER = 10
MEGABYTES = 300
NAME = "ledger"
ESTATE = "台账小区"
HEADS = (
    "序号", "住址", "姓名", "与户主关系", "性别", "出生日期", "身份证号码", "联系电话", "政治面貌", "党员", "人群类别", "备注",
)  # fmt: skip
FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张"
GIVEN = ("桂芳", "建国", "小红", "志强", "秀英", "伟", "丽", "德明", "玉兰", "海", "文静", "春梅")
MEMBERS = ("户主", "妻", "长子")
BUILDINGS, ENTRANCES, FLOORS, DOORS = 100, 3, 34, 4  # 40,800 homes
BOOKS = {
    "与户主关系": {"户主": "head", "妻": "spouse", "长子": "son"},
    "性别": {"男": "m", "女": "f"},
}


def doors():
    """Every (building, entrance, floor, door) of the estate, in order."""
    for building in range(1, BUILDINGS + 1):
        for entrance in range(1, ENTRANCES + 1):
            for floor in range(1, FLOORS + 1):
                for door in range(1, DOORS + 1):
                    yield building, entrance, floor, f"{floor}{door:02d}"


def people(count):
    """So many rows under HEADS: households of three, the address in the first row only."""
    from tests.residents_map.rows import identity_number

    luck, homes, first = random.Random(7), doors(), date(1935, 1, 1)
    for at in range(count):
        member = at % 3
        if member == 0:
            building, entrance, _, room = next(homes)
        born = first + timedelta(days=at % 27_000)
        is_party = luck.random() < 0.08
        yield [
            at + 1,
            f"{building}栋{entrance}单元{room}" if member == 0 else "",
            luck.choice(FAMILY) + luck.choice(GIVEN),
            MEMBERS[member],
            "男" if member != 1 else "女",
            f"{born.year}.{born.month}.{born.day}",
            identity_number(born, order=at // 27_000 + 1),
            f"139{at:08d}" if luck.random() < 0.9 else "",
            "中共党员" if is_party else "群众",
            "√" if is_party else "",
            "低保" if luck.random() < 0.03 else "",
            "",
        ]


def ledger_file(count):
    """An .xlsx with heads and so many people."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("台账")
    sheet.append(list(HEADS))
    for row in people(count):
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


# --- The city ------------------------------------------------------------------------------


def ready():
    """An empty city with today's tables and one estate of 40,800 homes, made anew each time."""
    cities.empty(NAME)
    cities.manage(NAME, "demo", "--places")
    measured("fill", "")


def fill():
    """The estate's buildings, entrances and homes."""
    from stations.choices import Level
    from stations.models import Area, Building, Entrance, Home

    beside = Area.objects.get(name="锦绣江山")
    estate = Area.objects.create(
        level=Level.ESTATE, name=ESTATE, code="ledger", parent=beside.parent
    )
    buildings = Building.objects.bulk_create(
        Building(area=estate, number=n, floors=FLOORS, code=f"ledger-{n}")
        for n in range(1, BUILDINGS + 1)
    )
    entrances = Entrance.objects.bulk_create(
        Entrance(building=building, number=n, code=f"ledger-{building.number}-{n}")
        for building in buildings
        for n in range(1, ENTRANCES + 1)
    )
    by_number = {(one.building.number, one.number): one for one in entrances}
    Home.objects.bulk_create(
        (
            Home(entrance=by_number[building, entrance], number=room, floor=floor, floor_area=90)
            for building, entrance, floor, room in doors()
        ),
        batch_size=5_000,
    )


def measured(how, file):
    """What one process told: {seconds, work, megabytes, child_megabytes, rows}."""
    command = [sys.executable, "-m", "tests.bench.ledgers", how, str(file)]
    environment = cities.environment(NAME) | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def watched(told):
    """Put seconds, processor time and the highest memory of us and our child into `told`."""
    me, ended = psutil.Process(), threading.Event()
    peaks = {"megabytes": 0, "child_megabytes": 0}

    def look():
        while not ended.wait(0.02):
            peaks["megabytes"] = max(peaks["megabytes"], me.memory_info().rss >> 20)
            for child in me.children():
                try:
                    memory = child.memory_info().rss >> 20
                except psutil.NoSuchProcess:
                    continue
                peaks["child_megabytes"] = max(peaks["child_megabytes"], memory)

    threading.Thread(target=look, daemon=True).start()
    began, worked = time.monotonic(), time.process_time()
    yield
    told |= {"seconds": time.monotonic() - began, "work": time.process_time() - worked}
    ended.set()
    told |= peaks


# --- Both ways -----------------------------------------------------------------------------


def ours(path, told):
    """Upload, read, map as guessed, compare, write; taken back afterwards, and not timed."""
    from django.core.files.uploadedfile import TemporaryUploadedFile

    from residents_map.models import LedgerImport, LedgerTemplate
    from residents_map.services import imports
    from stations.models import Area, User
    from stations.services.work import run

    by, area = User.objects.get(username="worker"), Area.objects.get(name=ESTATE)
    LedgerTemplate.objects.all().delete()
    size = path.stat().st_size
    upload = TemporaryUploadedFile("ledger.xlsx", "", size, None)
    upload.write(path.read_bytes())
    upload.seek(0)
    steps = {}

    def step(name, row):
        began = time.monotonic()
        if not run(row.work_id):
            raise SystemExit(f"{name} was not done")
        steps[name] = round(time.monotonic() - began, 1)
        return LedgerImport.objects.get(pk=row.pk)

    with watched(told):
        row = step("read", imports.start_import(area=area, by=by, file=upload))
        row = imports.map_columns(ledger_import=row, by=by, mapping=row.mapping)
        row = step("compare", row)
        row = step("write", imports.write_import(ledger_import=row, by=by))
    told |= {"rows": row.counts["new"], "steps": dict(steps)}
    row = step("undo", imports.undo_import(ledger_import=row, by=by))
    if row.state != "undone":
        raise SystemExit(row.trouble)


def theirs(path, told, *, is_bulk):
    """The same with a ModelResource of django-import-export: preview (dry run), then import."""
    from django.db import transaction
    from tablib import Dataset

    resource = resource_of(is_bulk)
    with watched(told):
        rows = Dataset().load(path.read_bytes(), format="xlsx")
        for is_dry in (True, False):
            result = resource().import_data(rows, dry_run=is_dry, raise_errors=True)
    told["rows"] = result.totals["new"]
    from residents_map.models import Household, Mark, Person

    with transaction.atomic():
        for model in (Mark, Person, Household):
            model.objects.filter(area__name=ESTATE)._raw_delete("default")


def resource_of(is_bulk):
    """A plain resource for the same people, households and kinds: what its manual shows.

    In its favour: homes are looked up in memory, nothing is written into the history, there is
    no sealed preview to keep, nothing can be taken back, and in bulk kinds are left out (there
    people have no key yet when they are saved).
    """
    from import_export.fields import Field
    from import_export.resources import ModelResource

    from residents_map.foundation import identity
    from residents_map.models import Household, Kind, Person
    from residents_map.services.imports.places import Places
    from residents_map.services.people import IDENTITY, put_mark, write_values
    from stations.foundation.sealed import blind_index
    from stations.models import Area

    area = Area.objects.get(name=ESTATE)
    places = Places(area)
    kinds = {kind.key: kind for kind in Kind.objects.all()}

    class People(ModelResource):
        identity_index = Field(attribute="identity_index", column_name="identity_index")

        class Meta:
            model = Person
            fields = ("identity_index",)
            import_id_fields = ("identity_index",)
            use_bulk = is_bulk
            batch_size = 1_000
            skip_diff = is_bulk
            use_transactions = True

        def before_import(self, dataset, **more):
            if "identity_index" not in dataset.headers:
                numbers = dataset["身份证号码"]
                marks = [blind_index(number, field=IDENTITY) for number in numbers]
                dataset.append_col(marks, header="identity_index")

        def before_import_row(self, row, **more):
            if row["住址"]:
                building, rest = row["住址"].split("栋")
                entrance, room = rest.split("单元")
                self.at = int(building), int(entrance), room
            _, home, building = places.find(self.at)
            self.household, _ = Household.objects.get_or_create(
                home_id=home, until=None, defaults={"area": area, "building_id": building}
            )

        def before_save_instance(self, instance, row, **more):
            household, number = self.household, row["身份证号码"]
            instance.household, instance.area = household, area
            instance.building_id = household.building_id
            instance.save, save = (lambda **_: None), instance.save
            values = {
                "name": row["姓名"],
                "kinship": BOOKS["与户主关系"][row["与户主关系"]],
                "sex": BOOKS["性别"][row["性别"]],
                "birth_on": identity.born_on(identity.normalise(number)),
                "phone": row["联系电话"] or "",
                "identity_number": number,
                "political": row["政治面貌"],
                "health": "",
                "lives_here": True,
                "where": "",
            }
            write_values(instance, values)
            instance.save = save

        def after_save_instance(self, instance, row, **more):
            if is_bulk:
                return
            if row["党员"]:
                put_mark(instance, kinds["party"])
            if row["人群类别"]:
                put_mark(instance, kinds["hardship"])

        def after_import(self, dataset, result, **more):
            from residents_map.services.imports.writing import count_residents

            if not more.get("dry_run"):
                homes = Household.objects.filter(area=area)
                count_residents(set(homes.values_list("pk", flat=True)))

    return People


def measure(results):
    """Part i: a whole ledger by us, a slice of it by them, scaled by the number of rows."""
    ready()
    told = {}
    with tempfile.TemporaryDirectory() as folder:
        for how, count in (("ours", ROWS), ("plain", SLICE), ("bulk", SLICE)):
            path = Path(folder) / f"{how}.xlsx"
            path.write_bytes(ledger_file(count))
            told[how] = measured(how, path)
            if told[how]["rows"] != count:
                raise SystemExit(f"{how} took in {told[how]['rows']} of {count} rows")
    us = told["ours"]
    steps = ", ".join(f"{name} {seconds} s" for name, seconds in us["steps"].items())
    results.say("i_import_seconds", us["seconds"], note=f"({ROWS} rows: {steps})")
    for how, limit in (("plain", QUICKER), ("bulk", None)):
        them, scale = told[how], ROWS / SLICE
        note = (
            f"({them['seconds'] * scale:.0f} s, scaled from {SLICE} rows, against"
            f" {us['seconds']:.0f} s; processor time of the process, ratio"
            f" {them['work'] * scale / us['work']:.1f})"
        )
        quicker = them["seconds"] * scale / us["seconds"]
        # Results are kept when they are small: so ours over theirs.
        results.say(f"i_import_over_{how}", 1 / quicker, limit and 1 / limit, note)
        results.say(f"i_import_times_quicker_than_{how}", quicker)
    results.say("i_import_megabytes", us["megabytes"], MEGABYTES)
    results.say("i_import_child_megabytes", us["child_megabytes"], MEGABYTES)


def no_limits():
    """A command may take longer than a page, for them as for our worker."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SET idle_in_transaction_session_timeout = 0")


def main(how, path):
    import django

    django.setup()
    told = {}
    if how == "fill":
        fill()
    elif how == "ours":
        ours(path, told)
    else:
        no_limits()
        theirs(path, told, is_bulk=how == "bulk")
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
