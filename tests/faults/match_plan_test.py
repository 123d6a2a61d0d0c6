#!/usr/bin/env python3
"""What a changed model or rule would decide otherwise, asked beside the real hub: counted, with reasons, and without a trace in the store."""
import hashlib
import pathlib
import sqlite3
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import demo_world as base  # noqa: E402
from matching_world import MatchingWorld, mention, person  # noqa: E402

ROUTES = """  who:
    from: x.message.received
    steps:
      - match: customers
        who: event.author
"""
IN_TOWN, ELSEWHERE, STRANGERS = range(0, 20), range(20, 30), range(40, 50)


class MatchPlan(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="maillon-match-plan-")
        lines = [mention(n, n, "hello", person(n)[2]) for n in IN_TOWN] + [mention(n, n, "hello", None) for n in ELSEWHERE]
        lines += [mention(n, n, "hello", "Nice") for n in STRANGERS]
        cls.hub = MatchingWorld(cls.temporary.name, [*IN_TOWN, *ELSEWHERE], lines, ROUTES)
        cls.hub.world.start()
        cls.hub.publish()
        cls.hub.world.wait(lambda: cls.hub.is_quiet(len(lines)))
        cls.people = len(lines)

    @classmethod
    def tearDownClass(cls):
        cls.hub.world.end()
        cls.temporary.cleanup()

    def plan(self, *arguments):
        out = self.hub.json("match", "plan", *arguments)
        self.assertEqual([one["directory"] for one in out["directories"]], ["customers"])
        return out["directories"][0]

    def groups(self, plan):
        return {group["change"]: group for group in plan["groups"]}

    def rows(self):
        """All that the store holds of who is who, as one figure."""
        digest = hashlib.sha256()
        store = sqlite3.connect(f"file:{self.hub.world.demo.folder}/maillon.db?mode=ro", uri=True)
        for table in ("link_events", "reviews", "match_classes", "person_values", "person_names", "events", "runs", "steps"):
            for row in store.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3"):
                digest.update(repr(row).encode())
        store.close()
        return digest.hexdigest()

    def test_a_model_under_which_a_town_says_less_turns_links_into_questions(self):
        weaker = self.hub.write_model("weaker.yaml", city=0.005, version=2)
        before = self.rows()

        plan = self.plan("--model", str(weaker))

        self.assertEqual((plan["people"], plan["model_before"], plan["model_after"]), (self.people, "small 1", "small 2"))
        groups = self.groups(plan)
        self.assertEqual(list(groups), ["to_question"], plan)
        group = groups["to_question"]
        self.assertEqual((group["count"], group["linked_now"]), (len(IN_TOWN), len(IN_TOWN)))
        self.assertEqual(group["reasons"], [{"why": "city", "count": len(IN_TOWN)}])
        self.assertEqual(len(group["examples"]), 3)
        example = group["examples"][0]
        number = int(example["profile"].split(":")[1]) - 4000
        given, family, _ = person(number)
        self.assertEqual((example["name"], example["before"]["record"]), (f"{given} {family}", self.hub.contacts[number]))
        self.assertEqual((example["before"]["decision"], example["after"]["decision"]), ("link", "question"))
        self.assertEqual((example["before"]["class"], example["after"]["class"]), ("name+city", "name"))
        self.assertLess(example["after"]["probability"], example["before"]["probability"])
        self.assertIn("city: +6.3 bits (exact) before, -1.0 bits (exact) now", example["reason"])
        self.assertEqual(plan["unchanged"], self.people - len(IN_TOWN))
        self.assertEqual(self.rows(), before, "a plan writes nothing")
        text = self.hub.maillon("match", "plan", "--model", str(weaker), "--limit", "1")
        self.assertIn(f"{len(IN_TOWN)} people would no longer be linked: it would be asked who they are ({len(IN_TOWN)} are linked so now)", text)
        self.assertIn("nothing was changed", text)

    def test_settings_that_permit_less_or_ask_less_are_told_with_the_setting(self):
        strict = self.hub.write_config("strict.yaml", self.hub.model, match="link: { at: 0.99999, margin: 1, classes: [ key:email ] }, review: { at: 0.9999 }")
        plan = self.plan(str(strict))
        groups = self.groups(plan)
        self.assertEqual(groups["to_question"]["count"], len(IN_TOWN), plan)
        self.assertEqual(groups["to_question"]["reasons"], [{"why": "link.classes", "count": len(IN_TOWN)}])
        self.assertEqual(groups["not_asked"]["count"], len(ELSEWHERE))
        self.assertEqual(groups["not_asked"]["reasons"], [{"why": "review.at", "count": len(ELSEWHERE)}])

    def test_what_is_the_same_changes_nothing_also_when_files_are_edited_in_place(self):
        self.assertEqual(self.plan()["groups"], [])
        text = self.hub.model.read_text()
        try:
            self.hub.write_model("model.yaml", city=0.005, version=2)
            plan = self.plan()
            self.assertEqual(self.groups(plan)["to_question"]["count"], len(IN_TOWN), "the hub still runs the model that it has read")
        finally:
            self.hub.model.write_text(text)

    def test_who_was_linked_by_a_person_is_left_alone(self):
        who, other = f"x:{4000 + IN_TOWN[3]}", self.hub.contacts[ELSEWHERE[0]]
        self.hub.maillon("match", "link", who, other)
        try:
            plan = self.plan("--model", str(self.hub.write_model("weaker.yaml", city=0.005, version=2)))
            self.assertEqual((plan["by_persons"], self.groups(plan)["to_question"]["count"]), (1, len(IN_TOWN) - 1))
        finally:
            self.hub.maillon("match", "unlink", who, other)
            self.hub.maillon("match", "link", who, self.hub.contacts[IN_TOWN[3]])
            self.hub.maillon("match", "unlink", who, self.hub.contacts[IN_TOWN[3]])

    def test_wrong_requests_are_answered_with_what_to_do(self):
        ask = lambda code, *arguments: self.hub.maillon("match", "plan", *arguments, code=code)
        self.assertIn("did you mean 'customers'", ask(2, "--directory", "custmers"))
        self.assertIn("maillon match train", ask(3, "--model", str(base.ROOT / "config/matching/social.yaml")))
        self.assertIn("neither a span", ask(1, "--since", "yesterday"))
        self.assertNotEqual(ask(2, "/nonexistent.yaml"), "")


if __name__ == "__main__":
    base.main(__doc__)
