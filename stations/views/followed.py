"""What a resident follows by a code, without an account: an issue, an order.

The code is posted, so it stands in no address and no log. A browser that has given it keeps the
key in its session and sees how the thing goes; with the last four digits of the phone it sees
the resident's own words too.
"""

from abc import ABC, abstractmethod
from datetime import timedelta
from functools import wraps

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from stations.foundation.codes import code_digest
from stations.foundation.gated import fresh, let_in
from stations.foundation.http import carry_out
from stations.foundation.limits import client_address
from stations.foundation.qr import qr_svg
from stations.foundation.resident_fields import CodeForm, TailForm
from stations.models import Station

MOST = 10
RECEIPT_STAYS = timedelta(minutes=30)
NOT_FOUND = "没有查到。号码是 16 位字母和数字，请对着纸条或截图再看一眼。"


class Followed(ABC):
    """Something followed by a code. An app says below what it is, and has its pages made."""

    model = None
    name = ""  # what its services and its gate call it
    way = ()  # what is read along with it
    key = ""  # in the session: which ones this browser has given the code of
    receipt_key = ""  # in the session: the code itself, for its receipt
    gate = None  # check_look_up(address=), check_tail(address=, <name>=)
    track, page = "", ""  # addresses: where the code is asked for, and its own page
    track_template, template = "", ""
    title = ""  # of what the QR on the receipt leads to
    label = ""  # of the code
    wrong_tail = ""

    @abstractmethod
    def has_phone(self, row):
        """Whether a phone was left whose digits could be given."""

    @abstractmethod
    def tail_matches(self, row, tail):
        """Whether these are the last four digits of that phone; takes equal time."""

    @abstractmethod
    def acts(self, row):
        """What the resident may do now: {act: whether}. Each has a form `<act>_form`."""

    @abstractmethod
    def facts(self, row, *, full):
        """What else its page shows, `full` with the resident's own words; and fresh forms."""

    def elsewhere(self, digest):
        """The address where another app follows this code, or ""."""
        return ""

    # the session

    def known(self, request):
        """The keys of what this browser has given the code of, newest first; at most ten."""
        return request.session.get(self.key, [])

    def remember(self, request, row, *, opened=False):
        """This browser has given the code or, when `opened`, the digits too."""
        key = f"opened_{self.key}" if opened else self.key
        rest = [pk for pk in request.session.get(key, []) if pk != row.pk]
        request.session[key] = [row.pk, *rest][:MOST]

    def has_opened(self, request, row):
        """True when the last four digits were given too: own words and photos may be shown."""
        opened = request.session.get(f"opened_{self.key}", [])
        return row.pk in self.known(request) and row.pk in opened

    def forget(self, request, row):
        """看完了: somebody else's phone should not go on showing it."""
        for key in (self.key, f"opened_{self.key}"):
            request.session[key] = [pk for pk in request.session.get(key, []) if pk != row.pk]

    def find(self, request, pk):
        """It, when this browser may see how it goes; else None."""
        rows = self.model.objects.select_related(*self.way)
        return rows.filter(pk=pk).first() if pk in self.known(request) else None

    def keep_receipt(self, request, row, code):
        """Carry the code to the next page in the session: it must not stand in an address."""
        self.remember(request, row)
        at = timezone.now().timestamp()
        request.session[self.receipt_key] = {self.name: row.pk, "code": code, "at": at}

    def receipt(self, request):
        """(it, code) for half an hour, so that a reloaded page still shows it; or (None, "")."""
        kept = request.session.get(self.receipt_key)
        if not kept or timezone.now().timestamp() - kept["at"] > RECEIPT_STAYS.total_seconds():
            return None, ""
        return self.find(request, kept[self.name]), kept["code"]

    def of_this_browser(self, view):
        """Hand the view the thing when this browser has given its code; else ask for the code."""

        @wraps(view)
        def wrapper(request, pk):
            row = self.find(request, pk)
            return view(request, row) if row else redirect(self.track)

        return wrapper

    # the pages

    def ask(self, request):
        """The page that asks for the code."""
        form = CodeForm(request.POST if request.method == "POST" else None, label=self.label)
        if form.is_valid() and (address := self._look_up(request, form)):
            return address
        mine = self.model.objects.filter(pk__in=self.known(request)).select_related(*self.way)
        return fresh(request, self.track_template, {"form": form, "mine": mine[:MOST]}, form)

    def _look_up(self, request, form):
        """On to what has this code, noted in the session; None takes just as long."""
        if not let_in(form, self.gate.check_look_up, address=client_address(request)):
            return None
        digest, tail = code_digest(form.cleaned_data["code"]), form.cleaned_data["tail"]
        row = self.model.objects.select_related(*self.way).filter(code_digest=digest).first()
        if row is None:
            if address := self.elsewhere(digest):
                # 307: the code is posted on, so that it stands in no address there either.
                return HttpResponse(status=307, headers={"Location": address})
            form.add_error(None, NOT_FOUND)
            return None
        self.remember(request, row)
        if tail and not self._open(request, row, tail, form):
            if form.errors:
                return None
            messages.warning(request, f"号码对，电话后四位{self.wrong_tail}")
        return redirect(self.page, row.pk)

    def _open(self, request, row, tail, form, *, field=None):
        """Show own words too, when these are the last digits of the phone that was left."""
        address = client_address(request)
        facts = {"address": address, self.name: row}
        if not let_in(form, self.gate.check_tail, field=field, **facts):
            return False
        if not self.tail_matches(row, tail):
            return False
        self.remember(request, row, opened=True)
        return True

    def open(self, request, row):
        """Own words: the last four digits of the phone, a few tries an hour."""
        form = TailForm(request.POST)
        if form.is_valid():
            if self._open(request, row, form.cleaned_data["tail"], form, field="tail"):
                return redirect(self.page, row.pk)
            if not form.errors:
                form.add_error("tail", self.wrong_tail)
        return self.show(request, row, tail_form=form)

    def received(self, request, template, facts):
        """收到了: the code, large. It came in the session; no address ever holds it."""
        row, code = self.receipt(request)
        if row is None:
            return redirect(self.track)
        link = f"{settings.SITE_ADDRESS}{reverse(self.track)}#{code}"
        qr = qr_svg(link, title=f"{self.title}的二维码")
        context = self._place(row) | {"code": code, "link": link, "qr": qr}
        return fresh(request, template, context | facts(row))

    def show(self, request, row, **forms):
        """Its page as it is now, with the forms somebody has just sent."""
        if forms:
            row = self.find(request, row.pk)
        full, acts = self.has_opened(request, row), self.acts(row)
        context = self._place(row) | {
            "full": full,
            "can_open": self.has_phone(row) and not full,
            "tail_form": TailForm(),
            # What was sent from a form the page shows no more, because it has moved on meanwhile.
            "refused": [
                sentence
                for name, form in forms.items()
                if not acts.get(name.removesuffix("_form"), True)
                for sentence in form.non_field_errors()
            ],
        }
        context |= {f"can_{act}": is_now for act, is_now in acts.items()}
        context |= self.facts(row, full=full) | forms
        return fresh(request, self.template, context, *forms.values())

    def _place(self, row):
        station = Station.objects.nearest_to(row.area)
        return {self.name: row, "estate": row.area, "station": station}

    def act(self, request, row, name, form, service, *, said, opens=False, **arguments):
        """One act of the resident, and back; refused, its page says why.

        `said` are the words of thanks, or makes them of what the service returned. `opens`: the
        form held the last four digits.
        """
        done = carry_out(form, service, **{self.name: row}, **arguments)
        if form.errors:
            return self.show(request, row, **{f"{name}_form": form})
        if opens:
            self.remember(request, row, opened=True)
        messages.success(request, said(done) if callable(said) else said)
        return redirect(self.page, row.pk)

    def put_away(self, request, row):
        """看完了，收起来: this browser does not show it any more."""
        self.forget(request, row)
        messages.success(request, "收起来了。要再看，填号码就行。")
        return redirect(self.track)
