"""What tests of the real program under load begin and end with."""
import tempfile
import unittest

from load import Load
from rig import Rig


class LoadedTestCase(unittest.TestCase):
    """A rig of its own for each test, and the oracle at its end."""

    build = None
    options = {}

    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="maillon-faults-")
        self.rig = Rig(self.build, self.temporary.name, **self.options)
        self.load = None

    def tearDown(self):
        if self.load is not None:
            self.load.give_up()
        self.rig.end()
        self.temporary.cleanup()

    def begin(self, **rates):
        self.assertTrue(self.rig.start(), self.rig.log())
        self.load = Load(self.rig, **rates)

    def settle(self, dead=0, doubt=0, seconds=240):
        """Ends the load, waits for rest and asks the oracle."""
        self.load.stop()
        self.rig.wait(seconds=seconds)
        self.assertEqual(self.rig.complaints(dead, doubt), [])

    def settle_with_dead_letters(self):
        """The same where some runs must have failed for good; as many as there are."""
        self.load.stop()
        self.rig.wait()
        dead = self.rig.runs()["dead_lettered"]
        self.assertGreater(dead, 0)
        self.assertEqual(self.rig.complaints(dead=dead), [])
