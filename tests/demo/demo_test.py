#!/usr/bin/env python3
"""The demo's promises, checked from outside: right counts, and the same end state however often the world or the hub broke in between."""
import argparse
import collections
import difflib
import html
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import postgres  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
# Real mentions where they are at hand, else the sample that the project carries.
REAL = ROOT.parent / "shared/data/mentions/airline-mentions.ndjson"
SAMPLE = ROOT / "examples/social-crm/mentions.ndjson"
BUILD = None


def run(name, folder, *more, events):
    dump = folder / f"{name}.json"
    command = [sys.executable, str(ROOT / "scripts/demo.py"), "--build", str(BUILD), "--events", str(events), "--json", "--quiet",
               "--data", str(folder / name), "--dump", str(dump), "--patience", "120", *more]
    done = subprocess.run(command, capture_output=True, text=True, timeout=900)
    if not done.stdout.strip():
        raise AssertionError(f"{name}: {done.stderr[-3000:]}")
    result = json.loads(done.stdout.strip().splitlines()[-1])
    print(f"{name}: {json.dumps(result)}", flush=True)
    return result, dump.read_text()


class Demo(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="maillon-demo-test-")
        cls.folder = pathlib.Path(cls.temporary.name)
        cls.events = REAL if REAL.exists() else SAMPLE
        cls.undisturbed, cls.dump = run("undisturbed", cls.folder, events=cls.events)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def check(self, r):
        mentions = sum(1 for line in self.events.read_text(encoding="utf-8").split("\n") if line.strip())
        self.assertEqual(r["mentions"], mentions)
        self.assertEqual(r["comments"], 200)
        self.assertEqual(r["notes"], mentions + 200)
        self.assertEqual(r["contacts_before"], 20000)
        self.check_people(r)
        self.assertEqual(r["cases"], r["conversations"])
        self.assertEqual(r["replies"], r["conversations"])
        self.assertEqual(r["replies_doubled"], 0)
        events, runs = r["events"], r["runs"]
        self.assertEqual(events["received"], events["doubles"] + events["unmatched"] + events["routed"] + events["refused"])
        self.assertEqual(events["refused"], 0)
        self.assertEqual(runs["started"], mentions + 200)
        self.assertEqual(runs["finished"], mentions + 200)
        for name in ("dropped", "dead_lettered", "in_doubt", "waiting", "in_flight"):
            self.assertEqual(runs[name], 0, name)

    def check_people(self, r):
        """Held against who the people truly are, as the sandbox knows it: whichever layer decided."""
        found = r["found"]
        self.assertGreater(r["known_by_handle"], 50)
        if self.events.is_relative_to(ROOT):  # in the large collection authors go by their handles alone
            self.assertGreater(r["known_by_name"], 5)
            self.assertGreater(r["namesakes"], 5)
        self.assertEqual(found["wrong"], 0, "nobody is taken for somebody else")
        self.assertEqual(found["twice"] + r["duplicate_persons"], 0, "nobody has two contacts")
        self.assertGreaterEqual(found["right"], r["known_by_handle"], "a handle is enough")
        self.assertEqual(found["right"] + found["missed"], r["known_by_handle"] + r["known_by_name"])
        self.assertLessEqual(found["missed"], r["known_by_name"] // 10, "a name in its town is enough for the model")
        self.assertGreaterEqual(r["review"], r["namesakes"] // 2, "a namesake elsewhere is asked about")
        self.assertEqual(r["created"], r["authors"] - r["linked"] - r["review"], "who is not there is made, once")

    def same_end(self, dump, name):
        if dump == self.dump:
            return
        lines = list(difflib.unified_diff(self.dump.splitlines(), dump.splitlines(), "undisturbed", name, lineterm="", n=2))
        self.fail(f"{name} ended differently, {len(lines)} lines of difference:\n" + "\n".join(lines[:60]))

    def test_undisturbed(self):
        self.check(self.undisturbed)

    def test_every_note_holds_the_exact_text_with_entities_decoded(self):
        wanted = [html.unescape(json.loads(line)["data"]["text"]) for line in self.events.read_text(encoding="utf-8").split("\n") if line.strip()]
        notes = json.loads(self.dump)["notes"]
        found = [note["text"] for note in notes]
        # What is left are the comments, which the sandbox makes up.
        missing = collections.Counter(wanted) - collections.Counter(found)
        self.assertEqual(missing, collections.Counter())
        self.assertEqual(len(found) - len(wanted), 200)

    @unittest.skipUnless(postgres.PROGRAMS or os.environ.get("CI"), "PostgreSQL is not installed")
    def test_a_store_on_postgresql_and_kills_change_nothing(self):
        with postgres.server() as url:
            result, dump = run("postgresql", self.folder, "--store", url, "--kill", "3", events=self.events)
        self.check(result)
        self.same_end(dump, "postgresql")

    def test_a_misbehaving_world_changes_nothing(self):
        result, dump = run("faults", self.folder, "--faults", events=self.events)
        self.check(result)
        self.same_end(dump, "faults")

    def test_a_misbehaving_world_and_a_hub_killed_20_times_change_nothing(self):
        result, dump = run("killed", self.folder, "--faults", "--kill", "20", "--seed", "11", events=self.events)
        self.check(result)
        self.same_end(dump, "killed")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    options, rest = parser.parse_known_args()
    BUILD = pathlib.Path(options.build)
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)
