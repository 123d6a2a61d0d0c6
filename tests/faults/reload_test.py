#!/usr/bin/env python3
"""A running hub takes on other configurations, under load: nothing is lost, nothing is done twice, no request is refused, and what is
no good leaves the old one running."""
import json
import pathlib
import signal
import sqlite3
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from loaded_test_case import LoadedTestCase  # noqa: E402
from rig import build_folder  # noqa: E402


NIGHTLY = """  nightly:
    from: { cron: "0 3 * * *" }
    steps: [ { drop: never } ]
"""


class Reload(LoadedTestCase):
    def setUp(self):
        super().setUp()
        self.text = self.rig.config.read_text()

    def write(self, text):
        self.rig.config.write_text(text)

    def config(self):
        return self.rig.status()["config"]

    def test_under_load_nothing_is_lost_doubled_or_refused(self):
        self.begin()
        seen = {self.config()}
        for turn in range(12):
            # In turn another route beside the one that is counted, and other settings of the connector.
            more = f"  beside_{turn}:\n    from: out.message.received\n    when: \"event.n < 0\"\n    steps: [ {{ drop: never }} ]\n"
            text = self.text + more if turn % 2 else self.text.replace("longest: 500ms", f"longest: {400 + turn}ms")
            self.write(text)
            if turn % 3 == 2:
                before = self.config()
                self.rig.hub.send_signal(signal.SIGHUP)
                self.rig.wait(lambda: self.config() != before)
            else:
                done = self.rig.cli("reload")
                self.assertEqual((done.returncode, done.stdout), (0, "reloaded\n"), done.stderr)
            seen.add(self.config())
            time.sleep(0.2)
        self.assertEqual(len(seen), 13)
        self.assertEqual(self.load.refusals, 0)
        self.settle()
        self.assertEqual(self.rig.log().count("hub.reload_refused"), 0)

    def test_a_wrong_configuration_leaves_the_old_one_running_and_says_why(self):
        self.begin()
        before = self.config()
        self.write(self.text.replace("call: out.write", "call: out.wirte"))
        done = self.rig.cli("reload")
        self.assertEqual(done.returncode, 1)
        self.assertIn("the old configuration goes on", done.stderr)
        self.assertIn("maillon.yaml:", done.stderr)
        self.assertIn("out.write", done.stderr)
        self.assertEqual(self.config(), before)
        self.assertIsNone(self.rig.hub.poll())
        self.write(self.text)
        again = self.rig.cli("reload", "--json")
        self.assertEqual(json.loads(again.stdout)["config"], before)
        self.settle()

    def test_what_only_a_start_can_change_is_refused_by_its_name(self):
        self.begin()
        before = self.config()
        self.write(self.text.replace(f"listen: 127.0.0.1:{self.rig.port}", "listen: 127.0.0.1:1"))
        done = self.rig.cli("reload")
        self.assertEqual(done.returncode, 1)
        self.assertIn("hub.listen cannot change while the hub runs: restart it", done.stderr)
        self.assertEqual(self.config(), before)
        self.settle()

    def test_a_connector_with_calls_that_are_not_settled_cannot_be_taken_out(self):
        self.rig.mood("down")
        self.begin()
        self.rig.wait(lambda: any(sink["queued"] for sink in self.rig.status()["sinks"]))
        self.write(self.text.replace("  out: {", "  other: {").replace("out.message", "other.message").replace("out.write", "other.write"))
        done = self.rig.cli("reload")
        self.assertEqual(done.returncode, 1)
        self.assertIn("calls to 'out' are not settled", done.stderr)
        self.rig.mood("")
        self.settle()

    def test_a_connector_that_hears_nothing_ends_the_hub_which_goes_on_from_its_store(self):
        # It may be back by its deadline, a minute after it was cancelled.
        self.begin()
        self.rig.mood("deaf")
        self.rig.wait(lambda: any(sink["trying"] for sink in self.rig.status()["sinks"]))
        self.write(self.text + "# another\n")
        done = self.rig.cli("reload", patience=200)
        self.assertEqual(done.returncode, 1)
        self.assertIn("connector 'out' has not come back from write (call ", done.stderr)
        self.assertIn("so the hub ends, to be started again by its service manager", done.stderr)
        self.assertEqual(self.rig.hub.wait(30), 1)
        self.assertRegex(self.rig.log(), "hub.left_behind.*connector 'out' has not come back from write")
        self.rig.mood()
        self.assertTrue(self.rig.start())
        self.settle()

    def test_a_connector_that_an_erasure_has_cancelled_works_again(self):
        self.assertTrue(self.rig.start(), self.rig.log())
        self.rig.mood("hang")
        hers = self.rig.event() | {"author": {"id": "77", "name": "Anne", "email": "anne@example.com"}}
        self.assertEqual(self.rig.post(hers), 200)
        self.rig.wait(self.rig.hangs.exists)
        self.rig.mood()  # a call that hangs already stays so
        self.rig.happen(3)
        # Nothing may move while she is taken out: the call is broken off once its time is over.
        done = self.rig.cli("person", "erase", "anne@example.com", "--reason", "asked for it", "--yes", patience=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.rig.happen(3)
        self.rig.wait(lambda: len(self.rig.effects()) >= 6, 60)
        self.assertEqual(sorted(f"{e[1]}-{e[2]}" for e in self.rig.effects()), sorted(set(self.rig.wanted) - {hers["id"]}))
        self.assertEqual(self.rig.cli("ledger").returncode, 0)

    def reload_to(self, text):
        self.write(text)
        done = self.rig.cli("reload")
        self.assertEqual(done.returncode, 0, done.stderr)

    def schedules_know(self, moment):
        """What the store says up to when every schedule is done."""
        with sqlite3.connect(self.rig.store) as store:
            changed = store.execute("UPDATE plugin_state SET value = ? WHERE instance = 'hub/cron'", (moment,)).rowcount
        store.close()
        self.assertEqual(changed, 1)

    def test_what_only_fails_at_the_exchange_leaves_the_old_one_and_a_connector_that_was_cancelled_for_it_works_again(self):
        self.assertTrue(self.rig.start(), self.rig.log())
        before = self.config()
        self.reload_to(self.text + NIGHTLY)
        self.reload_to(self.text)
        self.schedules_know("last night")
        self.rig.mood("hang")
        self.assertEqual(self.rig.post(self.rig.event(way="w")), 200)
        self.rig.wait(self.rig.hangs.exists)
        self.rig.mood()  # a call that hangs already stays so until it is cancelled

        self.write(self.text + NIGHTLY)
        done = self.rig.cli("reload", patience=120)

        self.assertEqual(done.returncode, 1)
        self.assertIn("the old configuration goes on, since the new one cannot: the schedule of route 'nightly': ", done.stderr)
        self.assertIn("'last night'", done.stderr)
        self.assertEqual(self.config(), before)
        self.rig.happen(20)
        self.assertEqual(self.rig.post(self.rig.event(way="w")), 200)
        self.rig.wait(seconds=60)
        self.assertEqual(self.rig.complaints(), [])
        self.schedules_know("2026-01-01T03:00:00Z")
        self.reload_to(self.text + NIGHTLY)

    def test_when_neither_can_go_on_the_hub_ends_and_says_why(self):
        self.write(self.text + NIGHTLY)
        self.begin()
        self.schedules_know("last night")

        self.write(self.text + NIGHTLY + "# another\n")
        done = self.rig.cli("reload")

        self.assertEqual(done.returncode, 1)
        self.assertIn("neither the new configuration nor the old one can go on: the schedule of route 'nightly': ", done.stderr)
        self.assertIn("so the hub ends, to be started again by its service manager", done.stderr)
        self.assertEqual(self.rig.hub.wait(30), 1)
        self.assertIn("hub.reload_stuck", self.rig.log())
        self.schedules_know("2026-01-01T03:00:00Z")
        self.assertTrue(self.rig.start(), self.rig.log())
        self.settle()

    def test_runs_that_wait_finish_under_the_configuration_they_started_with(self):
        self.rig.mood("down")
        self.begin(asked_per_s=100, told_per_s=20)
        self.rig.wait(lambda: self.rig.runs().get("in_flight", 0) > 20)
        self.write(self.text.replace('n: "${event.n}"', 'n: "${event.n + 0}"'))
        self.assertEqual(self.rig.cli("reload").returncode, 0)
        self.rig.mood("")
        self.settle()


if __name__ == "__main__":
    LoadedTestCase.build = build_folder(sys.argv)
    unittest.main(verbosity=2)
