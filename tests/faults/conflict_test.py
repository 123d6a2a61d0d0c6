#!/usr/bin/env python3
"""A record of a CRM is changed by somebody else between the moment when the hub reads it and the moment when it writes: neither loses a word."""
import contextlib
import pathlib
import sqlite3
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import demo_world as base  # noqa: E402
from x_to_crm import HEAD  # noqa: E402

CONFIG = HEAD + """routes:
  append:
    from: x.message.received
    steps:
      - call: crm.find
        as: found
        with: { module: Cases, filter: { name: the one }, limit: 1 }
      - let: { case: "${found.records[0]}" }
      - call: crm.update
        with: { module: Cases, id: "${case.id}", if_modified: "${case.date_modified}", fields: { description: "${case.description} ours" } }
"""
SLOW_MS = 2500


class Conflict(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="maillon-conflict-")
        folder = pathlib.Path(self.temporary.name)
        config = folder / "maillon.yaml"
        config.write_text(CONFIG)
        self.world = base.World(folder, mentions=1)
        self.world.demo.options.config = str(config)
        self.world.start()
        self.control = self.world.demo.at["control"]

    def tearDown(self):
        self.world.end()
        self.temporary.cleanup()

    def book(self):
        status = self.world.demo.status()
        return status["books"]["runs"].get("append", {}) if status else {}

    def test_what_both_wrote_is_there(self):
        colleague = base.Colleague(self.world.demo.at)
        case = colleague.ask("POST", "/Cases", {"name": "the one", "description": "first"})
        base.driver.http_json("PUT", self.control + "/faults", {"slow_ms": SLOW_MS, "services": ["sugar"]})
        asked = self.world.demo.state()["requests"]["sugar"]
        base.driver.http_json("POST", self.control + "/start", {"rate": 0})
        self.world.wait(lambda: self.world.demo.state()["requests"]["sugar"] > asked, 60)
        # The hub has asked and waits for its answer, which is on its way; the CRM tells time in seconds.
        time.sleep(1.1)
        colleague.ask("PUT", "/Cases/" + case["id"], {"description": "first theirs"})
        base.driver.http_json("PUT", self.control + "/faults", {})

        self.world.wait(lambda: self.book().get("finished", 0) == 1, 90)

        self.assertEqual(colleague.ask("GET", "/Cases/" + case["id"])["description"], "first theirs ours")
        self.assertEqual(self.book()["dead_lettered"], 0)
        with contextlib.closing(sqlite3.connect(self.world.demo.folder / "maillon.db")) as store:
            waits = [row[0] for row in store.execute("SELECT detail FROM steps WHERE status = 'waiting'")]
        self.assertEqual(len(waits), 1)
        self.assertRegex(waits[0], "it is read again: the record was changed at .*, after ")
        told = self.world.demo.cli("why", "1", "--json")
        self.assertIn("first theirs ours", told)


if __name__ == "__main__":
    base.main(__doc__)
