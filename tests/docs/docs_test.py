#!/usr/bin/env python3
"""The manual is tested: every block of YAML in docs/routes.md, and every recipe, is accepted by `maillon check`; the
tests in docs/testing.md are played, and the output that the manual shows is the one that comes.

The word behind `yaml` says what a block is: nothing = a whole file, `route` = entries of `routes:`, `steps` = the steps
of a route; the latter two are put into frame.yaml.
"""
import argparse
import contextlib
import pathlib
import re
import shlex
import shutil
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


ANSWERS = """config: manual.yaml
tests:
  - name: it
    given: [ { after: 1h } ]
    answers:
"""


@contextlib.contextmanager
def recipes():
    """A folder with a copy of the recipes."""
    with tempfile.TemporaryDirectory(prefix="maillon-docs-") as folder:
        for recipe in (ROOT / "examples/recipes").glob("*.yaml"):
            shutil.copy(recipe, folder)
        yield pathlib.Path(folder)


def play(folder, name):
    return subprocess.run([MAILLON, "test", name], cwd=folder, capture_output=True, text=True, timeout=60)


def shown(page, word):
    """What the block ```text `word` of a page shows."""
    return re.search(rf"^```text {word}\n(.*?)^```$", (ROOT / page).read_text(), re.M | re.S)[1]


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

    def test_every_command_that_the_manual_shows_is_understood(self):
        """Without a hub and a store it ends where these are needed, and not before for a wrong word."""
        seen = 0
        with tempfile.TemporaryDirectory(prefix="maillon-docs-") as folder:
            config = pathlib.Path(folder) / "maillon.yaml"
            config.write_text(f"hub: {{ store: 'sqlite:{folder}/m.db', admin: 'unix:{folder}/a.sock' }}\n")
            for name in ("dead-letters.md", "privacy.md", "replay.md"):
                page = (ROOT / "docs" / name).read_text()
                for line in re.findall(r"^maillon [^\n]*$", page, re.M):
                    words = [str(config) if word.endswith(".yaml") else word for word in shlex.split(line, comments=True)[1:]]
                    done = subprocess.run([MAILLON, "--config", str(config), *words], capture_output=True, text=True, timeout=60)
                    self.assertEqual(done.returncode, 4, f"docs/{name}: {line}\n{done.stderr}")
                    seen += 1
        self.assertGreaterEqual(seen, 16)

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

    def test_every_block_of_the_manual_of_tests_is_played(self):
        page = (ROOT / "docs/testing.md").read_text()
        played = 0
        for block in BLOCK.finditer(page):
            word, text = block[1].strip(), block[2]
            self.assertIn(word, ("test", "answers"))
            if word == "answers":
                text = ANSWERS + textwrap.indent(text, "    ") + "    expect: { calls: [] }\n"
            with self.subTest(line=page.count("\n", 0, block.start()) + 1), recipes() as folder:
                (folder / "manual.yaml").write_text(FRAME + "routes: {}\n")
                (folder / "manual.test.yaml").write_text(text)
                done = play(folder, "manual.test.yaml")
                if word == "test":
                    self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                else:  # nothing asks for these answers, and that is all that is wrong with them
                    self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
                    self.assertEqual(done.stdout.count("error: nothing asked for this answer"), text.count("- call:") + text.count("- use:"))
                    self.assertEqual(done.stdout.count("error:"), done.stdout.count("error: nothing asked"))
                played += 1
        self.assertGreaterEqual(played, 2)

    def test_the_failure_that_the_manual_shows_is_the_one_that_comes(self):
        with recipes() as folder:
            recipe = folder / "escalation.yaml"
            recipe.write_text(recipe.read_text().replace("priority: P1", "priority: P2"))
            done = play(folder, "escalation.test.yaml")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn(shown("docs/testing.md", "failure"), re.sub(r"  \([0-9.]+ ms\)", "", done.stdout))

    def test_the_why_that_the_manual_shows_is_the_one_that_comes(self):
        done = play(ROOT / "tests/docs", "why.test.yaml")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn(shown("docs/routes.md", "why"), re.sub(r"(?m)^    ", "", done.stdout))

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
