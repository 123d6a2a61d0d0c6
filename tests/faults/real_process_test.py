#!/usr/bin/env python3
"""The real program under load while everything around it breaks; afterwards the oracle of rig.py compares what happened, what was
done and the books: nothing lost, nothing done twice, order per key kept.

  --long    tries each many more times, and what takes minutes: by hand, for docs/guarantees.md
  --seed N  of the random moments (printed; MAILLON_SEED does the same)
"""
import argparse
import errno
import http.client
import json
import os
import pathlib
import random
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from loaded_test_case import LoadedTestCase  # noqa: E402
from shim import Shim  # noqa: E402

BUILD, LONG, SEED = None, False, None
STORE_BROKEN = 74


class Faults(LoadedTestCase):
    """Everything at moments by chance, where that is wished with a shim under the program."""

    shimmed = False

    def setUp(self):
        super().setUp()
        self.random = random.Random(SEED)
        self.shim = Shim(self.rig) if self.shimmed else None

    def pause(self, low, high):
        time.sleep(self.random.uniform(low, high))


class Kill(Faults):
    def test_sigkill_at_random_moments(self):
        times = 200 if LONG else 12
        self.begin()
        for _ in range(times):
            self.pause(0.0, 0.4)
            self.rig.kill()
            self.assertTrue(self.rig.start(), self.rig.log()[-2000:])
        self.settle()
        print(f"{times} kills, {len(self.rig.wanted)} events", flush=True)

    def test_a_connector_that_takes_its_process_down_after_the_effect(self):
        self.begin()
        for _ in range(10 if LONG else 3):
            self.pause(0.1, 0.3)
            self.rig.mood("die")
            self.rig.hub.wait(20)
            self.rig.mood()
            self.assertTrue(self.rig.start())
        self.settle()

    def test_sigterm_at_random_moments_ends_with_0(self):
        self.begin()
        for _ in range(30 if LONG else 4):
            self.pause(0.0, 0.4)
            self.assertEqual(self.rig.kill(signal.SIGTERM), 0, self.rig.log()[-2000:])
            self.assertTrue(self.rig.start())
        self.settle()


class Disk(Faults):
    shimmed = True

    def test_a_disk_that_is_full_for_a_while(self):
        self.begin()
        for _ in range(20 if LONG else 2):
            self.pause(0.1, 0.4)
            self.shim.set(write=errno.ENOSPC)
            self.pause(0.5, 1.5)
            self.shim.set()
        self.settle()
        self.assertGreater(self.shim.failed(), 0)
        self.assertGreater(self.load.refusals, 0, "what could not be kept must not be acknowledged")
        self.assertIn("full", self.rig.log())

    def broken(self, times, **how):
        self.begin()
        for _ in range(times):
            self.pause(0.1, 0.4)
            self.shim.set(**how)
            self.assertEqual(self.rig.hub.wait(20), STORE_BROKEN, self.rig.log()[-2000:])
            self.shim.set()
            self.assertTrue(self.rig.start(), self.rig.log()[-2000:])
        self.settle()
        self.assertGreater(self.shim.failed(), 0)
        self.assertIn("the store cannot be written any more", self.rig.log())

    def test_writes_that_fail_end_the_hub_with_74_and_the_next_one_goes_on(self):
        self.broken(30 if LONG else 2, write=errno.EIO, share=30)

    def test_syncs_that_fail_end_the_hub_with_74_and_the_next_one_goes_on(self):
        self.broken(30 if LONG else 2, sync=errno.EIO)

    def test_a_disk_that_became_read_only_ends_the_hub_with_74_and_the_next_one_says_why_it_cannot_start(self):
        self.begin()
        self.pause(0.2, 0.4)
        self.shim.set(write=errno.EROFS)
        self.assertEqual(self.rig.hub.wait(20), STORE_BROKEN)
        self.assertFalse(self.rig.start(), "it must not start on a disk that cannot be written")
        self.assertNotEqual(self.rig.hub.returncode, 0)
        self.assertIn("maillon.db", self.rig.log().splitlines()[-1])
        self.shim.set()
        self.assertTrue(self.rig.start())
        self.settle()

    def test_a_database_that_another_program_holds(self):
        self.begin()
        self.pause(0.2, 0.3)
        with sqlite3.connect(self.rig.store, isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(30 if LONG else 6.5)  # longer than SQLite waits by itself
            other.execute("ROLLBACK")
        other.close()
        self.settle()


class Clock(Faults):
    shimmed = True

    def test_steps_of_an_hour_either_way(self):
        # The last step is forward: what waits for its next try waits by the clock of the day (docs/guarantees.md).
        self.begin()
        self.rig.mood("limited")
        for step in (-3600, 0, 3600, 0, -3600, 3600) * (5 if LONG else 1):
            self.pause(0.3, 0.6)
            self.shim.set(clock_s=step)
        self.rig.mood()
        self.settle()

    def test_a_service_that_is_down_for_20_of_its_24_hours_of_patience(self):
        self.begin(asked_per_s=500)
        self.rig.mood("down")
        for hours in range(0, 21, 4):
            self.shim.set(clock_s=3600 * hours)
            self.pause(0.3, 0.5)
        self.rig.mood()
        self.settle(dead=0)


class Patience(Faults):
    shimmed = True
    options = {"patience": "1h"}

    def test_a_service_that_is_down_beyond_patience_leaves_dead_letters_and_loses_none(self):
        self.begin()
        self.rig.mood("down")
        self.pause(0.5, 0.6)
        self.shim.set(clock_s=2 * 3600)
        # Only what is tried can be given up, and the circuit lets one call at a time find out.
        self.rig.wait(lambda: self.rig.runs().get("dead_lettered", 0) > 0, 60)
        self.rig.mood()
        self.load.stop()
        self.rig.wait()
        dead = self.rig.runs()["dead_lettered"]
        self.assertEqual(self.rig.complaints(dead=dead), [])


class Service(Faults):
    def test_a_storm_of_429(self):
        self.begin()
        self.rig.mood("limited")
        self.pause(30, 31) if LONG else self.pause(3, 4)
        self.rig.mood()
        self.settle()

    def test_connections_that_are_cut_after_the_request_was_sent(self):
        self.begin()
        for _ in range(10 if LONG else 2):
            self.rig.mood("cut")
            self.pause(0.5, 1)
            self.rig.mood()
            self.pause(0.1, 0.3)
        self.settle()

    def test_connections_that_are_cut_and_a_hub_that_is_killed(self):
        self.begin()
        for _ in range(50 if LONG else 4):
            self.rig.mood("cut")
            self.pause(0.1, 0.4)
            self.rig.kill()
            self.assertTrue(self.rig.start())
            self.rig.mood()
            self.pause(0.0, 0.1)
        self.settle()

    def test_a_connector_that_hangs_is_cancelled_at_the_stop(self):
        self.begin()
        self.rig.mood("hang")
        self.pause(0.3, 0.5)
        self.assertEqual(self.rig.kill(signal.SIGTERM, 25), 0)
        self.rig.mood()
        self.assertTrue(self.rig.start())
        self.settle()

    def test_a_connector_that_hears_nothing_is_left_behind_at_the_stop(self):
        self.begin()
        self.rig.mood("deaf")
        self.pause(0.3, 0.5)
        self.assertEqual(self.rig.kill(signal.SIGTERM, 40), 0, self.rig.log()[-2000:])
        self.assertRegex(self.rig.log(), "hub.left_behind.*connector 'out' has not come back from write")
        self.rig.mood()
        self.assertTrue(self.rig.start())
        self.settle()

    def test_a_login_that_hangs_keeps_check_connect_no_longer_than_its_patience(self):
        for mood, sentence in (("hang_login", "no answer within 1 s"), ("deaf_login", "it has not come back from its login, though it was cancelled")):
            with self.subTest(mood=mood):
                self.rig.mood(mood)
                done = self.rig.cli("check", "--connect", "--patience", "1")
                told = json.loads(self.rig.cli("check", "--connect", "--patience", "1", "--json").stdout)
                self.assertEqual((told["ok"], [one["ok"] for one in told["connectors"]]), (False, [False]))
                self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                self.assertIn(sentence, done.stdout + done.stderr)
        self.rig.mood()
        self.assertEqual(self.rig.cli("check", "--connect").returncode, 0)

    def test_the_watchdog_names_a_connector_that_hangs(self):
        if not LONG:
            self.skipTest("takes two minutes of waiting: with --long")
        self.begin()
        self.rig.mood("hang")
        self.rig.wait(lambda: self.get("/readyz")[0] == 503, 150)
        self.assertRegex(self.get("/readyz")[1], r"the sink 'out' has not come back from write \(call \d+")
        self.assertRegex(self.rig.log(), "hub.stuck.*the sink 'out' has not come back")
        self.assertRegex(self.rig.cli("status").stdout, r"out:  has been at write \(call \d+")
        self.rig.config.write_text(self.rig.config.read_text() + "# changed\n")
        refused = self.rig.cli("reload")
        self.assertEqual(refused.returncode, 1)
        self.assertIn("only a restart of the hub ends that", refused.stderr)
        self.assertIn('maillon_stuck{kind="sink",name="out"} 1', self.get("/metrics")[1])
        self.assertEqual(self.get("/healthz")[0], 200, "a restart would not help")
        self.assertEqual(self.rig.kill(signal.SIGTERM, 25), 0)
        self.rig.mood()
        self.assertTrue(self.rig.start())
        self.rig.wait(lambda: self.get("/readyz")[0] == 200, 30)
        self.settle()

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.rig.port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def test_a_connector_that_reports_garbage(self):
        self.begin()
        self.rig.mood("garbage")
        self.pause(1, 1.5)
        self.rig.mood()
        self.settle_with_dead_letters()
        self.assertGreater(self.rig.admin("/v1/status")["books"]["events"]["out"]["refused"], 0)

    def test_a_connector_that_throws_what_it_should_not(self):
        self.begin()
        self.rig.mood("throw")
        self.pause(0.5, 1)
        self.rig.mood()
        self.settle_with_dead_letters()


class Machine(Faults):
    def test_too_little_memory_ends_the_hub_or_does_not_and_loses_nothing(self):
        for mib in ((40, 80, 120, 140, 160, 200) if LONG else (100, 140, 180)):
            def limit(mib=mib):
                resource.setrlimit(resource.RLIMIT_AS, (mib << 20, mib << 20))
            self.rig.limits = limit
            self.rig.happen(3000)
            if self.rig.start():
                try:
                    self.rig.wait(seconds=20)
                except AssertionError:
                    pass
            print(f"{mib} MiB of address space: {'lived' if self.rig.hub.poll() is None else 'ended with %s' % self.rig.hub.returncode}", flush=True)
            self.assertIn(self.rig.hub.poll(), (None, 1, 74), "it does not crash")
            if self.rig.hub.poll() == 1:
                self.assertIn("raise the limits (ulimit -v", self.rig.log()[-1000:])
            self.assertNotIn("internal error", self.rig.log(), "a person is told which limit to raise")
            self.rig.end_hub()
        self.rig.limits = None
        self.begin()
        self.settle()

    def test_a_second_hub_on_one_database_is_refused_and_the_first_goes_on(self):
        self.begin()
        other = self.rig.folder / "other.yaml"
        text = self.rig.config.read_text()
        other.write_text(re.sub(r"listen: .*", "listen: 127.0.0.1:0", text).replace("admin.sock", "other.sock"))
        for _ in range(20 if LONG else 3):
            second = subprocess.run([str(BUILD / "maillon"), "--config", str(other), "run"], capture_output=True, text=True, timeout=30)
            self.assertNotEqual(second.returncode, 0)
            self.assertIn("maillon.db", second.stderr)
            self.assertIn("another", second.stderr)
            self.pause(0.0, 0.1)
        self.settle()

    def test_of_two_hubs_that_start_at_once_one_lives(self):
        self.rig.happen(100)
        for _ in range(20 if LONG else 3):
            both = [self.rig.spawn(), self.rig.spawn()]
            until = time.monotonic() + 20
            while all(one.poll() is None for one in both) and time.monotonic() < until:
                time.sleep(0.01)
            alive = [one for one in both if one.poll() is None]
            self.assertEqual(len(alive), 1, self.rig.log()[-2000:])
            self.rig.hub = alive[0]
            self.rig.wait(self.rig.answers)
            self.rig.kill()
        self.begin()
        self.settle()


def main():
    global BUILD, LONG, SEED
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("MAILLON_SEED") or random.randrange(10**6)))
    options, rest = parser.parse_known_args()
    BUILD, LONG, SEED = pathlib.Path(options.build).resolve(), options.long, options.seed
    LoadedTestCase.build = BUILD
    print(f"seed {SEED}", flush=True)
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)


if __name__ == "__main__":
    main()
