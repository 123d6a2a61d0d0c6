#!/usr/bin/env python3
"""The generator of invented people keeps its word: the same bytes for the same seed, others for another, the columns of the shared
data, and a truth that points at rows that exist and has each trap in it.

    people_test.py GENERATOR
"""
import collections
import csv
import hashlib
import pathlib
import subprocess
import sys
import tempfile
import unittest

GENERATOR = sys.argv.pop(1)
CONTACT = "contact_id,first_name,last_name,email,email2,phone,company,job_title,city,birth_date,website,photo_hash,social_handle"
PROFILE = "profile_id,network,handle,display_name,bio,location,link,email,phone,avatar_hash,lang"


def generate(folder, seed, contacts=4000):
    subprocess.run([GENERATOR, str(folder), "--contacts", str(contacts), "--seed", str(seed)], check=True)
    return {name: (folder / f"{name}.csv").read_bytes() for name in ("contacts", "profiles", "truth")}


def rows(data):
    return list(csv.DictReader(data.decode("utf-8").splitlines()))


class People(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.data = generate(pathlib.Path(cls.folder.name) / "a", 5)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_a_seed_gives_the_same_bytes_and_another_seed_other_ones(self):
        again = generate(pathlib.Path(self.folder.name) / "b", 5)
        other = generate(pathlib.Path(self.folder.name) / "c", 6)
        for name, data in self.data.items():
            self.assertEqual(hashlib.sha256(data).digest(), hashlib.sha256(again[name]).digest())
            self.assertNotEqual(data, other[name])

    def test_the_columns_are_those_of_the_shared_data(self):
        self.assertEqual(self.data["contacts"].decode().splitlines()[0], CONTACT)
        self.assertEqual(self.data["profiles"].decode().splitlines()[0], PROFILE)

    def test_truth_points_at_rows_that_exist(self):
        contacts = {row["contact_id"] for row in rows(self.data["contacts"])}
        profiles = {row["profile_id"] for row in rows(self.data["profiles"])}
        truth = rows(self.data["truth"])
        self.assertEqual(len(contacts), 4000)
        self.assertEqual(len(profiles), 4400)
        self.assertEqual({row["profile_id"] for row in truth}, profiles)
        self.assertLessEqual({row["contact_id"] for row in truth if row["contact_id"]}, contacts)
        unknown = sum(not row["contact_id"] for row in truth)
        self.assertTrue(0.25 < unknown / 4400 < 0.32, unknown)

    def test_strangers_of_one_name_have_addresses_of_their_own(self):
        shared = collections.defaultdict(set)
        for row in rows(self.data["contacts"]):
            if row["email"] and row["birth_date"] and not row["email"].startswith(("info@", "contact@", "accueil@", "bonjour@", "commercial@", "noemail@")):
                shared[row["email"]].add(row["birth_date"][:4])
        strangers = [email for email, years in shared.items() if len(years) > 1 and ".famille@" not in email]
        self.assertLess(len(strangers), 6, f"only relatives share an address: {strangers[:9]}")

    def test_every_trap_is_set(self):
        contacts, profiles, truth = (rows(self.data[name]) for name in ("contacts", "profiles", "truth"))
        emails = collections.Counter(row["email"] for row in contacts if row["email"])
        names = collections.Counter((row["first_name"], row["last_name"]) for row in contacts)
        self.assertGreater(max(emails.values()), 1, "no shared mailbox")
        self.assertGreater(max(names.values()), 2, "no namesakes")
        for what, is_there in {
            "desks": any(row["email"].startswith(("info@", "contact@")) for row in contacts),
            "father and son": any(row["last_name"].endswith(" Jr") for row in contacts),
            "capitals": any(row["last_name"].isupper() for row in contacts),
            "no first name": any(not row["first_name"] for row in contacts),
            "a placeholder number": any(row["phone"] == "0000000000" for row in contacts),
            "the default picture": any(row["avatar_hash"] == "ffff81818181ffff" for row in profiles),
            "Cyrillic or Arabic": any(ord(c) > 0x400 for row in profiles for c in row["display_name"] if ord(c) < 0x700),
            "emoji": any(ord(c) > 0x1F000 for row in profiles for c in row["display_name"]),
            "an initial": any(row["display_name"].endswith(".") for row in profiles),
            "two rows of one person": any(n > 1 for n in collections.Counter(row["profile_id"] for row in truth).values()),
        }.items():
            self.assertTrue(is_there, what)


if __name__ == "__main__":
    unittest.main()
