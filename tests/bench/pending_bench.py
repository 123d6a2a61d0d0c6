#!/usr/bin/env python3
"""How long the hub takes to start while a million events wait to be put to the routes.

    tests/bench/pending_bench.py --build build/release [--events 1000000] [--times 3]

The hub runs once with the demo's configuration, so that its store is there; then the events are written into it as the connector would
have, and the hub is started again and again, each time on a copy of that store. `answering` is the time until /healthz answers, `ready`
until /readyz says yes.
"""
import argparse
import http.client
import pathlib
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import demo  # noqa: E402

BODY = '{"id":"%d","kind":"comment","text":"Mon colis n\'est pas arrivé, numéro %d. ' + "x" * 300 + '","author":{"id":"u%d","handle":"person%d","name":"Zoé %d"}}'


def answer(port, path):
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0


def wait(port, path, begun):
    while time.monotonic() - begun < 120:
        if answer(port, path) == 200:
            return time.monotonic() - begun
        time.sleep(0.002)
    sys.exit(f"pending_bench: {path} does not answer 200")


def fill(store, count):
    base = sqlite3.connect(store)
    base.execute("PRAGMA synchronous=OFF")
    now = int(time.time() * 1000)
    rows = (("/connectors/x", f"m{i}", "x", "message.received", "", f"t{i % 50000}", now - 1000, now - 1000, "", 0, 0, "",
             BODY % (i, i, i % 9999, i % 9999, i % 9999)) for i in range(count))
    base.executemany("INSERT INTO events (source, id, connector, type, subject, key, time, received, origin, hops, replay, traceparent, body)"
                     " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    base.execute("INSERT INTO event_books (connector, received, doubles, unmatched, routed, refused) VALUES ('x', ?, 0, 0, 0, 0)"
                 " ON CONFLICT (connector) DO UPDATE SET received = received + excluded.received", (count,))
    base.commit()
    base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    base.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, help="folder with the release build")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="maillon-pending-")
    nothing = pathlib.Path(folder) / "none.ndjson"
    nothing.write_text("")
    one = demo.Demo(demo.parse(["--build", options.build, "--data", folder + "/data", "--events", str(nothing), "--comments", "0"]))
    answering, ready = [], []
    try:
        one.start_sandbox()
        one.secrets()
        one.start_hub()
        one.wait_until_ready()
        one.hub.terminate()
        one.hub.wait()
        store = next(pathlib.Path(folder).rglob("maillon.db"))
        fill(store, options.events)
        kept = store.with_suffix(".kept")
        shutil.copy(store, kept)
        size = kept.stat().st_size
        for _ in range(options.times):
            shutil.copy(kept, store)
            begun = time.monotonic()
            one.spawn_hub()
            answering.append(wait(one.port, "/healthz", begun))
            ready.append(wait(one.port, "/readyz", begun))
            one.hub.kill()
            one.hub.wait()
            for end in ("-wal", "-shm"):
                pathlib.Path(str(store) + end).unlink(missing_ok=True)
    finally:
        one.end()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{options.events} events wait, the store has {size >> 20} MiB")
    for name, values in (("answering", answering), ("ready", ready)):
        print(f"{name:10} s  min {min(values):6.2f}  median {statistics.median(values):6.2f}  max {max(values):6.2f}")


if __name__ == "__main__":
    main()
