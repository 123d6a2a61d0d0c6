#!/usr/bin/env python3
"""Who is who, on a hub that is killed again and again while messages come and people answer: nobody has two contacts or two links, each question is
answered once, each link is told once, and the books balance.

  --seed N  of the random moments (printed)
"""
import argparse
import collections
import contextlib
import json
import pathlib
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import demo_world as base  # noqa: E402
from matching_world import MatchingWorld, mention, person  # noqa: E402

SEED = None
KILLS = 20
# Messages of each; by name and town, by name alone (a person is asked), and of nobody in the CRM (a contact is made, or a person asked).
IN_TOWN, ASKED, STRANGERS, EACH = range(0, 40), range(40, 90), range(100, 140), 4

ROUTES = """  who:
    from: x.message.received
    steps:
      - match: customers
        who: event.author
        none: {{ create: crm.Contacts, fields: {{ first_name: "${{event.author.name.split(' ')[0]}}", last_name: "${{event.author.name.split(' ')[1]}}",
                                                 twitter_c: "${{event.author.handle}}" }} }}
        unsure: {unsure}
      - call: crm.create
        with: {{ module: Notes, fields: {{ name: "${{event.id}}", contact_id: "${{person.?id.orValue('')}}" }} }}
  told:
    from: hub.link.added
    steps:
      - call: crm.create
        with: {{ module: Notes, fields: {{ name: "told ${{event.identity.text}} ${{event.id}}" }} }}
"""


class Answering(threading.Thread):
    """People who answer questions by the command line, also those that somebody else has answered: two of them at once."""

    def __init__(self, hub, seed):
        super().__init__(daemon=True)
        self.hub, self.random, self.ends, self.given = hub, random.Random(seed), False, collections.Counter()

    def run(self):
        while not self.ends:
            questions = self.questions()
            if not questions:
                time.sleep(0.05)
            for one in self.random.sample(questions, min(3, len(questions))):
                word = self.random.choice(["accept", "accept", "reject"])
                self.given[self.say(one["id"], word)] += 1

    def questions(self):
        out = self.command("review", "list", "--limit", "20", "--json")
        try:
            return json.loads(out.stdout)["reviews"]
        except (ValueError, KeyError):
            return []  # the hub is being killed

    def say(self, number, word):
        return self.command("review", word, str(number), "--by", f"p{id(self) % 97}").returncode

    def command(self, *arguments):
        return subprocess.run([str(base.BUILD / "maillon"), *arguments], env=self.hub.world.demo.environment(), text=True, capture_output=True, timeout=120)


class Links(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="maillon-links-")
        self.people = []

    def tearDown(self):
        self.end_people()
        self.hub.world.end()
        self.temporary.cleanup()

    def end_people(self):
        for one in self.people:
            one.ends = True
        for one in self.people:
            one.join(130)

    def begin(self, unsure):
        people = [(who, person(who)[2] if who in IN_TOWN else None) for who in (*IN_TOWN, *ASKED, *STRANGERS)] * EACH
        lines = [mention(number, who, f"message {number}", town) for number, (who, town) in enumerate(people)]
        self.messages = len(lines)
        self.hub = MatchingWorld(self.temporary.name, [*IN_TOWN, *ASKED], lines, ROUTES.format(unsure=unsure))
        self.hub.world.start()

    def rows(self, question):
        with contextlib.closing(sqlite3.connect(self.hub.world.demo.folder / "maillon.db")) as store:
            return store.execute(question).fetchall()

    def restart(self):
        demo = self.hub.world.demo
        demo.hub.send_signal(signal.SIGKILL)
        demo.hub.wait()
        demo.start_hub()

    def killed_under_load(self, unsure):
        chance = random.Random(SEED)
        self.begin(unsure)
        base.driver.http_json("POST", self.hub.world.demo.at["control"] + "/start", {"rate": 60})
        people = self.people = [Answering(self.hub, SEED + i) for i in range(2)]
        for one in people:
            one.start()
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.05, 0.6))
            self.restart()
        self.hub.world.wait(lambda: self.received() >= self.messages, 120)
        self.hub.world.wait(lambda: not people[0].questions() and self.hub.is_quiet(self.messages) and self.waiting() == 0, 180)
        self.end_people()
        self.hub.world.wait(lambda: self.hub.is_quiet(self.messages), 60)
        given = sum((one.given for one in people), collections.Counter())
        print(f"seed {SEED}, unsure: {unsure}: {KILLS} kills, {self.messages} messages, answers by exit code {dict(given)}", flush=True)
        self.assertGreater(given[0], 10, "people have hardly answered anything")

    def received(self):
        status = self.hub.world.demo.status()
        return (status or {}).get("books", {}).get("events", {}).get("x", {}).get("received", 0)

    def waiting(self):
        status = self.hub.world.demo.status()
        return self.hub.world.demo.sums(status["books"]["runs"]).get("waiting", 0) if status else 1

    def oracle(self):
        # Links: one identity, one record; and one link word for each pair that holds.
        links = self.rows("SELECT identity, record FROM link_words WHERE network = 'x' AND kind IN ('link', 'confirm')")
        twice = [who for who, count in collections.Counter(who for who, _ in links).items() if count > 1]
        self.assertEqual(twice, [], "people with two links")
        said = self.rows("SELECT identity, record, count(*) FROM link_events WHERE network = 'x' AND kind = 'link' GROUP BY 1, 2 HAVING count(*) > 1")
        self.assertEqual(said, [], "links that were made twice")
        linked = dict(links)
        for who in IN_TOWN:
            self.assertEqual(linked.get(str(4000 + who)), self.hub.contacts[who])

        # Contacts: nobody was made twice, in the CRM itself.
        made = collections.Counter()
        for who in (*IN_TOWN, *ASKED, *STRANGERS):
            found = self.hub.crm.ask("GET", f"/Contacts?filter[0][twitter_c]=someone{who}&max_num=5")["records"]
            made[who] = len(found)
        self.assertEqual([who for who, count in made.items() if count > 1], [], "people with two contacts")
        self.assertEqual([who for who in STRANGERS if made[who] != 1], [], "strangers without a contact")
        self.assertEqual([who for who in IN_TOWN if made[who]], [], "people who were known and made all the same")

        # Questions: answered once, by one person; what was accepted is linked, told once and to routes.
        open_or_double = self.rows("SELECT about, count(*) FROM reviews WHERE state = 'open' OR decided IS NULL GROUP BY 1")
        self.assertEqual(open_or_double, [])
        accepted = self.rows("SELECT identity, record FROM reviews WHERE state = 'accepted'")
        confirmed = self.rows("SELECT identity, record, count(*) FROM link_events WHERE kind = 'confirm' AND decided_by <> '' GROUP BY 1, 2")
        self.assertEqual(sorted(accepted), sorted((who, record) for who, record, _ in confirmed))
        self.assertEqual([row for row in confirmed if row[2] > 1], [], "answers that were kept twice")
        told = self.rows("SELECT json_extract(body, '$.identity.id'), json_extract(body, '$.id') FROM events WHERE type = 'hub.link.added'")
        self.assertEqual([one for one, count in collections.Counter(told).items() if count > 1], [], "links that were told twice")
        self.assertLessEqual(set(accepted), set(told), "links that were never told")
        notes = self.hub.crm.ask("GET", "/Notes?filter[0][name][$starts]=told&max_num=1000")["records"]
        self.assertEqual(collections.Counter(one["name"] for one in notes), collections.Counter(f"told x:{who} {record}" for who, record in told))
        ledger = self.hub.json("ledger")
        self.assertTrue(ledger["balanced"], ledger["wrong"])
        self.hub.maillon("doctor")

    def test_a_case_that_does_not_wait(self):
        self.killed_under_load("go_on")
        self.oracle()

    def test_runs_that_wait_for_the_answer(self):
        self.killed_under_load("wait")
        self.oracle()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    options, sys.argv[1:] = parser.parse_known_args()
    SEED = options.seed
    base.main(__doc__)
