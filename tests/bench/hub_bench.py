#!/usr/bin/env python3
"""The whole hub, from a source of events to a connector that does nothing, with its durable journal and store.

    tests/bench/hub_bench.py --build build/release [--events 20000] [--backlog 1000000]

Throughput: so many events wait at the source; from the start of the hub until the last run is over, on one core and on two. Each run
has two recorded units (the call before it is made, the outcome with the run behind it).
Backlog: the service that takes the calls is down; what the hub holds in memory when all events have come, how long a start takes then
(until it answers), and that it goes on when the service is back. 0 leaves it out.
"""
import argparse
import http.client
import json
import os
import pathlib
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "faults"))
from rig import Rig  # noqa: E402


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def booked(rig, book, figure):
    """A figure of the books, from /metrics: a status counts the rows behind them, which would take a good part of a core here."""
    connection = http.client.HTTPConnection("127.0.0.1", rig.port, timeout=20)
    try:
        connection.request("GET", "/metrics")
        text = connection.getresponse().read().decode()
    finally:
        connection.close()
    lines = [line for line in text.splitlines() if line.startswith("maillon_ledger_" + book) and f'figure="{figure}"' in line]
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines)


def throughput(options, cores):
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="maillon-hub-") as folder:
        rig = Rig(options.build, folder, operation="nothing", keys=1000)
        rig.limits = lambda: os.sched_setaffinity(0, cores)
        rig.happen(options.events)
        try:
            begun = time.monotonic()
            rig.start()
            while booked(rig, "runs", "finished") < options.events:
                time.sleep(0.05)
            seconds, cpu = time.monotonic() - begun, cpu_seconds(rig.hub.pid)
            rig.wait()
            started = rig.runs()["started"]
            if started != options.events:
                sys.exit(f"hub_bench: {started} runs were started for {options.events} events")
        finally:
            rig.end()
        return {"cores": len(cores), "events": options.events, "events_per_s": round(options.events / seconds), "cpu_ms_per_event": round(1000 * cpu / options.events, 3)}


def backlog(options):
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="maillon-hub-") as folder:
        rig = Rig(options.build, folder, keys=1000, pace="first: 1s, longest: 5m")
        rig.mood("down")
        for _ in range(options.backlog // 10_000):
            rig.happen(10_000)
        peaks = []
        try:
            rig.start()
            begun = time.monotonic()
            while (started := booked(rig, "runs", "started")) < options.backlog:
                peaks.append((started, rig.rss_kib()))
                if sys.stderr.isatty():
                    print(f"\r  {started:.0f} runs, {peaks[-1][1] // 1024} MiB ", end="", file=sys.stderr)
                time.sleep(0.5)
            seconds = time.monotonic() - begun
            full = rig.rss_kib()
            rig.kill()
            begun = time.monotonic()
            rig.start()
            start = time.monotonic() - begun
            time.sleep(3)
            after = rig.rss_kib()
            rig.mood()
            rig.wait(lambda: rig.runs().get("finished", 0) > 1000, 60)
        finally:
            rig.end()
        tenth = next((rss for count, rss in peaks if count >= options.backlog // 10), 0)
        return {"backlog": options.backlog, "taken_in_per_s": round(options.backlog / seconds), "rss_at_a_tenth_mib": round(tenth / 1024, 1), "rss_mib": round(full / 1024, 1),
                "rss_peak_mib": round(max(rss for _, rss in peaks) / 1024, 1), "start_s": round(start, 2), "rss_after_start_mib": round(after / 1024, 1)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True)
    parser.add_argument("--folder", help="on the disk that is meant (default: that for temporary files)")
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--backlog", type=int, default=1_000_000)
    options = parser.parse_args()
    for cores in ({0}, {0, 1}):
        if options.events:
            print(json.dumps(throughput(options, cores)), flush=True)
    if options.backlog:
        print(json.dumps(backlog(options)), flush=True)


if __name__ == "__main__":
    main()
