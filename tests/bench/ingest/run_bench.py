#!/usr/bin/env python3
"""Durable webhooks, in one run: the hub against the least that they take (probe.cpp: the same signature, a bare SQLite group commit).

    tests/bench/ingest/run_bench.py --build build/release [--seconds 3] [--times 5] [--connections 1 16 128]

Both answer 200 only when the commit is on disk; the hub also checks the body, drops doubles, keeps its books and puts each event to
the routes. The two take turns and the medians are compared; server on core 0, wrk on core 1. Every body is a new event of about 744
bytes; each turn begins with an empty store on the disk of --folder. Exit code 1 when a ratio is missed: 80 % of the requests, 1.5
times the p99. The CPU time of a request is shown beside: what else the machine does moves it less. Takes wrk (scripts/bootstrap
installs it).
"""
import argparse
import hashlib
import hmac
import json
import os
import pathlib
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "faults"))
from rig import KEY, Rig  # noqa: E402

LEAST, SLOWEST = 0.8, 1.5


def bodies(path, count):
    with open(path, "w", encoding="utf-8") as file:
        for i in range(count):
            text = "Bonjour, ma commande n'est toujours pas arrivée. " * 12
            body = json.dumps({"id": f"e{i}", "key": f"k{i % 1000}", "n": i, "at": 0, "text": text[:640]}, ensure_ascii=False)
            mac = hmac.new(KEY, body.encode(), hashlib.sha256).hexdigest()
            file.write(f"{mac}\t{body}\n")


def load(options, port, path, connections, file):
    done = subprocess.run(["taskset", "-c", "1", "wrk", "-t1", f"-c{connections}", f"-d{options.seconds}s", "-s", str(HERE / "post.lua"), f"http://127.0.0.1:{port}{path}"],
                          env={**os.environ, "BODIES": str(file), "URLPATH": path}, capture_output=True, text=True, timeout=120)
    line = [row for row in done.stdout.splitlines() if row.startswith("RESULT ")]
    if not line:
        sys.exit("ingest bench: wrk failed:\n" + done.stdout + done.stderr)
    result = json.loads(line[0][7:])
    if result["wrong"]:
        sys.exit(f"ingest bench: {result['wrong']} answers were not 200")
    return result


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def probe(options, folder, connections, file):
    program = subprocess.Popen(["taskset", "-c", "0", str(options.build / "tests/bench/ingest_probe"), str(folder / "probe.db")], stdout=subprocess.PIPE, text=True)
    try:
        with program.stdout:
            port = int(program.stdout.readline())
        result = load(options, port, "/hook", connections, file)
        result["cpu_s"] = cpu_seconds(program.pid)
    finally:
        program.kill()
        program.wait()
    kept = sqlite3.connect(folder / "probe.db").execute("SELECT count(*) FROM events").fetchone()[0]
    return result, kept


def hub(options, folder, connections, file):
    rig = Rig(options.build, folder, operation="nothing", more="  limits: { max_body: 65536 }\n")
    rig.config.write_text(rig.config.read_text().replace(", retry:", ", every: 1h, retry:").replace("from: out.message.received", "from: out.message.received\n    when: event.n < 0"))
    rig.limits = lambda: os.sched_setaffinity(0, {0})
    try:
        if not rig.start():
            sys.exit("ingest bench: the hub does not start:\n" + rig.log())
        begun = cpu_seconds(rig.hub.pid)
        result = load(options, rig.port, "/hooks/out", connections, file)
        result["cpu_s"] = cpu_seconds(rig.hub.pid) - begun
        events = rig.admin("/v1/status")["books"]["events"]["out"]
    finally:
        rig.end()
    return result, events["received"] - events["doubles"]


def turn(options, which, connections, file):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="maillon-ingest-", dir=options.folder))
    try:
        result, kept = which(options, folder, connections, file)
        if kept < min(result["requests"], options.bodies):
            sys.exit(f"ingest bench: {result['requests']} were acknowledged and {kept} are kept")
        return {"rate": result["requests"] / result["seconds"], "p50_us": result["p50_us"], "p99_us": result["p99_us"],
                "cpu_us": 1e6 * result["cpu_s"] / result["requests"]}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def median(turns):
    return {name: round(statistics.median(t[name] for t in turns)) for name in turns[0]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, type=lambda p: pathlib.Path(p).resolve())
    parser.add_argument("--folder", help="on the disk that is meant (default: that for temporary files)")
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--bodies", type=int, default=100_000)
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 16, 128])
    options = parser.parse_args()
    if not shutil.which("wrk"):
        sys.exit("ingest bench: wrk is missing; scripts/bootstrap installs it")
    missed = False
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        file = pathlib.Path(folder) / "bodies"
        bodies(file, options.bodies)
        print("connections | probe req/s p50 p99 cpu | hub req/s p50 p99 cpu (µs) | requests p99")
        for connections in options.connections:
            turns = {probe: [], hub: []}
            for _ in range(options.times):
                for which in (probe, hub):
                    turns[which].append(turn(options, which, connections, file))
            a, b = median(turns[probe]), median(turns[hub])
            rate, slow = b["rate"] / a["rate"], b["p99_us"] / a["p99_us"]
            missed |= rate < LEAST or slow > SLOWEST
            print(f"{connections} | {a['rate']} {a['p50_us']} {a['p99_us']} {a['cpu_us']} | {b['rate']} {b['p50_us']} {b['p99_us']} {b['cpu_us']} | {rate:.2f} {slow:.2f}", flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
