#!/usr/bin/env python3
"""The copy of a CRM's records is read anew by the real process: what was deleted goes with its links, much of it only when a person says so, and neither
a kill nor a CRM that is down takes that word away."""
import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import types
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "demo"))
import demo_world as base  # noqa: E402
import postgres  # noqa: E402
from matching_world import mention, person  # noqa: E402
from shim import Shim  # noqa: E402
from x_to_crm import HEAD  # noqa: E402

CONTACTS, MANY = 120, 30
SETUP = HEAD.replace("retry:", "every: 200ms, page_size: 10, retry:")
DIRECTORIES = """directories:
  customers:
    records: crm.Contacts
    refresh: {refresh}
    fields: {{ given_name: first_name, family_name: last_name, handle_x: twitter_c{more} }}
routes:
  who:
    from: x.message.received
    steps:
      - match: customers
        who: event.author
{unsure}"""


class Directory(unittest.TestCase):
    store = None  # SQLite's, in the folder of the hub

    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="maillon-directory-")
        self.folder = pathlib.Path(self.temporary.name)
        self.config = self.folder / "maillon.yaml"
        self.world = base.World(self.folder, lines=[mention(n, n, "hello", None) for n in range(CONTACTS)], contacts=0)
        self.demo = self.world.demo
        self.demo.options.config = str(self.config)
        preloaded = types.SimpleNamespace(folder=self.folder, build=base.BUILD, environment={})
        self.shim, environment = Shim(preloaded), self.demo.environment
        self.demo.environment = lambda: {**environment(), **preloaded.environment}
        self.clock = 0
        self.crm = base.Colleague(self.demo.at)
        self.contacts = []
        for number in range(CONTACTS):
            given, family, town = person(number)
            self.contacts.append(self.crm.ask("POST", "/Contacts", {"first_name": given, "last_name": family, "primary_address_city": town,
                                                                    "twitter_c": f"someone{number}"})["id"])

    def tearDown(self):
        self.world.end()
        self.temporary.cleanup()

    def begin(self, refresh):
        """A hub that has linked everybody."""
        self.write(refresh)
        self.world.start()
        base.driver.http_json("POST", self.demo.at["control"] + "/start", {"rate": 0})
        self.world.wait(lambda: self.directory()["links"] == CONTACTS)

    def write(self, refresh, more="", unsure=""):
        head = SETUP.replace("sqlite:${env.MAILLON_DATA}/maillon.db", self.store or "sqlite:${env.MAILLON_DATA}/maillon.db")
        self.config.write_text(head + DIRECTORIES.format(refresh=refresh, more=more, unsure=unsure))

    def log_count(self, event):
        return self.world.log().count(f'"event":"{event}"')

    def time_passes(self, seconds):
        self.clock += seconds
        self.shim.set(clock_s=self.clock)

    def restart(self):
        self.demo.hub.send_signal(signal.SIGKILL)
        self.demo.hub.wait()
        self.demo.start_hub()

    def maillon(self, *arguments):
        return subprocess.run([str(base.BUILD / "maillon"), *arguments], env=self.demo.environment(), text=True, capture_output=True, timeout=120)

    def directory(self):
        out = self.maillon("directory", "status", "--json")
        return json.loads(out.stdout)["directories"][0] if out.returncode == 0 else {"state": None, "links": None, "records": None, "read": 0, "trouble": ""}

    def stands(self, **members):
        one = self.directory()
        return all(one[name] == value for name, value in members.items())

    def delete(self, numbers):
        for number in numbers:
            self.crm.ask("DELETE", "/Contacts/" + self.contacts[number])

    def sugar(self, **faults):
        base.driver.http_json("PUT", self.demo.at["control"] + "/faults", {**faults, "services": ["sugar"], "seed": 1})

    def test_a_deleted_record_goes_with_its_links_and_nothing_else_does(self):
        self.begin("1m")
        self.delete(range(5))
        self.time_passes(61)

        self.world.wait(lambda: self.stands(records=CONTACTS - 5, links=CONTACTS - 5))

        self.assertIn("nothing is linked", self.maillon("match", "links", "x:4003").stdout)
        self.assertIn(self.contacts[5], self.maillon("match", "links", "x:4005").stdout)
        self.assertRegex(self.world.log(), '"event":"directory.refreshed","directory":"customers","records":115,"gone":[1-5]')
        self.assertEqual(self.world.get("/readyz")[0], 200)

    def test_many_stay_until_a_person_says_that_they_are_gone_and_every_place_tells_so(self):
        self.begin("1m")
        self.delete(range(MANY))
        self.time_passes(61)
        said = f"{MANY} of {CONTACTS} records were not met again and stay; if they are gone: maillon directory refresh customers"

        self.world.wait(lambda: self.directory().get("unmet"))
        for _ in range(2):
            left = self.log_count("directory.records_left")
            self.assertEqual(self.directory()["unmet"], said)
            self.assertIn("  " + said, self.maillon("directory", "status").stdout)
            status, body = self.world.get("/readyz")
            component = next(one for one in json.loads(body)["components"] if one["name"] == "directory.customers")
            self.assertEqual((status, component["state"], component["reason"]), (503, "failing", said))
            shown = " ".join(self.maillon("status").stdout.split())
            self.assertIn("NOT READY directory.customers: " + said, shown)
            self.assertTrue(self.stands(records=CONTACTS, links=CONTACTS))
            self.restart()
            self.world.wait(lambda: self.directory()["state"] is not None)
            self.time_passes(61)
            self.world.wait(lambda: self.log_count("directory.records_left") > left)
        done = self.maillon("directory", "refresh", "customers")

        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(self.stands(records=CONTACTS - MANY, links=CONTACTS - MANY, unmet=None), done.stdout)
        self.world.wait(lambda: self.world.get("/readyz")[0] == 200)

    def test_a_word_that_the_hub_had_no_time_to_hear_outlives_a_kill(self):
        self.begin("0s")
        self.delete(range(MANY))
        self.sugar(slow_ms=3000)
        self.world.wait(lambda: any(one["doing"] == "reading a directory" for one in self.demo.status()["sources"]))

        self.assertEqual(self.maillon("directory", "refresh", "customers", "--detach").returncode, 0)
        self.assertTrue(self.stands(state="refreshing", read=0, records=CONTACTS))
        self.demo.hub.send_signal(signal.SIGKILL)
        self.demo.hub.wait()
        self.sugar()
        self.demo.start_hub()

        self.world.wait(lambda: self.stands(state="complete", records=CONTACTS - MANY, links=CONTACTS - MANY))

    def test_a_reading_that_a_person_asked_for_is_still_that_after_a_kill_and_a_crm_that_was_down(self):
        self.begin("0s")
        self.delete(range(MANY))
        self.sugar(slow_ms=150)
        self.assertEqual(self.maillon("directory", "refresh", "customers", "--detach").returncode, 0)
        self.world.wait(lambda: self.stands(state="refreshing") and self.directory()["read"] > 0)

        self.restart()
        self.world.wait(lambda: self.directory()["state"] == "refreshing")
        self.assertGreater(self.directory()["read"], 0, "it goes on where it was")
        self.sugar(rate_5xx=1.0)
        self.world.wait(lambda: "HTTP 500" in (self.directory()["trouble"] or ""))
        self.assertTrue(self.stands(state="refreshing", records=CONTACTS, links=CONTACTS))
        self.sugar()

        self.world.wait(lambda: self.stands(state="complete", records=CONTACTS - MANY, links=CONTACTS - MANY))

    def test_without_a_hub_the_word_waits_for_one(self):
        self.begin("0s")
        self.delete(range(MANY))
        self.demo.hub.terminate()
        self.demo.hub.wait(30)

        asked = self.maillon("directory", "refresh", "customers")

        self.assertEqual(asked.returncode, 0)
        self.assertIn("no hub is running: the records are read again when one is started", asked.stderr)
        self.assertTrue(self.stands(state="refreshing", records=CONTACTS))
        self.demo.start_hub()
        self.world.wait(lambda: self.stands(state="complete", records=CONTACTS - MANY, links=CONTACTS - MANY))

    def test_no_record_at_all_is_never_taken_for_an_empty_crm(self):
        self.begin("0s")
        self.delete(range(CONTACTS))

        asked = self.maillon("directory", "refresh", "customers")

        self.assertEqual(asked.returncode, 1)
        self.assertIn(f"the connector gave no record at all, so all {CONTACTS} that are known stay; see whether its user may still read Contacts", asked.stdout)
        self.assertTrue(self.stands(records=CONTACTS, links=CONTACTS))

    def test_a_question_waits_as_long_as_it_is_to_by_the_clock_of_the_day(self):
        given, family, _ = person(3)
        self.crm.ask("POST", "/Contacts", {"first_name": given, "last_name": family, "twitter_c": "someone3"})  # who is it of the two?
        self.write("0s", unsure="        unsure: wait\n        within: 1h\n")
        self.world.start()
        base.driver.http_json("POST", self.demo.at["control"] + "/start", {"rate": 0})
        runs = lambda: self.demo.status()["books"]["runs"].get("who", {})  # noqa: E731
        self.world.wait(lambda: runs().get("finished") == CONTACTS - 1 and runs().get("waiting") == 1)

        for seconds in (-86_400, 86_400 - 3_600, 3_600, 3_600 - 120):  # a day and an hour behind, right, nearly an hour later
            self.time_passes(seconds)
            time.sleep(1.5)  # longer than the hub waits between two looks at the clock
            self.assertEqual(runs().get("waiting"), 1, f"with the clock at {self.clock}")
        self.time_passes(180)

        self.world.wait(lambda: runs().get("finished") == CONTACTS)
        self.assertEqual(runs().get("waiting", 0), 0)

    def test_a_clock_that_was_a_day_ahead_puts_no_reading_off(self):
        self.time_passes(86_400)
        self.begin("1h")
        self.delete(range(5))

        self.time_passes(-86_400)

        self.world.wait(lambda: self.stands(records=CONTACTS - 5, links=CONTACTS - 5))
        self.assertEqual(self.log_count("directory.refreshed"), 1)

    def test_a_field_that_is_new_in_the_configuration_is_read_of_all_records(self):
        self.begin("0s")
        self.demo.hub.terminate()
        self.demo.hub.wait(30)
        self.write("0s", ", city: primary_address_city")
        self.demo.start_hub()

        self.world.wait(lambda: '"event":"directory.refreshed"' in self.world.log())

        export = self.folder / "export.json"
        self.assertEqual(self.maillon("person", "export", f"customers/{self.contacts[7]}", "--output", str(export)).returncode, 0)
        self.assertIn(f'"primary_address_city":"{person(7)[2]}"', export.read_text().replace('": "', '":"'))
        self.restart()
        self.world.wait(lambda: self.directory()["state"] == "complete")
        self.assertEqual(self.world.log().count('"event":"directory.refreshed"'), 1, "once")


class DirectoryOnPostgres(Directory):
    """The same with the store on a server."""

    def setUp(self):
        if not postgres.PROGRAMS and "CI" not in os.environ:
            self.skipTest("no PostgreSQL server is installed")
        self.places = contextlib.ExitStack()
        self.store = self.places.enter_context(postgres.server())
        super().setUp()

    def tearDown(self):
        super().tearDown()
        self.places.close()


if __name__ == "__main__":
    base.main(__doc__)
