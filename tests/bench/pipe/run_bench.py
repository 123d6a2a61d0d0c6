#!/usr/bin/env python3
"""CPU time of `maillon pipe` on job J1 against the same job written by hand with Boost.JSON and with simdjson.

    tests/bench/pipe/run_bench.py --maillon build/release/maillon [--lines 300000] [--times 5]

The runs are interleaved; each figure is the median of user + system time. The pipe's takes in its start and the reading of the file;
the loops' do not: their file is in memory when the count begins, and they are compiled for this very processor. The outputs are compared byte for byte. Fails when the output differs, or when
the pipe reaches less than 0.45 of the Boost.JSON loop. J1's oracle is the output of 20,000 events of the shared generator; without it
the events are made here, and the three programs must agree.
"""
import argparse
import hashlib
import json
import os
import pathlib
import random
import re
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
GENERATOR = HERE.parents[3] / "shared/perf/gen_events.py"
ORACLE = "c3311be4b25277a18bfbc5ca44936d75af9ac85901bd39798e34ddca5941ddd7"
LEAST = 0.45


def own_events(path, count):
    """Posts of the same shape and size, the same ones each time."""
    chance = random.Random(7)
    words = "bonjour merci livraison été reçu colis déçu hello parcel \"urgent\" 😡 service\n".split(" ")
    with open(path, "w", encoding="utf-8") as out:
        for i in range(count):
            name = chance.choice(["Éloïse Girard", "Hugo Boyer", "Grace Evans", "Zoë Lefèvre"])
            post = {"id": str(10**18 + i), "type": "mention", "network": chance.choice(["twitter", "facebook"]),
                    "created_at": "2026-09-14T08:12:44Z", "lang": "fr" if chance.random() < 0.45 else "en",
                    "retweet": chance.random() < 0.2,
                    "text": " ".join(chance.choices(words, k=chance.randint(10, 40))),
                    "user": {"id": str(i % 250000), "name": name, "screen_name": name.split()[0] + "_X",
                             "email": None if chance.random() < 0.6 else name.split()[1] + "@Example.com",
                             "location": chance.choice(["Lyon", ""]), "verified": chance.random() < 0.03,
                             "followers_count": int(10 ** (chance.random() * 5)), "lang": "fr-FR"},
                    "entities": {"hashtags": chance.sample(["SAV", "avis", "help"], chance.randint(0, 2)),
                                 "mentions": [{"screen_name": "acme", "id": "904"}], "urls": []},
                    "geo": {"city": "Paris", "lat": 48.8566, "lon": 2.3522} if chance.random() < 0.4 else None,
                    "metrics": {"likes": chance.randint(0, 50), "shares": chance.randint(0, 20)},
                    "source": "Twitter Web App", "sentiment": round(chance.random() * 2 - 1, 3)}
            out.write(json.dumps(post, ensure_ascii=i % 8 != 0, separators=(",", ":")) + "\n")


def events(path, count):
    if GENERATOR.exists():
        subprocess.run([sys.executable, GENERATOR, "-n", str(count), "-o", path], check=True)
    else:
        own_events(path, count)


def run(command, out):
    """CPU seconds of one run: of the loops as they tell it themselves."""
    with open(out, "wb") as stream:
        child = subprocess.Popen([str(part) for part in command], stdout=stream, stderr=subprocess.PIPE, text=True)
        told = child.stderr.read()
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.exit(f"run_bench: {command[0]} ended with {child.returncode}: {told}")
    if told:
        return float(told)
    return used.ru_utime + used.ru_stime


def peak_memory(maillon, path):
    """KiB, as the pipe itself tells: what the system tells of a child takes in this program."""
    told = subprocess.run([maillon, "pipe", HERE / "j1.yaml", "--in", path, "--out", "/dev/null", "--stats"],
                          capture_output=True, text=True, check=True).stderr
    return int(re.search(r"peak memory (\d+) KiB", told)[1])


def digest(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--maillon", required=True, help="the program, of the release build")
    parser.add_argument("--lines", type=int, default=300_000)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--no-limit", action="store_true", help="only measure")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="maillon-pipe-bench-") as name:
        folder = pathlib.Path(name)
        loops = folder / "json_loops"
        subprocess.run(["g++", "-std=c++20", "-O2", "-march=native", "-DNDEBUG", HERE / "json_loops.cpp", "-lsimdjson", "-o",
                        loops], check=True)
        small, large, out = folder / "small", folder / "large", folder / "out"
        commands = {"pipe": [options.maillon, "pipe", HERE / "j1.yaml", "--in"], "boost": [loops, "boost"],
                    "simdjson": [loops, "simdjson"]}
        events(small, 20_000)
        wanted = ORACLE if GENERATOR.exists() else None
        for name, command in commands.items():
            run([*command, small], out)
            wanted = wanted or digest(out)
            if digest(out) != wanted:
                sys.exit(f"run_bench: the output of {name} is not what it has to be")
        print(f"output of 20,000 events: {wanted} (three programs agree)")
        events(large, options.lines)
        times = {name: [] for name in commands}
        for _ in range(options.times):
            for name, command in commands.items():
                times[name].append(run([*command, large], "/dev/null"))
        rate = {name: options.lines / statistics.median(all_) for name, all_ in times.items()}
        for name, value in rate.items():
            spread = f"{options.lines / max(times[name]):,.0f} to {options.lines / min(times[name]):,.0f}"
            print(f"{name:9} {value:12,.0f} events per CPU second ({spread})")
        print(f"pipe / Boost.JSON loop {rate['pipe'] / rate['boost']:.2f}, pipe / simdjson loop {rate['pipe'] / rate['simdjson']:.2f}, "
              f"peak memory {peak_memory(options.maillon, large)} KiB ({peak_memory(options.maillon, small)} KiB for 20,000)")
        if not options.no_limit and rate["pipe"] < LEAST * rate["boost"]:
            sys.exit(f"run_bench: less than {LEAST} of the Boost.JSON loop")


if __name__ == "__main__":
    main()
