#!/usr/bin/env python3
"""The clock of the day steps by hours and days under a running hub: what waits for a moment neither sleeps on nor comes twice, nothing is deleted
that is still to be kept or kept that is to go, no age is below nothing; the same with the store on a server, and with a hub on stand-by."""
import contextlib
import os
import pathlib
import signal
import sys
import time
import unittest
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "demo"))
import postgres  # noqa: E402
from loaded_test_case import LoadedTestCase  # noqa: E402
from rig import HeldPort, build_folder  # noqa: E402
from shim import Shim  # noqa: E402

HOUR, DAY = 3600, 86_400
STEPS = (HOUR, 0, -HOUR, 0, DAY, 0, -DAY, 0)
ROUTES = """  hourly:
    from: { cron: "0 * * * *" }
    steps: [ { call: out.nothing, with: { key: hourly } } ]
  later:
    from: out.message.received
    when: event.key.startsWith('later')
    steps:
      - { timer: a_while, after: 1h, steps: [ { call: out.nothing, with: { key: later } } ] }
"""


class Clock(LoadedTestCase):
    def store(self):
        return None  # SQLite's, in the folder of the hub

    def setUp(self):
        super().setUp()
        self.shim = Shim(self.rig)
        text = self.rig.config.read_text() + ROUTES
        url = self.store()
        self.rig.config.write_text(text.replace(f"sqlite:{self.rig.store}", url) if url else text)

    def step_to(self, seconds):
        self.offset = seconds
        self.shim.set(clock_s=seconds)

    def step_to_before_an_hour(self, seconds, day=0):
        """To so many seconds before a full hour, near the real time of that day; the hub has its time from there."""
        self.step_to(int(HOUR - time.time() % HOUR - seconds) + day * DAY)

    def book(self, route):
        return self.rig.status()["books"]["runs"].get(route, {})

    def metrics(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.rig.port}/metrics", timeout=30) as reply:
            return [line.rsplit(" ", 1) for line in reply.read().decode().splitlines() if line and not line.startswith("#")]

    def later(self, number):
        body = {"id": f"later-{number}", "key": f"later-{number}", "n": 1}
        self.rig.wanted.append(f"later-{number}-1")
        self.assertEqual(self.rig.post(body), 200)

    def test_no_age_is_below_nothing(self):
        self.begin()
        self.rig.mood("down")
        self.rig.wait(lambda: any(sink["queued"] for sink in self.rig.status()["sinks"]))
        self.assertEqual(self.rig.cli("pause", "out", "--reason", "clocks").returncode, 0)
        for step in STEPS:
            self.step_to(step)
            shown = self.rig.cli("status")
            self.assertEqual(shown.returncode, 0, shown.stderr)
            self.assertNotRegex(shown.stdout, r"(?<![\w.:-])-\d", f"with the clock at {step}")
            metrics = self.metrics()
            self.assertGreater(len(metrics), 30)
            self.assertEqual([line for line in metrics if float(line[1]) < 0], [], f"with the clock at {step}")
        self.assertEqual(self.rig.cli("resume", "out").returncode, 0)
        self.rig.mood()
        self.settle()

    def test_what_waits_for_a_moment_comes_once_and_goes_on_after_every_step(self):
        self.step_to_before_an_hour(4)
        self.begin()
        self.rig.wait(lambda: self.book("hourly").get("finished") == 1, 60)
        self.later(1)
        self.rig.wait(lambda: self.book("later").get("waiting") == 1, 60)

        # A day ahead, right after the hour: that hour has come, and so have the timers.
        self.step_to(self.offset + DAY)
        self.rig.wait(lambda: self.book("later").get("finished") == 1 and self.book("hourly").get("finished") == 2, 60)
        self.later(2)
        self.rig.wait(lambda: self.book("later").get("waiting") == 1, 60)

        # Back, to before the next hour: it comes, and the other timer waits until the clock is there again.
        self.step_to(self.offset - DAY + HOUR - 10)
        self.rig.wait(lambda: self.book("hourly").get("finished") == 3, 60)
        self.assertEqual(self.book("later").get("waiting"), 1)
        self.step_to(self.offset + DAY + HOUR)
        self.rig.wait(lambda: self.book("later").get("finished") == 2, 60)
        self.rig.mood()
        self.settle()
        self.assertEqual(self.book("hourly").get("dead_lettered", 0), 0)

    def test_events_from_when_the_clock_was_ahead_are_kept_and_keep_nothing_else(self):
        many = 300
        self.assertTrue(self.rig.start(), self.rig.log())
        for ahead in (0, 40 * DAY, 0):
            self.step_to(ahead)
            self.rig.happen(many)
            self.rig.wait()
        self.assertEqual(self.rig.complaints(), [])
        self.assertEqual(len(self.events()), 3 * many)

        # What is too old is looked for at a start.
        self.step_to(30 * DAY - HOUR)
        self.restart()
        self.assertEqual(len(self.events()), 3 * many, "nothing is 30 days old")
        self.step_to(30 * DAY + HOUR)
        self.restart()
        self.rig.wait(lambda: len(self.events()) == many)
        self.step_to(70 * DAY + HOUR)
        self.restart()
        self.rig.wait(lambda: self.events() == [])
        self.assertEqual(self.rig.cli("ledger").returncode, 0)

    def restart(self):
        self.assertEqual(self.rig.kill(signal.SIGTERM), 0)
        self.assertTrue(self.rig.start(), self.rig.log())
        self.rig.wait(lambda: self.rig.status()["books"]["balanced"] is True)
        time.sleep(1)  # for what must not happen: a right look at what may go leaves no trace

    def events(self):
        return self.rig.admin("/v1/events?connector=out&limit=1000")["events"]


class ClockOnPostgres(Clock):
    """The same with the store on a server, whose clock stays."""

    def setUp(self):
        if not postgres.PROGRAMS and "CI" not in os.environ:
            self.skipTest("no PostgreSQL server is installed")
        self.places = contextlib.ExitStack()
        super().setUp()

    def store(self):
        return self.places.enter_context(postgres.server())

    def tearDown(self):
        super().tearDown()
        self.places.close()

    def test_a_hub_on_stand_by_waits_through_every_step_and_takes_over_when_the_other_is_killed(self):
        self.begin()
        first, port = self.rig.hub, HeldPort()
        second = self.rig.config.with_name("second.yaml")
        second.write_text(self.rig.config.read_text().replace(f"127.0.0.1:{self.rig.port}", f"127.0.0.1:{port.number}").replace("admin.sock", "second.sock"))
        own, self.rig.config = self.rig.config, second
        standby = self.rig.spawn()
        try:
            self.rig.config = own
            self.rig.wait(lambda: "hub.standby" in self.rig.log() or self.answer(port.number))
            for step in STEPS:
                self.step_to(step)
                time.sleep(1.5)  # longer than a stand-by waits between two looks
                self.assertEqual((first.poll(), standby.poll()), (None, None), self.rig.log())
                self.assertEqual(self.answer(port.number)[0], 503)
                self.assertIn("stand-by", self.answer(port.number)[1])
                self.assertEqual(self.answer(self.rig.port)[0], 200)
            self.step_to(-DAY)
            first.kill()
            first.wait()
            until = time.monotonic() + 30
            while self.answer(port.number)[0] != 200:
                self.assertLess(time.monotonic(), until, self.rig.log())
                self.assertIsNone(standby.poll(), self.rig.log())
                time.sleep(0.1)
        finally:
            standby.kill()
            standby.wait()
            port.close()
        self.assertTrue(self.rig.start(), self.rig.log())
        self.step_to(0)
        self.settle()

    @staticmethod
    def answer(port):
        """Of /readyz: status and text."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)


if __name__ == "__main__":
    LoadedTestCase.build = build_folder(sys.argv)
    unittest.main(verbosity=2)
