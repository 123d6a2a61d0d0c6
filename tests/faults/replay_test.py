#!/usr/bin/env python3
"""Two thousand dead letters are replayed by the real process, which is killed again and again on the way: each letter has its effect once."""
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import demo_world as base  # noqa: E402
from x_to_crm import HEAD  # noqa: E402

LETTERS = 2000
KILLS = 6
CONFIG = HEAD + """routes:
  note:
    from: x.message.received
    steps:
      - let: { title: "%s" }
      - call: crm.create
        with: { module: Notes, fields: { name: "${title}" } }
"""
BROKEN = "${string(int(event.text))}"
MENDED = "${event.text}"


class Replay(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="maillon-replay-")
        folder = pathlib.Path(self.temporary.name)
        self.config = folder / "maillon.yaml"
        self.config.write_text(CONFIG % BROKEN)
        self.world = base.World(folder, mentions=LETTERS)
        self.world.demo.options.config = str(self.config)
        self.world.start()
        base.driver.http_json("POST", self.world.demo.at["control"] + "/start", {"rate": 0})
        self.world.wait(lambda: self.runs().get("dead_lettered", 0) == LETTERS, 120)

    def tearDown(self):
        self.world.end()
        self.temporary.cleanup()

    def runs(self):
        status = self.world.demo.status()
        return status["books"]["runs"].get("note", {}) if status else {}

    def maillon(self, *arguments, **more):
        return subprocess.Popen([str(base.BUILD / "maillon"), *arguments], env=self.world.demo.environment(), text=True, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, **more)

    def answer(self, *arguments):
        process = self.maillon(*arguments)
        out, error = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, error)
        return json.loads(out)

    def mend(self):
        self.world.demo.hub.terminate()
        self.world.demo.hub.wait(20)
        self.config.write_text(CONFIG % MENDED)
        self.world.demo.start_hub()

    def notes(self):
        return self.world.demo.state()["notes"]

    def test_a_replay_that_is_killed_on_its_way_does_everything_once(self):
        plan = self.config.with_name("mended.yaml")
        plan.write_text(CONFIG % MENDED)
        foresight = self.answer("plan", str(plan), "--since", "1h", "--json")
        kinds = {(group["kind"], group["about"]): group["count"] for group in foresight["groups"]}
        self.assertEqual(kinds.get(("done in addition", "call crm.create")), LETTERS)
        self.assertEqual([count for (kind, _), count in kinds.items() if kind == "no longer a dead letter"], [LETTERS])
        self.assertEqual(self.notes(), 0, "a plan does nothing")

        self.mend()
        replay = self.maillon("dead-letters", "replay", "--since", "1h", "--note", "mended", "--json")
        killed_at = []
        for kill in range(KILLS):
            goal = LETTERS * (kill + 1) // (KILLS + 2)
            self.world.wait(lambda: self.notes() >= goal or replay.poll() is not None, 120)
            killed_at.append(self.notes())
            self.world.demo.hub.send_signal(signal.SIGKILL)
            self.world.demo.hub.wait()
            self.world.demo.start_hub()
        out, error = replay.communicate(timeout=180)
        self.assertLess(killed_at[0], LETTERS, "it was killed on its way")
        self.assertEqual(replay.returncode, 0, error + out)
        result = json.loads(out)
        self.assertEqual(result["state"], "done")
        self.assertEqual(result["started"], LETTERS)
        self.assertEqual(result["runs"], {"finished": LETTERS})
        self.assertEqual(self.notes(), LETTERS, f"killed at {killed_at}")
        self.assertEqual(self.answer("dead-letters", "list", "--json")["dead_letters"], [])
        books = self.answer("ledger", "--json")
        self.assertTrue(books["balanced"], books["wrong"])
        self.assertEqual(self.runs()["started"], 2 * LETTERS)

    def test_letters_are_asked_for_by_where_and_dropped_ones_stay(self):
        some = self.answer("dead-letters", "list", "--where", "event.text == 'mention 17'", "--json")["dead_letters"]
        self.assertEqual(len(some), 1)
        number = str(some[0]["id"])
        shown = self.answer("dead-letters", "show", number, "--json")
        self.assertRegex(shown["where"], r"maillon\.yaml:14")
        self.assertEqual(shown["cause"]["event"]["text"], "mention 17")
        self.config.write_text(CONFIG % BROKEN + "nonsense: 1\n")  # somebody is at the files of the hub that runs
        again = self.maillon("dead-letters", "replay", number, "--json")
        out, error = again.communicate(timeout=100)
        self.assertEqual(again.returncode, 1, "it failed again: " + error)
        self.assertNotIn("does not answer", error)
        self.config.write_text(CONFIG % BROKEN)
        self.assertEqual(json.loads(out)["runs"], {"dead_lettered": 1})
        newest = self.answer("dead-letters", "list", "--where", "event.text == 'mention 17'", "--json")["dead_letters"]
        self.assertEqual(len(newest), 1)
        number = str(newest[0]["id"])
        event = dict(shown["cause"]["event"], text="18")
        file = self.config.with_name("event.json")
        file.write_text(json.dumps(event))
        edited = self.answer("dead-letters", "edit", number, "--file", str(file), "--by", "anne", "--json")
        self.assertEqual(edited["edits"][0]["differences"], [{"path": "text", "was": "mention 17", "now": "18"}])
        process = self.maillon("dead-letters", "replay", number)
        self.assertEqual(process.wait(60), 0)
        process.communicate()
        self.world.wait(lambda: self.notes() == 1)
        drop = self.maillon("dead-letters", "drop", str(some[0]["id"] + 1), "--reason", "spam")
        drop.communicate(timeout=60)
        self.assertEqual(drop.returncode, 0)
        dropped = self.answer("dead-letters", "list", "--state", "dropped", "--json")["dead_letters"]
        self.assertEqual([row["note"] for row in dropped], ["spam"])


if __name__ == "__main__":
    base.main(__doc__)
