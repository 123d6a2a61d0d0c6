#!/usr/bin/env python3
"""How long the hub takes from its start to /readyz with the demo's configuration, and what it holds while it idles.

    tests/bench/start_bench.py --build build/release [--times 10]

Each start is a first one: the store is empty and the directory of 1,000 contacts is read anew. Wall time depends on what else the
machine does; the CPU time beside it does so less.
"""
import argparse
import http.client
import pathlib
import shutil
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import demo  # noqa: E402


def ready_after(one, begun):
    while time.monotonic() - begun < 30:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", one.port, timeout=2)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return time.monotonic() - begun
        except OSError:
            pass
        time.sleep(0.001)
    sys.exit("start_bench: the hub does not get ready: see " + str(one.folder / "hub.log"))


def memory_kib(pid):
    lines = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return {line.split(":")[0]: int(line.split()[1]) for line in lines[1:] if line.startswith(("Rss", "Pss:"))}


def first_start(options):
    folder = tempfile.mkdtemp(prefix="maillon-start-")
    one = demo.Demo(demo.parse(["--build", options.build, "--data", folder, "--events", str(options.events)]))
    try:
        one.start_sandbox()
        one.secrets()
        begun = time.monotonic()
        one.spawn_hub()
        seconds = ready_after(one, begun)
        cpu = one.cpu_seconds()
        time.sleep(options.idle)
        return seconds, cpu, memory_kib(one.hub.pid)
    finally:
        one.end()
        shutil.rmtree(folder, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, help="folder with the release build")
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--idle", type=float, default=5.0, help="seconds before memory is read")
    parser.add_argument("--events", default=ROOT / "examples/social-crm/mentions.ndjson")
    options = parser.parse_args()
    starts = [first_start(options) for _ in range(options.times)]
    for name, values in (("ready_ms", [1000 * s[0] for s in starts]), ("cpu_ms", [1000 * s[1] for s in starts]),
                         ("rss_kib", [s[2]["Rss"] for s in starts]), ("pss_kib", [s[2]["Pss"] for s in starts])):
        print(f"{name:9} min {min(values):8.0f}  median {statistics.median(values):8.0f}  max {max(values):8.0f}")


if __name__ == "__main__":
    main()
