"""A row that is held until the act ends, and what it names."""


def held(rows, pk, *, no_key=False):
    """The row with this key out of `rows`, as it is now, with what they `select_related`.

    Locked first and read afterwards. In one statement, whoever waited for the row would get its
    new columns beside the joined rows of before the wait: somebody who was named meanwhile comes
    as None. `no_key`: rows that only point here need not wait.
    """
    rows.model.objects.select_for_update(no_key=no_key).only("pk").get(pk=pk)
    return rows.get(pk=pk)
