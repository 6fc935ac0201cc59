"""The demo city: made by the portal's own acts, so everything in it fits together."""

import time

from django.core.management.base import BaseCommand
from django.db import connection, transaction
from django.utils.module_loading import autodiscover_modules

from stations.demo import LOGINS, PASSWORD
from stations.models import Area
from stations.registries import demo
from stations.services.work import later, run


class Command(BaseCommand):
    help = "Load the demo city into an empty database; --logins prints who can sign in."

    def add_arguments(self, parser):
        parser.add_argument("--logins", action="store_true", help="only print the log-ins")
        parser.add_argument("--places", action="store_true", help="only places and people")

    def handle(self, *, logins, places, **options):
        if logins:
            self.print_logins()
            return
        if Area.objects.exists():
            self.stdout.write("数据库里已经有内容，没有再装演示数据。")
            return
        autodiscover_modules("demo")  # only here: nobody else needs invented people
        began = time.monotonic()
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL synchronous_commit = off")
                cursor.execute("SET LOCAL statement_timeout = 0")
            cast = {}
            for step in demo:
                if places and step.key != "stations.places":
                    continue
                cast = step.run(cast)
                self.stdout.write(f"· {step.label}  {time.monotonic() - began:.1f} s")
            for kind in ("stations.count_again", "stations.count_moment"):
                run(later(kind, key="demo").pk)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        self.stdout.write(f"演示数据装好了，{time.monotonic() - began:.1f} s。")

    def print_logins(self):
        self.stdout.write(f"演示帐号（密码都是 {PASSWORD}）：")
        for username, name, role, area, title in LOGINS:
            self.stdout.write(f"  {username:<10} {role.label}：{area} {name}（{title}）")
