#!/usr/bin/env python3
"""People look at a sample of automatic links and find too many of them wrong: the kind of evidence links no more, the model's probabilities are told as
they have turned out to be, and everything that tells of it says so, also after a restart."""
import pathlib
import signal
import sys
import tempfile
import unittest
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import demo_world as base  # noqa: E402
from matching_world import MatchingWorld, mention, person  # noqa: E402

KNOWN, LATE, WRONG = range(60), range(60, 64), 12
CLASS = "name+city"
ROUTES = """  who:
    from: x.message.received
    steps:
      - match: customers
        who: event.author
        none: skip
        unsure: go_on
"""


class Calibration(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="maillon-calibration-")
        self.addCleanup(temporary.cleanup)
        lines = [mention(number, number, f"message {number}", person(number)[2]) for number in (*KNOWN, *LATE)]
        self.hub = MatchingWorld(temporary.name, KNOWN, lines, ROUTES, match="link: { at: 0.9, margin: 1 }, review: { at: 0.3 }, sample: 100%")
        self.addCleanup(self.hub.world.end)
        self.demo = self.hub.world.demo
        self.hub.world.start()
        self.hub.publish()
        self.messages = len(lines)
        self.hub.world.wait(lambda: self.hub.is_quiet(self.messages))

    def classes(self):
        told = self.hub.json("review", "classes")
        return {one["class"]: one for one in told["classes"]}, told["calibrations"][0]

    def metric(self, start):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.demo.port}/metrics", timeout=30) as answer:
            found = [line for line in answer.read().decode().splitlines() if line.startswith(start)]
        return float(found[0].split()[-1]) if found else None

    def links_made(self, by):
        return self.metric('maillon_links_made_total{by="%s",directory="customers"}' % by)

    def arrive(self, number):
        """Somebody of whom the CRM knew nothing is in it now, and writes again."""
        given, family, town = person(number)
        self.hub.crm.ask("POST", "/Contacts", {"first_name": given, "last_name": family, "primary_address_city": town})
        self.hub.maillon("directory", "refresh", "customers")  # its next look for changes may be a minute away
        known = len(KNOWN) + number - LATE[0] + 1
        self.hub.world.wait(lambda: self.hub.json("directory", "status")["directories"][0]["records"] == known)
        base.driver.http_json("POST", self.demo.at["control"] + "/x/mention", {"username": f"someone{number}", "text": "again"})
        self.messages += 1
        self.hub.world.wait(lambda: self.hub.is_quiet(self.messages))

    def question_about(self, number):
        asked = [one for one in self.hub.json("review", "list", "--limit", "500")["reviews"] if one["profile"] == f"x:{4000 + number}"]
        self.assertEqual(len(asked), 1)
        return asked[0]

    def is_linked(self, number):
        return bool(self.hub.json("match", "links", f"x:{4000 + number}")["links"])

    def answer_all(self):
        samples = self.hub.json("review", "list", "--kind", "sample", "--limit", "500")["reviews"]
        self.assertEqual(len(samples), len(KNOWN), "every automatic link is looked at")
        for turn, one in enumerate(samples):
            self.hub.maillon("review", "reject" if turn % 5 == 0 else "accept", str(one["id"]), "--by", "eve")

    def told_everywhere(self):
        classes, calibration = self.classes()
        self.assertEqual((classes[CLASS]["right"], classes[CLASS]["wrong"]), (len(KNOWN) - WRONG, WRONG))
        self.assertTrue(classes[CLASS]["suspended"])
        self.assertTrue(calibration["in_use"])
        self.assertEqual(calibration["answers"], len(KNOWN))
        self.assertEqual(self.metric('maillon_match_suspended_classes{directory="customers"}'), 1)
        self.assertEqual(self.hub.json("status")["reviews"]["suspended"][0]["class"], CLASS)
        shown = self.hub.maillon("review", "classes")
        self.assertIn("suspended since", shown)
        self.assertIn(f"calibrated from {len(KNOWN)} answers of people", shown)

    def test_links_that_turn_out_wrong_are_made_no_more(self):
        self.hub.world.wait(lambda: self.links_made("model") == len(KNOWN))
        self.assertEqual(self.links_made("person"), 0)
        self.assertEqual(self.metric('maillon_match_suspended_classes{directory="customers"}'), 0)

        self.answer_all()

        self.assertIn("match.class_suspended", self.hub.world.log())
        self.hub.world.wait(lambda: self.metric('maillon_links_removed_total{by="person",directory="customers"}') == WRONG)
        self.hub.world.wait(lambda: self.metric('maillon_match_suspended_classes{directory="customers"}') == 1)
        self.told_everywhere()
        self.arrive(LATE[0])
        self.assertFalse(self.is_linked(LATE[0]))
        self.assertEqual(self.question_about(LATE[0])["rule"], f"{CLASS} is suspended")
        self.explained(LATE[0])

        self.demo.hub.send_signal(signal.SIGKILL)
        self.demo.hub.wait()
        self.demo.start_hub()
        self.demo.wait_until_ready()
        self.hub.world.wait(lambda: self.metric('maillon_match_suspended_classes{directory="customers"}') == 1)
        self.told_everywhere()
        self.explained(LATE[0])
        self.arrive(LATE[1])
        self.assertFalse(self.is_linked(LATE[1]))

        # A class that is let link again is still held against what people have said of the probabilities.
        self.hub.maillon("review", "resume", CLASS)
        self.arrive(LATE[2])
        self.assertFalse(self.is_linked(LATE[2]))
        asked = self.question_about(LATE[2])
        self.assertLess(asked["probability"], 0.9)
        self.assertNotIn("suspended", asked["rule"])
        self.assertEqual(self.links_made("model"), 0, "since the restart")

    def explained(self, number):
        told = self.hub.json("match", "explain", f"x:{4000 + number}")
        best = told["candidates"][0]
        self.assertEqual(told["calibrated_from"], len(KNOWN))
        self.assertGreater(best["scored"], 0.99, "as the model alone has it")
        self.assertLess(best["probability"], 0.9, "as people have found it to be")
        self.assertIn("by the model alone", self.hub.maillon("match", "explain", f"x:{4000 + number}"))


if __name__ == "__main__":
    base.main(__doc__)
