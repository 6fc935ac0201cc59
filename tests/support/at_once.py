"""Several people press at the same moment: real threads, each on its own connection."""

import threading

from django.core.exceptions import ValidationError
from django.db import connections

SECONDS = 60


def at_once(*acts):
    """[what each act gave, or the sentence (str) that it was refused with], in the acts' order.

    Every act runs in a thread of its own, and none begins before all are there. Any other error
    fails the test, and so does an act that is not over after a minute. What they write is seen
    by each other only outside a transaction: `@pytest.mark.django_db(transaction=True)`.
    """
    gate, results = threading.Barrier(len(acts)), [None] * len(acts)

    def press(number, act):
        try:
            gate.wait(20)
            results[number] = act()
        except ValidationError as refusal:
            results[number] = refusal.messages[0]
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS)
        assert not thread.is_alive(), "an act is not over"
    return results
