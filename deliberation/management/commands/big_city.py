"""A prefecture of a million issues, for measuring."""

from django.core.management.base import BaseCommand, CommandError

from deliberation.demo.prefecture import make_prefecture


class Command(BaseCommand):
    help = "Fill an empty database with a prefecture of many issues, for measuring."

    def add_arguments(self, parser):
        parser.add_argument("--issues", type=int, default=1_000_000)

    def handle(self, *, issues, **options):
        if issues < 1:
            raise CommandError("至少要有一件诉求。")
        try:
            make_prefecture(issues, say=self.stdout.write)
        except ValueError as refusal:
            raise CommandError("数据库里已经有内容，没有再装。") from refusal
