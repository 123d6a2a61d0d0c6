#!/usr/bin/env python3
"""Calls whose outcome nobody knows, in the real process: what `in_doubt` says of an operation, after a lost answer and after a kill."""
import pathlib
import signal
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from loaded_test_case import LoadedTestCase  # noqa: E402
from rig import build_folder  # noqa: E402


class Doubt(LoadedTestCase):
    """What `in_doubt` says of an operation, where the connector cannot tell: runs that end so, and how often it was done."""

    def configure(self, word):
        text = self.rig.config.read_text()
        self.rig.config.write_text(text.replace("plugin: outside,", f"plugin: outside, in_doubt: {{ write: {word} }},"))

    def ends(self, state, effects):
        self.rig.wait(lambda: self.rig.runs().get(state) == 1, 30)
        self.assertEqual(len(self.rig.effects()), effects)
        self.assertEqual(self.rig.cli("ledger").returncode, 0)

    def test_an_answer_that_is_lost(self):
        for word, state, effects in (("person", "in_doubt", 0), ("again", "finished", 1), ("failed", "dead_lettered", 0), ("done", "finished", 0)):
            with self.subTest(word=word):
                self.configure(word)
                self.rig.mood("lose")
                self.assertTrue(self.rig.start(), self.rig.log())
                self.rig.happen(1)
                self.ends(state, effects)
            self.tearDown()
            self.setUp()

    def test_a_hub_that_is_killed_before_it_hears_the_answer(self):
        for word, state, effects in (("person", "in_doubt", 1), ("again", "finished", 2), ("failed", "dead_lettered", 1), ("done", "finished", 1)):
            with self.subTest(word=word):
                self.configure(word)
                self.rig.mood("die")
                self.assertTrue(self.rig.start(), self.rig.log())
                self.rig.happen(1)
                self.assertEqual(self.rig.hub.wait(30), -signal.SIGKILL)
                self.rig.mood("mute")
                self.assertTrue(self.rig.start())
                self.ends(state, effects)
            self.tearDown()
            self.setUp()

    def test_where_the_connector_can_tell_its_word_counts(self):
        self.configure("done")
        self.rig.mood("die")
        self.assertTrue(self.rig.start(), self.rig.log())
        self.rig.happen(1)
        self.assertEqual(self.rig.hub.wait(30), -signal.SIGKILL)
        self.rig.mood()
        self.assertTrue(self.rig.start())
        self.ends("finished", 1)


if __name__ == "__main__":
    LoadedTestCase.build = build_folder(sys.argv)
    unittest.main(verbosity=2)
