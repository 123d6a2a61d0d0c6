#!/usr/bin/env python3
"""What matching takes with a million contacts, in one run: look-ups and index, the start of a hub, batch linking.

    tests/bench/match_bench.py --build build/release [--contacts 1000000] [--only look-up|start|batch] [--cores 2]

Invents the people in a folder of its own and removes it. `--build` is a release build with -DMAILLON_BENCH=ON.
"""
import argparse
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(what, command):
    """Runs a command, prints what it says, and what it took of wall and processor."""
    print(f"\n== {what}", flush=True)
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run([str(part) for part in command], check=True, cwd=ROOT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(f"-- {time.monotonic() - begun:.1f} s, {cpu:.1f} s of CPU")


def people(build, folder, contacts, seed):
    subprocess.run([build / "tests/people/generate_people", folder, "--contacts", str(contacts), "--seed", str(seed)],
                   check=True)
    return folder


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), "?")
    return f"{model}, {len(os.sched_getaffinity(0))} cores used, load {os.getloadavg()[0]:.1f}"


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--build", type=pathlib.Path, required=True)
    options.add_argument("--contacts", type=int, default=1_000_000)
    options.add_argument("--only", choices=["look-up", "start", "batch"])
    options.add_argument("--cores", type=int, default=2)
    options.add_argument("--temporary", help="where the people are written; some gigabytes for a million")
    wish = options.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:wish.cores])
    build = wish.build.resolve()
    bench = build / "tests/bench"
    if not (bench / "bench_match").exists():
        sys.exit(f"match_bench.py: {bench} holds no bench_match: configure with -DMAILLON_BENCH=ON and build it")
    print(machine())
    with tempfile.TemporaryDirectory(dir=wish.temporary) as temporary:
        folder = pathlib.Path(temporary)
        large = people(build, folder / "large", wish.contacts, 101)
        small = people(build, folder / "small", 20_000, 3)
        if wish.only in (None, "look-up"):
            run("one profile against all contacts, one thread",
                [bench / "bench_match", large, "--learn", small])
        if wish.only in (None, "start"):
            run("start of a hub: from the store into memory",
                [bench / "bench_match_start", large, "--store", folder / "directory.db"])
        if wish.only in (None, "batch"):
            run("batch: all profiles against all contacts",
                [build / "maillon", "match", "evaluate", "--left", large / "contacts.csv",
                 "--right", large / "profiles.csv", "--truth", large / "truth.csv",
                 "--model", ROOT / "config/matching/social.yaml", "--threads", wish.cores])


if __name__ == "__main__":
    main()
