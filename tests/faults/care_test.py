#!/usr/bin/env python3
"""Backup, restore, doctor and ledger of the real program, also beside a hub under load; and a store that was damaged in every way."""
import argparse
import hashlib
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import demo as driver  # noqa: E402

BUILD = None


class Place:
    """A sandbox with mentions to come, and hubs of the demo's configuration on one store."""

    def __init__(self, folder, mentions=0, comments=0):
        self.folder = pathlib.Path(folder)
        events = self.folder / "mentions.ndjson"
        events.write_text("".join(json.dumps({
            "data": {"id": str(1000 + i), "text": f"mon colis {i} n'est pas arrivé !", "author_id": str(i), "lang": "fr", "created_at": "2026-09-14T08:12:44.000Z"},
            "includes": {"users": [{"id": str(i), "username": f"person{i}", "name": f"Person {i}"}]}}) + "\n" for i in range(mentions)))
        self.demo = driver.Demo(driver.parse(["--build", str(BUILD), "--data", str(self.folder / "data"), "--events", str(events), "--comments", str(comments),
                                              "--quiet"]))
        self.demo.start_sandbox()
        self.demo.secrets()
        self.store = self.demo.folder / "maillon.db"

    def start(self):
        self.demo.start_hub()
        self.demo.wait_until_ready()

    def stop(self):
        self.demo.hub.terminate()
        self.demo.hub.wait(30)

    def run(self, *arguments, code=0):
        ran = subprocess.run([str(BUILD / "maillon"), *arguments], env=self.demo.environment(), capture_output=True, text=True, timeout=120)
        if ran.returncode != code:
            raise AssertionError(f"{arguments} ended with {ran.returncode}, not {code}:\n{ran.stdout}\n{ran.stderr}")
        return ran.stdout if code == 0 or ran.stdout else ran.stderr

    def refused(self):
        """The sentence with which the hub does not start."""
        ran = subprocess.run([str(BUILD / "maillon"), "run"], env=self.demo.environment(), capture_output=True, text=True, timeout=60)
        if ran.returncode not in (1, 3):
            raise AssertionError(f"the hub ended with {ran.returncode}: {ran.stderr}")
        return ran.stderr

    def wait(self, condition, seconds=90):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if condition():
                return
            time.sleep(0.1)
        raise AssertionError("it did not happen; the hub's log ends with:\n" + (self.demo.folder / "hub.log").read_text()[-3000:])

    def publish(self, rate=0):
        driver.http_json("POST", self.demo.at["control"] + "/start", {"rate": rate})

    def settled(self, finished):
        status = self.demo.status()
        if not status or status["unrouted"]:
            return False
        runs = status["books"]["runs"].values()
        return sum(r["in_flight"] for r in runs) == 0 and sum(r["started"] for r in runs) >= finished

    def effects(self):
        state = self.demo.state()
        return {key: state[key] for key in ("contacts", "cases", "notes", "links", "replies", "replies_doubled") if key in state}

    def end(self):
        self.demo.failed = True
        self.demo.end()


class Care(unittest.TestCase):
    mentions = 0

    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="maillon-care-")
        self.addCleanup(self.temporary.cleanup)
        self.place = Place(self.temporary.name, self.mentions)
        self.addCleanup(self.place.end)

    def findings(self, code):
        return json.loads(self.place.run("doctor", "--json", code=code))["findings"]

    def broken(self, code=2):
        return {one["check"]: one for one in self.findings(code) if one["level"] == "broken"}


class Backup(Care):
    mentions = 400

    def test_under_load_it_is_one_state_whose_books_balance_and_the_hub_goes_on(self):
        place = self.place
        place.start()
        place.publish(100)
        made = []
        for n in range(4):
            place.wait(lambda: (place.demo.status() or {}).get("events", 0) > 60 * n)
            target = place.folder / f"backup-{n}.db"
            made.append(json.loads(place.run("backup", str(target), "--json")))
        place.wait(lambda: place.settled(self.mentions))
        for manifest in made:
            file = pathlib.Path(manifest["path"])
            self.assertEqual(hashlib.sha256(file.read_bytes()).hexdigest(), manifest["sha256"])
            self.assertTrue(manifest["balanced"])
            self.assertIn("the books balance", place.run("ledger", "--verify", "--store", str(file)))
        positions = [m["last_event"] for m in made]
        self.assertEqual(positions, sorted(positions))
        self.assertEqual(json.loads(place.run("ledger", "--verify", "--json"))["wrong"], [])
        self.assertNotIn("broken", [one["level"] for one in json.loads(place.run("doctor", "--json", code=self.warnings()))["findings"]])

    def warnings(self):
        return subprocess.run([str(BUILD / "maillon"), "doctor"], env=self.place.demo.environment(), capture_output=True, timeout=60).returncode

    def test_restored_nothing_is_done_twice_and_nothing_is_lost(self):
        place = self.place
        place.start()
        place.publish(100)
        place.wait(lambda: (place.demo.status() or {}).get("events", 0) > 40)
        target = place.folder / "backup.db"
        backup = json.loads(place.run("backup", str(target), "--json"))
        self.assertLess(backup["last_event"], self.mentions, "some are still to come")
        place.wait(lambda: place.settled(self.mentions))
        before = place.effects()
        self.assertIn("in use by another hub", place.run("restore", str(target), "--force", code=1))
        place.stop()
        self.assertIn("--force puts it aside", place.run("restore", str(target), code=1))
        told = json.loads(place.run("restore", str(target), "--force", "--json"))
        self.assertTrue(pathlib.Path(told["put_aside"]).exists())
        place.start()
        place.wait(lambda: place.settled(0) and place.demo.status()["events"] >= self.mentions)
        place.wait(lambda: place.settled(self.mentions))
        self.assertEqual(place.effects(), before)
        self.assertEqual(before["notes"], self.mentions)
        self.assertEqual(before["replies_doubled"], 0)
        self.assertEqual(json.loads(place.run("ledger", "--verify", "--json"))["wrong"], [])

    def test_a_database_restored_by_other_tools_is_marked(self):
        place = self.place
        place.start()
        place.stop()
        self.assertIn("needs either a FILE or --mark", place.run("restore", code=2))
        self.assertIn("--taken", place.run("restore", "--mark", "--taken", "yesterday", code=1))
        self.assertIn("marked: 0 open calls", place.run("restore", "--mark", "--taken", "2026-09-14T08:00:00Z"))
        self.assertIn("to the state of 2026-09-14T08:00:00Z", place.run("status"))
        place.start()
        self.assertIn("to the state of 2026-09-14T08:00:00Z", place.run("status"))

    def test_a_postgresql_store_is_left_to_its_server(self):
        config = self.place.folder / "postgres.yaml"
        config.write_text("hub:\n  store: postgresql://hub@localhost/maillon\nconnectors: {}\n")
        told = self.place.run("backup", "/tmp", "--config", str(config), code=2)
        self.assertIn("pg_dump --format=custom", told)
        self.assertIn("maillon restore --mark --taken", told)


class Damage(Care):
    """Of the file; the hub must refuse, and say why and where to go."""

    def setUp(self):
        super().setUp()
        self.place.start()
        self.place.stop()
        self.whole = self.place.store.read_bytes()

    def test_a_missing_store_is_not_silently_begun_anew(self):
        self.place.store.unlink()
        sentence = self.place.refused()
        for word in ("the store is gone", "maillon doctor", "maillon restore", "to begin with an empty one, remove"):
            self.assertIn(word, sentence)
        self.assertFalse(self.place.store.exists())
        self.assertIn("is not there", self.broken()["store.file"]["what"])

    def test_zero_bytes(self):
        self.place.store.write_bytes(b"")
        self.assertIn("is empty", self.place.refused())
        self.assertIn("is empty", self.broken()["store.file"]["what"])

    def test_a_folder_in_its_place(self):
        self.place.store.unlink()
        self.place.store.mkdir()
        self.assertIn("is a folder, not a file; see: maillon doctor", self.place.refused())
        self.assertIn("is a folder", self.broken()["store.file"]["what"])

    def test_no_database(self):
        self.place.store.write_text("Dear diary\n" * 1000)
        self.assertIn("is not a database; see: maillon doctor", self.place.refused())
        self.assertEqual(self.place.store.read_text()[:10], "Dear diary", "it was not touched")
        self.assertIn("is not a database", self.broken()["store.file"]["what"])

    def test_cut_short(self):
        self.place.store.write_bytes(self.whole[:len(self.whole) // 2])
        self.assertIn("was cut short", self.place.refused())
        self.assertIn("was cut short", self.broken()["store.file"]["what"])

    def test_pages_overwritten(self):
        self.place.store.write_bytes(self.whole[:4096] + b"\xa5" * (len(self.whole) - 4096))
        sentence = self.place.refused()
        self.assertIn("malformed", sentence)
        self.assertIn("maillon doctor", sentence)
        self.assertIn("store.sound", self.broken())

    def test_a_newer_schema(self):
        self.change("INSERT INTO schema_steps (part, version, applied) VALUES ('store', 99, 0)")
        self.assertIn("last used by a newer Maillon (store has version 99", self.place.refused())
        self.assertIn("newer Maillon", self.broken()["store.schema"]["what"])

    def test_books_that_were_changed_and_the_way_out(self):
        self.change("INSERT INTO event_books (connector, received, doubles, unmatched, routed, refused) VALUES ('x', 7, 0, 7, 0, 0)"
                    " ON CONFLICT (connector) DO UPDATE SET received = received + 7, unmatched = unmatched + 7")
        sentence = self.place.refused()
        for word in ("the books do not balance", "connector x", "maillon doctor", "maillon ledger --verify"):
            self.assertIn(word, sentence)
        self.assertIn("maillon ledger --correct", self.broken()["ledger"]["todo"])
        self.assertIn("7 against 0", self.place.run("ledger", "--verify", code=1))
        corrected = self.place.run("ledger", "--correct", "the disk was replaced")
        self.assertIn("the books balance", corrected)
        self.assertIn("the disk was replaced", corrected)
        self.place.start()
        self.assertIn("the disk was replaced", self.place.run("ledger"))

    def test_a_second_hub_is_told_who_holds_the_store(self):
        self.place.start()
        lock = [one for one in self.findings(self.code()) if one["check"] == "store.lock"][0]
        self.assertIn(str(self.place.demo.hub.pid), lock["what"])

    def test_a_sound_store_on_a_full_disk_is_not_called_broken(self):
        self.place.start()
        self.place.stop()
        disk = self.place.folder / "disk"
        disk.mkdir()
        script = ('mount -t tmpfs -o size=8m none "$0" && cp "$1" "$0/maillon.db" && (dd if=/dev/zero of="$0/fill" bs=4k 2>/dev/null; '
                  '"$2" doctor --json --store "sqlite:$0/maillon.db"; "$2" restore "$1" --store "$0/maillon.db")')
        done = subprocess.run(["unshare", "--map-root-user", "--mount", "sh", "-c", script, disk, self.place.store, BUILD / "maillon"],
                              env=self.place.demo.environment(), capture_output=True, text=True, timeout=60)
        if not done.stdout:
            self.skipTest("nothing can be mounted here: " + done.stderr)
        levels = {one["check"]: one["level"] for one in json.loads(done.stdout)["findings"]}
        self.assertEqual((levels["disk.space"], levels["store.sound"], levels["ledger"]), ("broken", "fine", "fine"))
        self.assertNotIn("stop it first", done.stderr)

    def code(self):
        return subprocess.run([str(BUILD / "maillon"), "doctor"], env=self.place.demo.environment(), capture_output=True, timeout=60).returncode

    def change(self, sql):
        base = sqlite3.connect(self.place.store)
        base.execute(sql)
        base.commit()
        base.close()


class AtRest(Care):
    """What is asked of a store while no hub runs is answered as by the hub itself."""

    mentions = 5
    questions = (["dead-letters", "list"], ["dead-letters", "list", "--where", "reason.contains('x')"], ["in-doubt", "list"], ["approvals", "list"],
                 ["replays", "list"], ["events", "list"], ["why", "1"], ["ledger"], ["status"], ["review", "list"], ["review", "classes"],
                 ["directory", "status"])

    def test_every_question_has_the_same_answer(self):
        place = self.place
        place.start()
        place.publish()
        place.wait(lambda: place.settled(self.mentions))
        asked = [question for question in self.questions if question != ["status"]]
        running = [place.run(*question, "--json") for question in asked]
        place.stop()
        for question, answer in zip(asked, running):
            self.assertEqual(self.lasting(json.loads(place.run(*question, "--json"))), self.lasting(json.loads(answer)), question)
        for question in self.questions:
            place.run(*question)

    def lasting(self, answer):
        """Without what tells of the moment of asking."""
        if isinstance(answer, dict):
            return {key: self.lasting(value) for key, value in answer.items() if key not in ("now", "running")}
        return [self.lasting(one) for one in answer] if isinstance(answer, list) else answer


class Elsewhere(Care):
    """A store looked at where nothing can be written: it is whole, and no backup is to be brought back."""

    def setUp(self):
        super().setUp()
        self.place.start()
        self.place.stop()
        self.folder = self.place.folder / "elsewhere"
        self.folder.mkdir()
        self.copy = self.folder / "maillon.db"
        shutil.copy(self.place.store, self.copy)

    def examine(self, *before, **more):
        ran = subprocess.run([*before, str(BUILD / "maillon"), "doctor", "--store", str(self.copy), "--json"], capture_output=True, text=True, timeout=60, **more)
        return {one["check"]: one for one in json.loads(ran.stdout)["findings"]}

    def test_in_a_folder_of_somebody_else(self):
        self.folder.chmod(0o555)
        self.copy.chmod(0o444)
        self.place.folder.chmod(0o755)
        nobody = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        found = self.examine(**nobody)
        self.assertEqual(found["store.sound"]["level"], "fine", found["store.sound"]["what"])
        self.assertEqual(found["ledger"]["level"], "fine")
        self.assertEqual(found["store.folder"]["level"], "notice")
        self.folder.chmod(0o755)
        (self.folder / "maillon.db-wal").write_bytes(b"something")
        self.folder.chmod(0o555)
        self.assertIn("copy", self.examine(**nobody)["store.file"]["what"], "what is in the log counts, and cannot be read")

    def test_on_a_disk_mounted_read_only(self):
        mount = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
        inner = ["unshare", "--mount", "--map-root-user", "sh", "-c", mount, str(self.folder)]
        if subprocess.run([*inner, "true"], capture_output=True).returncode != 0:
            self.skipTest("this machine lets nobody mount a folder read-only")
        found = self.examine(*inner)
        self.assertEqual(found["disk.read_only"]["level"], "broken")
        self.assertEqual(found["store.sound"]["level"], "fine", found["store.sound"]["what"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    options, rest = parser.parse_known_args()
    BUILD = pathlib.Path(options.build).resolve()
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)
