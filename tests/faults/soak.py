#!/usr/bin/env python3
"""A hub under a steady load: its memory and its answer times stay flat, and the ledger balances to the event.

  tests/faults/soak.py --build build/release                 two minutes, as in CI
  tests/faults/soak.py --build build/release --minutes 60    by hand; result in docs/limits.md

Half of the events are asked for, half are told by webhook; each becomes one call. The first sixth of the time is for warming up.
Flat means: at the end no more resident memory than 5 % (or 2 MiB) above the warm hub, by the line fitted through all later samples,
beside what SQLite's page cache took in (as much as the store grew while it was smaller than the cache's 64 MiB); the p99 of
event → effect in the last third not above twice that of the first third after warming up (and 50 ms); no file left open; no
backlog. The oracle of rig.py then compares source, effects and books.
"""
import argparse
import bisect
import http.client
import json
import pathlib
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from rig import Rig  # noqa: E402

KEEP = "  keep: { events: %s }\n"
TICK = 0.1
CACHE_MIB = 64  # of the writer, core/db/sqlite.cpp
READER_CACHES_MIB = 4 * 2  # SQLite's own, each filled as its connection happens to read


def line(samples):
    """Least squares through (x, y): value at the first and at the last x."""
    slope, base = statistics.linear_regression(*zip(*samples))
    return base + slope * samples[0][0], base + slope * samples[-1][0]


def percentile(values, part):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * part))] if values else 0


class Soak:
    def __init__(self, rig, minutes, rate):
        self.rig, self.seconds, self.rate = rig, minutes * 60, rate
        self.connection = http.client.HTTPConnection("127.0.0.1", rig.port, timeout=20)
        self.samples = []
        self.refused = 0

    def run(self):
        self.begun, self.begun_ms = time.monotonic(), time.time() * 1000
        owed, next_sample = 0.0, 0.0
        while (now := time.monotonic() - self.begun) < self.seconds:
            count = int(self.rate * now - owed)
            owed += count
            self.rig.happen(count // 2)
            for _ in range(count - count // 2):
                self.tell()
            if now >= next_sample:
                self.sample(now)
                next_sample += self.seconds / 120
            time.sleep(TICK)
        self.rig.wait(seconds=30)
        self.sample(time.monotonic() - self.begun)

    def tell(self):
        body = self.rig.event("w")
        while self.rig.post(body, self.connection) != 200:  # as a service does
            self.refused += 1
            time.sleep(0.1)

    def sample(self, now):
        pid = self.rig.hub.pid
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        self.samples.append({"at": now, "rss_kib": self.rig.rss_kib(), "cpu_s": (int(fields[11]) + int(fields[12])) / 100,
                             "files": len(list(pathlib.Path(f"/proc/{pid}/fd").iterdir())), "threads": int(fields[17]),
                             "store": self.rig.store.stat().st_size, "log": self.rig.store.with_name(self.rig.store.name + "-wal").stat().st_size})
        if sys.stderr.isatty():
            print(f"\r  {now:5.0f} s of {self.seconds:.0f}, {self.rig.rss_kib() / 1024:.1f} MiB, {len(self.rig.wanted)} events ", end="", file=sys.stderr)

    def result(self):
        warm = [s for s in self.samples if s["at"] >= self.seconds / 6]
        rss = line([(s["at"], s["rss_kib"]) for s in warm])
        times = sorted((e[4], e[4] - e[3]) for e in self.rig.effects())
        third = self.seconds * 1000 / 3
        def within(a, b):
            low, high = (bisect.bisect(times, (self.begun_ms + x, 0)) for x in (a, b))
            return [t[1] for t in times[low:high]]
        first, last = within(third / 2, third), within(2 * third, 3 * third)
        return {"minutes": self.seconds / 60, "events": len(self.rig.wanted), "rate": round(len(self.rig.wanted) / self.seconds, 1), "refused_then_taken": self.refused,
                "rss_warm_mib": round(rss[0] / 1024, 2), "rss_end_mib": round(rss[1] / 1024, 2), "rss_peak_mib": round(max(s["rss_kib"] for s in self.samples) / 1024, 2),
                "p50_first_ms": percentile(first, 0.5), "p50_last_ms": percentile(last, 0.5), "p99_first_ms": percentile(first, 0.99), "p99_last_ms": percentile(last, 0.99),
                "max_ms": times[-1][1] and max(t[1] for t in times), "cpu_ms_per_event": round(1000 * self.samples[-1]["cpu_s"] / max(1, len(self.rig.wanted)), 3),
                "cache_grew_mib": round(min(warm[-1]["store"] / 2**20, CACHE_MIB) - min(warm[0]["store"] / 2**20, CACHE_MIB), 2), "files_warm": warm[0]["files"], "files_end": warm[-1]["files"], "threads_end": warm[-1]["threads"],
                "store_mib": round(self.samples[-1]["store"] / 2**20, 1), "log_peak_mib": round(max(s["log"] for s in self.samples) / 2**20, 1),
                "complaints": self.rig.complaints()}


def judge(r):
    out = list(r["complaints"])
    if r["rss_end_mib"] > r["rss_warm_mib"] + r["cache_grew_mib"] + READER_CACHES_MIB + max(0.05 * r["rss_warm_mib"], 2):
        out.append("memory grows: %(rss_warm_mib)s MiB to %(rss_end_mib)s MiB" % r)
    if r["p99_last_ms"] > max(50, 2 * r["p99_first_ms"]):
        out.append("it gets slower: p99 %(p99_first_ms)s ms to %(p99_last_ms)s ms" % r)
    if r["files_end"] > r["files_warm"] + 4:
        out.append("files stay open: %(files_warm)s to %(files_end)s" % r)
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True)
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--rate", type=float, default=100, help="events a second, half of each kind (default 100)")
    parser.add_argument("--keep", default="30d", help="retention of events, to soak it as well (default 30d)")
    parser.add_argument("--samples", help="write every sample to this file as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="maillon-soak-") as folder:
        rig = Rig(options.build, folder, more=KEEP % options.keep)
        try:
            if not rig.start():
                sys.exit("soak: the hub does not start:\n" + rig.log())
            soak = Soak(rig, options.minutes, options.rate)
            soak.run()
            result = soak.result()
        finally:
            rig.end()
    if options.samples:
        pathlib.Path(options.samples).write_text(json.dumps({"result": result, "samples": soak.samples}, indent=1))
    print(json.dumps(result, indent=1))
    wrong = judge(result)
    print("\n".join("soak: " + w for w in wrong) or "flat, and the ledger balances")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
