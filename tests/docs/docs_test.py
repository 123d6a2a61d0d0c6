#!/usr/bin/env python3
"""The manual is tested: every block of YAML in docs/routes.md, and every recipe, is accepted by `maillon check`.

The word behind `yaml` says what a block is: nothing = a whole file, `route` = entries of `routes:`, `steps` = the steps
of a route; the latter two are put into frame.yaml.
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile
import textwrap
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
FRAME = (pathlib.Path(__file__).parent / "frame.yaml").read_text()
MAILLON = None
BLOCK = re.compile(r"^```yaml([^\n]*)\n(.*?)^```$", re.M | re.S)


def whole(word, text):
    if word == "":
        return text
    if word == "route":
        return FRAME + "routes:\n" + textwrap.indent(text, "  ")
    if word == "steps":
        return FRAME + "routes:\n  r:\n    from: x.message.received\n    steps:\n" + textwrap.indent(text, "      ")
    raise ValueError(f"a block of yaml is a whole file, route or steps, not '{word}'")


def check(path):
    return subprocess.run([MAILLON, "check", "--config", str(path)], capture_output=True, text=True, timeout=60)


class Docs(unittest.TestCase):
    def accepted(self, name, text):
        with tempfile.TemporaryDirectory(prefix="maillon-docs-") as folder:
            path = pathlib.Path(folder) / "maillon.yaml"
            path.write_text(text)
            done = check(path)
            self.assertEqual(done.returncode, 0, f"{name}:\n{done.stderr}")

    def test_every_block_of_the_manual_of_routes_is_accepted(self):
        page = (ROOT / "docs/routes.md").read_text()
        blocks = list(BLOCK.finditer(page))
        self.assertGreaterEqual(len(blocks), 15)
        for block in blocks:
            line = page.count("\n", 0, block.start()) + 1
            with self.subTest(line=line):
                self.accepted(f"docs/routes.md:{line}", whole(block[1].strip(), block[2]))

    def test_every_kind_of_step_is_shown(self):
        page = (ROOT / "docs/routes.md").read_text()
        shown = "".join(block[2] for block in BLOCK.finditer(page))
        for kind in "let use do match conversation call answer emit drop choose each timer".split():
            self.assertRegex(shown, rf"- {kind}:|\{{ {kind}:", f"no block shows '{kind}'")

    def test_every_recipe_is_accepted(self):
        recipes = [one for one in sorted((ROOT / "examples/recipes").glob("*.yaml")) if not one.name.endswith(".test.yaml")]
        self.assertGreaterEqual(len(recipes), 4)
        for recipe in recipes:
            with self.subTest(recipe=recipe.name):
                done = check(recipe)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_wrong_block_would_be_refused(self):
        with self.assertRaises(AssertionError) as caught:
            self.accepted("wrong", whole("steps", "- timer: late\n  aftre: 2h\n  steps: [ { drop: a } ]\n"))
        self.assertIn("did you mean 'after'?", str(caught.exception))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--maillon", required=True)
    known, rest = parser.parse_known_args()
    MAILLON = known.maillon
    unittest.main(argv=[sys.argv[0], *rest])
