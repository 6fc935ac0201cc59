"""Who gives or takes on, when staff write it down for them: a partner or a volunteer."""

MOST_PARTNERS, MOST_PEOPLE = 200, 300  # as many as somebody looks through in a list


class ChoosesGiver:
    """For a form with a `giver`: one list of partners and volunteers, which becomes `partner` or
    `volunteer` in what was answered. Somebody who is not (any more) offered becomes None."""

    def offer_givers(self, *, partners, volunteers):
        """Put these in the list; both are querysets."""
        self.partners, self.volunteers = partners, volunteers
        people = volunteers.select_related("user").order_by("user__name")[:MOST_PEOPLE]
        self.fields["giver"].choices = [
            ("", "请选择"),
            ("合伙人", [(f"p-{one.pk}", one.name) for one in partners[:MOST_PARTNERS]]),
            ("志愿者", [(f"v-{one.pk}", one.user.name) for one in people]),
        ]

    def clean(self):
        data = super().clean()
        kind, _, pk = data.pop("giver", "").partition("-")
        if pk:
            data["partner"] = self.partners.filter(pk=pk).first() if kind == "p" else None
            data["volunteer"] = self.volunteers.filter(pk=pk).first() if kind == "v" else None
        return data
