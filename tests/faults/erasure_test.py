#!/usr/bin/env python3
"""Persons are erased from the real process while it runs and is killed: no byte of them is left, the books balance, and they do not come back."""
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import demo_world as base  # noqa: E402

PEOPLE = 40
HERS = 7                      # messages of the person who is erased
WORD = "PICKLEDHERRING"       # stands in what she writes, and nowhere else
KILLS = 8


def mention(number, author, text):
    return json.dumps({"data": {"id": str(700000 + number), "text": text, "author_id": str(880000000000000 + author), "created_at": "2026-09-14T08:12:44.000Z"},
                       "includes": {"users": [{"id": str(880000000000000 + author), "username": f"person{author:03}", "name": f"Nora Quist{author:03}"}]}})


class Erasure(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="maillon-erasure-")
        self.folder = pathlib.Path(self.temporary.name)
        lines = [mention(i, i % PEOPLE, f"message {i} of somebody, and some more words " * (1 + i % 9)) for i in range(200) if i % PEOPLE != HERS]
        lines += [mention(1000 + i, HERS, f"{WORD} {i} " + "x" * (i * 700)) for i in range(HERS)]
        lines += [mention(2000 + i, 3, f"hello @person{HERS:03}, how are you") for i in range(3)]
        self.lines = len(lines)
        self.world = base.World(self.folder, lines=lines)
        self.world.start()
        self.world.demo.subscribe()
        base.driver.http_json("POST", self.world.demo.at["control"] + "/start", {"rate": 0})
        self.world.wait(lambda: self.state()["notes"] == self.lines and self.is_quiet(), 120)

    def tearDown(self):
        self.world.end()
        self.temporary.cleanup()

    def state(self):
        return self.world.demo.state()

    def is_quiet(self):
        status = self.world.demo.status()
        if status is None:
            return False
        runs = self.world.demo.sums(status["books"]["runs"])
        return status["unrouted"] == 0 and runs.get("in_flight", 0) == 0 and all(s["queued"] + s["trying"] == 0 for s in status["sinks"])

    def maillon(self, *arguments):
        return subprocess.Popen([str(base.BUILD / "maillon"), *arguments], env=self.world.demo.environment(), text=True, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE)

    def answer(self, *arguments, code=0):
        process = self.maillon(*arguments)
        out, error = process.communicate(timeout=120)
        self.assertEqual(process.returncode, code, error + out)
        return json.loads(out) if out.startswith("{") else error

    def erasures(self):
        return self.answer("person", "erased", "--json")["erasures"]

    def restart(self):
        self.world.demo.hub.send_signal(signal.SIGKILL)
        self.world.demo.hub.wait()
        self.world.demo.start_hub()

    def files_with(self, *words):
        """Files of the store and the hub's log that hold one of the words as bytes, whatever their case."""
        out = []
        for file in self.world.demo.folder.rglob("*"):
            if file.is_file() and file.name != "sandbox.log" and not file.name.endswith(".kept"):
                data = file.read_bytes().lower()
                out += [f"{word} in {file.name}" for word in words if word.lower().encode() in data]
        return out

    def books(self):
        ledger = self.answer("ledger", "--json")
        self.assertTrue(ledger["balanced"], ledger["wrong"])
        return ledger

    def her_words(self):
        return WORD, f"person{HERS:03}", f"Nora Quist{HERS:03}", str(880000000000000 + HERS)

    def test_killed_on_its_way_nothing_is_left_and_a_late_message_is_kept_out(self):
        found = self.answer("person", "find", f"x:@person{HERS:03}", "--json")
        self.assertEqual(found["holds"]["events"], HERS)
        self.assertEqual(found["holds"]["mentions_by_others"], 3)
        self.assertEqual(len(found["records"]), 1, found)
        export = self.folder / "export.json"
        self.answer("person", "export", found["records"][0], "--output", str(export), "--json")
        self.assertEqual([i for i in range(HERS) if f'"{WORD} {i} ' not in export.read_text()], [], "messages that are not in the copy")
        self.assertEqual(export.stat().st_mode & 0o777, 0o600)
        self.answer("person", "export", found["records"][0], "--output", str(export), code=1)
        self.assertNotEqual(self.files_with(WORD), [])
        self.answer("person", "erase", f"x:@person{HERS:03}", "--reason", "asked", code=2)
        dry = self.answer("person", "erase", f"x:@person{HERS:03}", "--reason", "asked", "--dry-run", "--json")
        self.assertEqual(dry["holds"], found["holds"])
        self.assertEqual(self.erasures(), [])

        erase = self.maillon("person", "erase", f"x:{880000000000000 + HERS}", "--yes", "--reason", f"person{HERS:03} wrote to us", "--json")
        self.world.wait(lambda: self.world.demo.status() is None or self.erasures(), 60)
        for _ in range(KILLS):
            self.restart()
        out, error = erase.communicate(timeout=180)

        self.assertEqual(erase.returncode, 0, error + out)
        self.assertEqual(json.loads(out)["state"], "done")
        self.assertEqual(json.loads(out)["removed"]["events"], HERS, out)
        self.assertEqual(self.files_with(*self.her_words()), [])
        self.assertNotEqual(self.files_with("Nora Quist003", "message 41 of somebody"), [])
        self.assertEqual(self.erasures()[0]["reason"], "[erased] wrote to us")
        self.books()
        self.assertIn("was erased, and nothing is kept of them: erasure 1", self.answer("person", "find", f"x:{880000000000000 + HERS}", code=1))

        cases = self.state()["cases"]
        base.driver.http_json("POST", self.world.demo.at["control"] + "/x/mention", {"username": f"person{HERS:03}", "text": f"{WORD} once more"})
        self.world.wait(lambda: self.erasures()[0]["kept_out"]["events"] == 1, 60)
        base.driver.http_json("POST", self.world.demo.at["control"] + "/x/mention", {"username": "person003", "text": f"@person{HERS:03} are you there?"})
        self.world.wait(lambda: self.erasures()[0]["kept_out"]["mentions_masked"] == 1 and self.is_quiet(), 60)
        self.assertEqual(self.state()["cases"], cases + 1, "the other one's message is a case")
        self.assertEqual(self.files_with(*self.her_words()), [])
        self.books()
        self.assertEqual(self.world.demo.status()["books"]["events"]["x"]["refused"], 1)

    def test_a_webhook_that_comes_again_is_refused_and_runs_under_way_are_ended(self):
        post = json.dumps(base.COMMENT).encode()
        self.assertEqual(self.world.post(post)[0], 200)
        self.world.wait(lambda: self.state()["notes"] == self.lines + 1 and self.is_quiet())
        base.driver.http_json("PUT", self.world.demo.at["control"] + "/faults", {"rate_5xx": 1.0, "services": ["sugar"], "seed": 1})
        again = json.loads(post)
        again["entry"][0]["changes"][0]["value"].update(comment_id="555_78", message=f"{WORD} waits for the CRM")
        self.assertEqual(self.world.post(json.dumps(again).encode())[0], 200)
        self.world.wait(lambda: not self.is_quiet())

        done = self.answer("person", "erase", "facebook:24680135", "--yes", "--reason", "asked", "--json")

        self.assertEqual(done["state"], "done")
        self.assertEqual(done["removed"]["runs_ended"], 1, done)
        base.driver.http_json("PUT", self.world.demo.at["control"] + "/faults", {"rate_5xx": 0.0})
        for body in (post, json.dumps(again).encode()):
            self.assertEqual(self.world.post(body)[0], 200)
        self.world.wait(lambda: self.erasures()[0]["kept_out"]["events"] == 2 and self.is_quiet())
        self.assertEqual(self.files_with(f"{WORD} waits", "24680135"), [])
        self.assertEqual(self.state()["notes"], self.lines + 1)
        self.books()

    def test_a_backup_of_before_is_cleaned_when_it_is_restored(self):
        demo = self.world.demo
        kept = demo.folder / "backup.kept"
        self.answer("backup", str(kept))
        self.answer("person", "erase", f"x:@person{HERS:03}", "--yes", "--reason", "asked", "--json")
        self.assertEqual(self.files_with(*self.her_words()), [])
        demo.hub.terminate()
        demo.hub.wait(30)
        self.answer("restore", str(kept), "--force")
        self.assertNotEqual(self.files_with(WORD), [], "she is back")

        demo.start_hub()
        self.world.wait(lambda: self.erasures() and self.erasures()[0]["state"] == "done", 60)

        self.assertEqual(self.files_with(*self.her_words()), [])
        self.books()

    def test_without_a_hub_the_command_does_the_work_itself(self):
        demo = self.world.demo
        demo.hub.terminate()
        demo.hub.wait(30)

        done = self.answer("person", "erase", f"x:@person{HERS:03}", "--yes", "--reason", "asked", "--json")

        self.assertEqual(done["state"], "done")
        self.assertEqual(self.files_with(*self.her_words()), [])
        self.books()
        demo.start_hub()
        self.assertEqual(self.answer("person", "readmit", f"x:{880000000000000 + HERS}", "--json")["readmitted"], 1)
        self.assertIn("was erased", self.answer("person", "readmit", f"x:{880000000000000 + HERS}", code=1))


if __name__ == "__main__":
    base.main(__doc__)
