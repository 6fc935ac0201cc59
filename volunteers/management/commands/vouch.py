"""担保第一个人的身份: somebody at the server saw the paper. Afterwards people check one another.

    python manage.py vouch zhoumin --number 99000019900307001X
    python manage.py vouch zhoumin < number.txt

Without --number it is read from standard input, so that it stands in no history of commands.
Only a fingerprint of the number is kept; the act log says that the system's administrator did it.
"""

import sys

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from stations.models import User
from volunteers.services.identities import vouch


class Command(BaseCommand):
    help = "担保一个账号的身份：当面看过证件，输入身份证号，只存指纹。"

    def add_arguments(self, parser):
        parser.add_argument("username", help="账号")
        parser.add_argument("--number", default="", help="身份证号；不写就从标准输入读")

    def handle(self, *, username, number, **options):
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"没有叫 {username} 的账号。")
        try:
            vouch(user=user, number=number or sys.stdin.readline().strip())
        except ValidationError as refusal:
            raise CommandError(" ".join(refusal.messages)) from None
        self.stdout.write(f"{user}的身份担保好了。")
