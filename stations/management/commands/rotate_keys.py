"""Seal everything with the current key, so that an older one can be taken out of FIELD_KEYS."""

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from stations.services.keys import reseal_all, still_old


class Command(BaseCommand):
    help = (
        "Seal anew what older FIELD_KEYS sealed; put the new key first in the list before. "
        "--check only counts. Can be stopped and run again, pages go on meanwhile."
    )

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="only say how many remain")

    def handle(self, *, check, **options):
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
        broken = 0
        if not check:
            done, broken = reseal_all(tell=lambda label, n: n and self.say(f"· {label}  {n}"))
            self.say(f"换了 {done} 条。")
        left = still_old()
        for label, count in left.items():
            self.say(f"还剩 {label}  {count} 条")
        if broken:
            raise CommandError(
                f"有 {broken} 条打不开：它们的密钥不在 FIELD_KEYS 里，先找回旧密钥。"
            )
        self.say("还剩 0 条，旧密钥可以去掉了。" if not left else "旧密钥先别去掉。")

    def say(self, words):
        self.stdout.write(words)
