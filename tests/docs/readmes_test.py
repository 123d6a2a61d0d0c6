#!/usr/bin/env python3
"""What the READMEs show is accepted by `maillon check`: the front page, and that of each connector and processor.

A block that names no connectors of its own gets the sections that it leaves out from frame.yaml.
"""
import argparse
import pathlib
import re
import sys
import tempfile
import unittest

import docs_test

SECTION = re.compile(r"^(?=[a-z]+:)", re.M)


def completed(text):
    if re.search(r"^connectors:", text, re.M):
        return text
    named = {part.split(":", 1)[0] for part in SECTION.split(text)}
    missing = [part for part in SECTION.split(docs_test.FRAME) if part.split(":", 1)[0] not in named]
    return "".join(missing) + text


class Readmes(unittest.TestCase):
    def test_every_block_of_yaml_is_accepted(self):
        pages = [docs_test.ROOT / "README.md", *sorted(docs_test.ROOT.glob("connectors/*/README.md")), *sorted(docs_test.ROOT.glob("plugins/*/README.md"))]
        for page in pages:
            blocks = list(docs_test.BLOCK.finditer(page.read_text()))
            self.assertGreater(len(blocks), 0, f"{page} shows no configuration")
            for block in blocks:
                line = page.read_text().count("\n", 0, block.start()) + 1
                with self.subTest(page=str(page), line=line), tempfile.TemporaryDirectory(prefix="maillon-readme-") as folder:
                    file = pathlib.Path(folder) / "maillon.yaml"
                    file.write_text(completed(block[2]))
                    done = docs_test.check(file)
                    self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--maillon", required=True)
    options, rest = parser.parse_known_args()
    docs_test.MAILLON = options.maillon
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)
