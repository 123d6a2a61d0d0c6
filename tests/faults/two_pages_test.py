#!/usr/bin/env python3
"""Two pages of one firm on the real process: ids of people are good for one page each, from the webhook to the contact, the link and the erasure."""
import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import demo_world as base  # noqa: E402

SERVICE_PAGE = "204422781100342"
ID = "70001234567"      # of two people, one on each page

CONFIG = """hub:
  listen: 127.0.0.1:${env.MAILLON_PORT}
  public_url: http://127.0.0.1:${env.MAILLON_PORT}
  admin: unix:${env.MAILLON_DATA}/admin.sock
  store: sqlite:${env.MAILLON_DATA}/maillon.db
  secrets: ${env.MAILLON_DATA}/secrets
connectors:
  shop: { plugin: facebook, url: "${env.GRAPH_URL}", page: "${env.FB_PAGE}", app_secret: "${secret.fb_app_secret}", token: "${secret.fb_page_token}", verify_token: "${secret.fb_verify_token}" }
  service: { plugin: facebook, url: "GRAPH2", page: "PAGE2", app_secret: "${secret.fb_app_secret}", token: "${secret.fb_page_token}", verify_token: "${secret.fb_verify_token}" }
  crm: { plugin: sugarcrm, url: "${env.SUGAR_URL}", user: "${env.SUGAR_USER}", password: "${secret.sugar_password}", retry: { first: 100ms, longest: 1s } }
directories:
  customers:
    records: crm.Contacts
    fields: { family_name: last_name, email: email1, id_facebook: facebook_c }
routes:
  keep:
    from: [ shop.message.received, service.message.received, shop.comment.created, service.comment.created ]
    steps:
      - match: customers
        who: event.author
        none:
          create: crm.Contacts
          fields: { last_name: "${event.author.?name.orValue('of ' + meta.connector)}", facebook_c: "${event.author.id}" }
"""


class TwoPages(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="maillon-pages-")
        self.addCleanup(temporary.cleanup)
        folder = pathlib.Path(temporary.name)
        # Graph of the other page: the sandbox knows one.
        other = subprocess.Popen([str(base.BUILD / "examples/sandbox/maillon-sandbox"), "--page-id", SERVICE_PAGE, "--comments", "0"],
                                 stdout=subprocess.PIPE, text=True)
        self.addCleanup(lambda: (other.kill(), other.wait(), other.stdout.close()))
        at = json.loads(other.stdout.readline())
        config = folder / "maillon.yaml"
        config.write_text(CONFIG.replace("GRAPH2", at["graph"]).replace("PAGE2", SERVICE_PAGE))
        self.world = base.World(folder, contacts=0)
        self.addCleanup(self.world.end)
        self.demo = self.world.demo
        self.demo.options.config = str(config)
        self.pages = {"shop": self.demo.at["page_id"], "service": SERVICE_PAGE}
        self.crm = base.Colleague(self.demo.at)
        self.sent = 0

    def send(self, body, connector, expected=200):
        data = json.dumps(body).encode()
        self.assertEqual(self.world.post(data, path=f"/hooks/{connector}")[0], expected)

    def message(self, connector, text, person=ID):
        """As Messenger tells it."""
        self.sent += 1
        page = self.pages[connector]
        self.send({"object": "page", "entry": [{"id": page, "time": 1789375402, "messaging": [
            {"sender": {"id": person}, "recipient": {"id": page}, "timestamp": 1789375402000 + self.sent, "message": {"mid": f"m_{self.sent}", "text": text}}]}]},
            connector)

    def comment(self, connector, name, person=ID):
        self.sent += 1
        page = self.pages[connector]
        self.send({"object": "page", "entry": [{"id": page, "time": 1789375402, "changes": [{"field": "feed", "value": {
            "from": {"id": person, "name": name}, "message": "perdu ?", "post_id": f"{page}_5", "comment_id": f"5_{self.sent}", "created_time": 1789375400,
            "item": "comment", "parent_id": f"{page}_5", "verb": "add"}}]}]}, connector)

    def settle(self):
        def is_quiet():
            status = self.demo.status()
            if not status or status["unrouted"]:
                return False
            events, runs = status["books"]["events"], status["books"]["runs"]
            received = sum(events.get(c, {}).get("received", 0) for c in self.pages)
            return received >= self.sent and sum(r["in_flight"] for r in runs.values()) == 0
        self.world.wait(is_quiet)

    def contacts(self):
        found = self.crm.ask("GET", "/Contacts?max_num=100")["records"]
        return sorted((one["id"], one["last_name"]) for one in found)

    def maillon(self, *arguments, code=0):
        ran = subprocess.run([str(base.BUILD / "maillon"), *arguments], env=self.demo.environment(), capture_output=True, text=True, timeout=120)
        self.assertEqual(ran.returncode, code, ran.stdout + ran.stderr)
        return ran.stdout if code == 0 else ran.stderr

    def linked(self, profile):
        return [one["record"] for one in json.loads(self.maillon("match", "links", profile, "--json"))["links"]]

    def test_one_id_on_two_pages_is_two_people(self):
        shop, service = self.pages["shop"], self.pages["service"]
        self.world.start()
        self.comment("shop", "Zoe Winter")
        self.settle()
        self.comment("service", "Anna Sommer")
        self.settle()
        for connector in self.pages:
            self.message(connector, f"again, at the {connector}")
        self.settle()

        contacts = {name: id for id, name in self.contacts()}
        self.assertEqual(sorted(contacts), ["Anna Sommer", "Zoe Winter"])
        self.assertEqual(self.linked(f"facebook/{shop}:{ID}"), [contacts["Zoe Winter"]])
        self.assertEqual(self.linked(f"facebook/{service}:{ID}"), [contacts["Anna Sommer"]])
        both = f"facebook/{shop}:{ID} and facebook/{service}:{ID}"
        for words in (["person", "find"], ["match", "links"], ["match", "explain"]):
            self.assertIn(both, self.maillon(*words, f"facebook:{ID}", code=1), words)
        self.assertIn(f"linked with {contacts['Zoe Winter']}", self.maillon("match", "explain", f"facebook/{shop}:{ID}"))

        exported = self.maillon("person", "export", f"facebook/{shop}:{ID}", "--output", "-")
        self.assertIn("again, at the shop", exported)
        self.assertNotIn("again, at the service", exported)
        self.maillon("person", "erase", f"facebook/{shop}:{ID}", "--yes", "--reason", "asked")

        self.message("shop", "one more")
        self.message("service", "one more")
        self.settle()
        books = self.demo.status()["books"]["events"]
        self.assertEqual(books["shop"]["refused"], 1, "who was erased stays out on their page")
        self.assertEqual(books["service"].get("refused", 0), 0, "and nobody else does")
        self.assertEqual(self.linked(f"facebook/{service}:{ID}"), [contacts["Anna Sommer"]])
        self.assertIn("at the service", self.maillon("person", "export", f"facebook:{ID}", "--output", "-"))

    def test_who_is_known_from_before_pages_were_told_gets_no_second_contact(self):
        """A store of before: its links and events are as they were when the connector knew no page."""
        self.world.start()
        people = [str(80000000000 + i) for i in range(20)]
        for i, person in enumerate(people):
            self.comment("shop", f"Person {i}", person)
        self.settle()
        contacts = self.contacts()
        self.assertEqual(len(contacts), len(people))
        self.demo.hub.terminate()
        self.demo.hub.wait(30)
        self.forget_pages()
        self.demo.start_hub()
        self.demo.wait_until_ready()
        self.assertNotEqual(self.linked(f"facebook:{people[0]}"), [])

        for person in people:
            self.message("shop", "me again", person)
        self.message("service", "somebody else", people[0])
        self.settle()

        now = self.contacts()
        self.assertEqual([one for one in now if one in contacts], contacts)
        self.assertEqual([name for _, name in now if (_, name) not in contacts], ["of service"], "of the other page, and of nobody else")
        for person in people:
            self.assertEqual(len(self.linked(f"facebook/{self.pages['shop']}:{person}")), 1)
        self.assertEqual(self.linked(f"facebook/{self.pages['shop']}:{people[3]}"), self.linked(f"facebook:{people[3]}"))

    def forget_pages(self):

        store = sqlite3.connect(self.demo.folder / "maillon.db")
        with store:
            store.execute("UPDATE link_events SET scope = ''")
            store.execute("UPDATE person_names SET scope = ''")
            store.execute("UPDATE person_values SET scope = ''")
            store.execute("UPDATE reviews SET scope = ''")
            for seq, body in store.execute("SELECT seq, body FROM events").fetchall():
                told = json.loads(body)
                told.get("author", {}).pop("scope", None)
                store.execute("UPDATE events SET body = ? WHERE seq = ?", (json.dumps(told), seq))
        store.close()


if __name__ == "__main__":
    base.main(__doc__)
