#!/usr/bin/env python3
"""docs/cli.md names every command, its arguments and its options as `--help` does, and no others."""
import argparse
import pathlib
import re
import subprocess
import sys
import unittest

PAGE = pathlib.Path(__file__).resolve().parents[2] / "docs/cli.md"
COMMON = {"--help", "--config", "--json"}


def help_of(path):
    done = subprocess.run([PROGRAM, *path, "--help"], capture_output=True, text=True, check=True)
    return done.stdout


def section(text, name):
    found = re.search(rf"^{name}:\n((?:  .*\n)+)", text, re.M)
    return found[1] if found else ""


def commands(path=()):
    """{command: arguments and options} of each command that has none below it."""
    text = help_of(path)
    below = re.findall(r"^  ([a-z][a-z-]*)(?=\s|$)", section(text, "Subcommands"), re.M)
    if below:
        return {name: words for one in below for name, words in commands((*path, one)).items()}
    positionals = re.findall(r"^  ([A-Z][\w.]*)(?=\s|$)", section(text, "Positionals"), re.M)
    options = re.findall(r"^  (?:-\w,)?(--[a-z-]+)", section(text, "Options"), re.M)
    return {" ".join(path): {*positionals, *options} - COMMON}


def documented():
    block = re.search(r"^```text usage\n(.*?)^```$", PAGE.read_text(), re.M | re.S)[1]
    filters = re.search(r"^FILTERS are `([^`]*)`", PAGE.read_text(), re.M)[1]
    out = {}
    for line in block.replace("[FILTERS]", filters).splitlines():
        words = line.split()[1:]
        path = []
        while words and re.fullmatch("[a-z-]+", words[0]):
            path.append(words.pop(0))
        rest = " ".join(words)
        options = set(re.findall(r"--[a-z-]+", rest))
        arguments = set(re.findall(r"[A-Z][\w.]*", re.sub(r"\[?--[a-z-]+( [^\]\s]+)?\]?", "", rest)))
        out[" ".join(path)] = options | arguments
    return out


class CommandLine(unittest.TestCase):
    def test_every_command_is_documented_and_nothing_else(self):
        self.assertEqual(sorted(commands()), sorted(documented()))

    def test_every_argument_and_option_is_documented_and_nothing_else(self):
        page = documented()
        for name, words in commands().items():
            with self.subTest(command=name):
                self.assertEqual(sorted(words), sorted(page.get(name, ())))

    def test_every_command_is_in_the_table(self):
        rows = re.findall(r"^\| (`[a-z][^|]*(?:\\\|[^|]*)*)", PAGE.read_text(), re.M)
        table = {word for row in rows for word in re.findall(r"`([a-z][a-z-]*)", row)}
        self.assertEqual(sorted({name.split()[0] for name in commands()}), sorted(table))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--maillon", required=True)
    known, rest = parser.parse_known_args()
    PROGRAM = known.maillon
    unittest.main(argv=[sys.argv[0], *rest])
