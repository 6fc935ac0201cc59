"""Two things measured in turns, so that whatever else the machine does falls on both."""

from statistics import median


class Told(dict):
    """{name: median milliseconds}, and in `work` the milliseconds that processors worked."""

    def over(self, name, base):
        return self[name] / self[base]

    def note(self, name, base, more=""):
        """The times behind a ratio; the second ratio does not hang on what else ran."""
        words = f"{self[name]:.1f} ms against {self[base]:.1f} ms"
        if self.work[base]:
            words += f"; processor time {self.work[name]:.1f} against {self.work[base]:.1f} ms"
            words += f", ratio {self.work[name] / self.work[base]:.2f}"
        return f"({words}{more})"


def alternate(probes, rounds=80, warm=6, servers=()):
    """Medians of callables that return seconds, called in turns."""
    times = {name: [] for name in probes}
    work = {name: [] for name in probes}
    for turn in range(rounds + warm):
        for name, probe in probes.items():
            before = sum(server.work() for server in servers)
            seconds = probe()
            if turn >= warm:
                times[name].append(seconds * 1000)
                work[name].append((sum(server.work() for server in servers) - before) * 1000)
    told = Told({name: median(rows) for name, rows in times.items()})
    told.work = {name: median(rows) for name, rows in work.items()}
    return told


class Results:
    """The lines of the bench; knows in the end whether all limits were kept."""

    def __init__(self):
        self.kept = True

    def say(self, name, value, limit=None, note=""):
        """One line. Without a limit it only informs."""
        line = f"BENCH name={name} value={value:.2f}"
        if limit is not None:
            kept = value <= limit
            self.kept &= kept
            line += f" limit={limit} ok={'yes' if kept else 'no'}"
        print(f"{line} {note}".rstrip(), flush=True)
