#!/usr/bin/env python3
"""Writes given.tsv and family.tsv, the names of France and of the United States with how common they are, and english.tsv, the short
forms of English given names, from the packages that README.md names. Run once; what it writes is kept with the sources.

    compile.py --prenoms FOLDER --names FOLDER --nicknames FILE --out FOLDER

INSEE's lists in `prenoms` are in the order of frequency, without counts, but say at which rank 500, 100 and 50 people are left. Counts
are read off a line through these knots and the best known counts of the most frequent names, both axes logarithmic.
"""
import argparse
import csv
import math
import pathlib
import unicodedata

# rank → people, beside the knots in the files: INSEE's published counts, rounded
KNOWN = {
    "m": [(1, 1900000), (10, 470000), (50, 210000), (100, 115000), (300, 20000)],
    "f": [(1, 2200000), (10, 355000), (50, 200000), (100, 120000), (300, 25000)],
    "last": [(1, 235000), (10, 70000), (100, 25000), (1000, 6500)],
}
PEOPLE = {"given_fr": 85e6, "family_fr": 80e6}
SPELT = str.maketrans({"ß": "ss", "ł": "l", "ø": "o", "œ": "oe", "æ": "ae", "đ": "d", "'": None, "’": None, "-": " "})


def folded(name):
    plain = unicodedata.normalize("NFKD", name.lower().translate(SPELT))
    return " ".join("".join(c for c in plain if c.isascii() and (c.isalnum() or c == " ")).split())


def counts_by_rank(knots, ranks):
    knots = sorted(knots)
    out = []
    at = 0
    for rank in range(1, ranks + 1):
        while at + 2 < len(knots) and knots[at + 1][0] < rank:
            at += 1
        (r0, c0), (r1, c1) = knots[at], knots[at + 1]
        part = (math.log(rank) - math.log(r0)) / (math.log(r1) - math.log(r0))
        out.append(math.exp(math.log(c0) + part * (math.log(c1) - math.log(c0))))
    return out


def french(file, known, least):
    head, names = file.read_text(encoding="utf-8").splitlines()[:2]
    r500, r100, r50, _ = (int(x) for x in head.split())
    knots = known + [(r500, 500), (r100, 100), (r50, 50)]
    last = {500: r500, 100: r100, 50: r50}[least]
    return list(zip((folded(n) for n in names.split(",")[:last]), counts_by_rank(knots, last)))


def add(into, column, rows, people):
    for name, count in rows:
        if len(name) >= 2:
            into.setdefault(name, [0.0, 0.0])[column] += count / people


def american(file, rows=None):
    lines = file.read_text().splitlines()[:rows]
    return [(folded(line.split()[0]), float(line.split()[1]) / 100) for line in lines]


def write(path, table):
    """name, share in France and in the United States, in people of ten million; the commonest first."""
    rows = sorted(((n, s) for n, s in table.items() if max(s) >= 3e-6), key=lambda row: (-max(row[1]), row[0]))
    with path.open("w", newline="\n") as out:
        for name, shares in rows:
            out.write("\t".join([name] + [str(round(share * 1e7)) for share in shares]) + "\n")


def english(source, path):
    pairs = set()
    with source.open(newline="") as file:
        for row in csv.DictReader(file):
            name, short = folded(row["name1"]), folded(row["name2"])
            if row["relationship"] == "has_nickname" and name and short and name != short:
                pairs.add((short, name))
    with path.open("w", newline="\n") as out:
        by_short = {}
        for short, name in sorted(pairs):
            by_short.setdefault(short, []).append(name)
        for short, names in by_short.items():
            out.write(short + "\t" + "\t".join(names) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("prenoms", "names", "nicknames", "out"):
        parser.add_argument("--" + name, required=True, type=pathlib.Path)
    options = parser.parse_args()
    given, family = {}, {}
    for sex in "mf":
        add(given, 0, french(options.prenoms / f"dist.prenoms.{sex}.all.txt", KNOWN[sex], 50), PEOPLE["given_fr"])
    add(family, 0, french(options.prenoms / "dist.all.txt", KNOWN["last"], 500), PEOPLE["family_fr"])
    for sex in ("male", "female"):  # shares of one sex: half of the people each
        add(given, 1, american(options.names / f"dist.{sex}.first"), 2)
    add(family, 1, american(options.names / "dist.all.last", 20000), 1)
    write(options.out / "given.tsv", given)
    write(options.out / "family.tsv", family)
    english(options.nicknames, options.out / "english.tsv")


if __name__ == "__main__":
    main()
