"""Work that is done a batch at a time, each with its own commit."""

from stations.services.work import later


def go_on(kind, job, **arguments):
    """What is left is the next batch of the same turn: asked for twice it is one row."""
    turn, _, batch = job.key.partition("+")
    number = int(batch) if batch.isdecimal() else 0
    later(kind, key=f"{turn}+{number + 1}", **arguments)
