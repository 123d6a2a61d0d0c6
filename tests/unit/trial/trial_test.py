#!/usr/bin/env python3
"""`maillon test`: a test that should fail fails, at its place, and a file that is wrong is told of."""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml

MAILLON = None
CONFIG = """
connectors:
  x: { plugin: twitter, account: acme, token: "${secret.x}" }
  crm: { plugin: sugarcrm, url: "${env.CRM ?? 'https://crm.example.com'}", user: hub, password: "${secret.s}" }
routes:
  note:
    from: x.message.received
    when: "!event.own"
    steps:
      - call: crm.create
        with: { module: Notes, fields: { name: "${event.text}", by: "${event.author.id}" } }
        on_error: { rejected: [ { emit: hub.note.refused, with: { why: "${error.message}" } } ] }
"""
HEAD = """config: maillon.yaml
bodies:
  x.message.received: { id: "1", kind: post, thread: t1, text: hello, author: { network: x, id: u1 } }
tests:
"""
EVENT = "    given: [ { event: x.message.received } ]\n"
ANSWER = "    answers: [ { call: crm.create, returns: { id: n1, created: true } } ]\n"


PEOPLE = """
connectors:
  x: { plugin: twitter, account: acme, token: "${secret.x}" }
  crm: { plugin: sugarcrm, url: "https://crm.example.com", user: hub, password: "${secret.s}" }
directories:
  customers:
    records: crm.Contacts
    fields: { given_name: first_name, family_name: last_name, handle_x: twitter_c }
    match: { sample: 0, link: { at: 0.9, margin: 5 } }
routes:
  note:
    from: x.message.received
    steps:
      - match: customers
        who: event.author
        unsure: UNSURE
        as: person
      - call: crm.create
        with: { module: Notes, fields: { name: "${person.found ? person.id : 'nobody'}" } }
  new_person:
    from: hub.person.new
    steps: [ { call: crm.create, with: { module: Contacts, fields: { last_name: "${event.identity.text}" } } } ]
"""
RECORDS = "    records: { customers: [ { id: c1, first_name: Anne, last_name: Martin }, { id: c2, first_name: Anna, last_name: Martin } ] }\n"
MODEL = "      - match: customers\n        returns: { verdict: %s }\n"
WRITE = "      - { call: crm.create, returns: { id: n1, created: true } }\n"


class Played(unittest.TestCase):
    """Plays tests in a folder of their own."""

    def play(self, cases, *options, head=HEAD, config=CONFIG):
        with tempfile.TemporaryDirectory(prefix="maillon-trial-") as name:
            folder = pathlib.Path(name)
            (folder / "maillon.yaml").write_text(config)
            (folder / "a.test.yaml").write_text(head + cases)
            done = subprocess.run([MAILLON, "test", "a.test.yaml", "--junit", "out.xml", *options], cwd=folder,
                                  capture_output=True, text=True, timeout=60)
            junit = folder / "out.xml"
            self.junit = xml.fromstring(junit.read_text()) if junit.exists() else None
            return done

    def one(self, expect, given=EVENT, answers=ANSWER):
        return self.play("  - name: it\n" + given + answers + "    expect: " + expect + "\n")

    def passes(self, *args, **kwargs):
        done = self.one(*args, **kwargs)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def fails(self, said, *args, **kwargs):
        done = self.one(*args, **kwargs)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn(said, done.stdout)
        return done

    def wrong(self, said, cases, **kwargs):
        done = self.play(cases, **kwargs)
        self.assertEqual(done.returncode, 3, done.stdout + done.stderr)
        self.assertIn(said, done.stderr)


class Trial(Played):
    def test_a_part_of_the_arguments_is_enough(self):
        self.passes("{ calls: [ { crm.create: { fields: { name: hello } } } ], only: true }")

    def test_a_member_that_differs_is_marked_with_both_values_and_the_why_of_the_run(self):
        done = self.fails('fields.name: expected "hullo"', "{ calls: [ { crm.create: { fields: { name: hullo } } } ] }")
        self.assertRegex(done.stdout, r"a\.test\.yaml:8:\d+: error: crm\.create was called with something else")
        self.assertIn('got      "hello"', done.stdout)
        self.assertIn('"fields":{"name":"hello","by":"u1"}', done.stdout)

    def test_a_call_that_is_not_made_and_one_that_is_not_expected_fail(self):
        self.fails("crm.update was not called", "{ calls: [ { crm.update: {} } ] }")
        self.fails("crm.create was called and is not expected", "{ calls: [] }")
        self.fails("crm.create was called and is not expected", "{ calls: [ { crm.create: {} } ], only: true }",
                   given="    given: [ { event: x.message.received }, { event: x.message.received } ]\n")

    def test_calls_of_one_key_have_an_order(self):
        given = ("    given: [ { event: x.message.received, body: { text: first } },"
                 " { event: x.message.received, body: { text: second, thread: %s } } ]\n")
        backwards = "{ calls: [ { crm.create: { fields: { name: second } } }, { crm.create: { fields: { name: first } } } ] }"
        self.fails("before what is listed above it", backwards, given=given % "t1")
        self.passes(backwards, given=given % "t2")

    def test_retries_move_the_clock_and_are_counted(self):
        answers = ("    answers: [ { call: crm.create, fails: { class: retry }, times: 2 },"
                   " { call: crm.create, returns: { id: n1, created: true } } ]\n")
        self.passes("{ calls: [ { crm.create: {}, tries: 3 } ], only: true }", answers=answers)
        self.fails("was tried 3 times, not 2", "{ calls: [ { crm.create: {}, tries: 2 } ] }", answers=answers)

    def test_a_dead_letter_that_is_not_expected_fails(self):
        answers = "    answers: [ { call: crm.create, fails: unsupported } ]\n"
        self.fails("dead_letters: one more than expected", "{ calls: [ { crm.create: {} } ] }", answers=answers)
        self.passes("{ dead_letters: [ { class: unsupported, step: call crm.create } ] }", answers=answers)

    def test_a_call_without_an_answer_and_an_answer_without_a_call_fail(self):
        self.fails("the test has no answer to a call of crm.create", "{ calls: [ { crm.create: {} } ] }", answers="")
        self.fails("nothing asked for this answer", "{ calls: [] }", given="    given: [ { after: 1h } ]\n")

    def test_an_impossible_event_is_told_of_at_its_place(self):
        self.wrong("'kind' cannot be 'shout'", "  - name: it\n    given: [ { event: x.message.received, body: { kind: shout } } ]\n"
                                     "    expect: { calls: [] }\n")
        self.wrong("did you mean 'x.message.received'?", "  - name: it\n    given: [ { event: x.message.recieved } ]\n"
                                                          "    expect: { calls: [] }\n")

    def test_an_answer_that_the_operation_cannot_give_is_told_of(self):
        self.wrong("'created' is missing", "  - name: it\n" + EVENT + "    answers: [ { call: crm.create, returns: { id: n1 } } ]\n"
                                           "    expect: { calls: [] }\n")

    def test_misspelt_keys_are_told_of_with_what_was_meant(self):
        self.wrong("did you mean 'given'?", "  - name: it\n    gven: []\n    expect: { calls: [] }\n")
        self.wrong("did you mean 'dead_letters'?", "  - name: it\n" + EVENT + "    expect: { dead_leters: [] }\n")
        self.wrong("did you mean 'approve'?", "  - name: it\n    given: [ { aprove: me } ]\n    expect: { calls: [] }\n")

    def test_a_test_that_expects_nothing_is_refused(self):
        self.wrong("cannot fail", "  - name: it\n" + EVENT + "    expect: {}\n")

    def test_a_wrong_configuration_is_told_of(self):
        self.wrong("maillon.yaml:8:25: error", "  - name: it\n" + EVENT + "    expect: { calls: [] }\n",
                   config=CONFIG.replace("!event.own", "!event.own &&"))

    def test_junit_counts_and_explains(self):
        self.fails("was not called", "{ calls: [ { crm.update: {} } ] }")
        self.assertEqual(self.junit.tag, "testsuites")
        self.assertEqual((self.junit.get("tests"), self.junit.get("failures"), self.junit.get("errors")), ("1", "1", "0"))
        case = self.junit.find("testsuite/testcase")
        self.assertEqual(case.get("name"), "it")
        self.assertIn("crm.update was not called", case.find("failure").text)

    def test_json_tells_all(self):
        done = self.play("  - name: it\n" + EVENT + ANSWER + "    expect: { calls: [ { crm.create: {} } ] }\n", "--json")
        out = json.loads(done.stdout)
        self.assertTrue(out["ok"])
        self.assertEqual([case["name"] for case in out["cases"]], ["it"])
        missed = {item["what"] for item in out["coverage"]["missed"]}
        self.assertEqual(missed, {"when is false", "step call crm.create/rejected/emit hub.note.refused",
                                  "on_error rejected of call crm.create"})

    def test_update_writes_values_and_prints_what_is_to_be_pasted(self):
        cases = ("  - name: it\n" + EVENT + ANSWER +
                 "    expect:\n      calls: [ { crm.create: { fields: { name: hullo } } } ]   # what was said\n"
                 "  - name: too few\n" + EVENT + ANSWER + "    expect: { calls: [] }\n")
        with tempfile.TemporaryDirectory(prefix="maillon-trial-") as name:
            folder = pathlib.Path(name)
            (folder / "maillon.yaml").write_text(CONFIG)
            tests = folder / "a.test.yaml"
            tests.write_text(HEAD + cases)
            done = subprocess.run([MAILLON, "test", "a.test.yaml", "--update"], cwd=folder, capture_output=True, text=True,
                                  timeout=60)
            self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
            self.assertEqual(tests.read_text(), HEAD + cases.replace("hullo", "hello"))
        self.assertIn("a.test.yaml: 1 value says now what came", done.stdout)
        self.assertRegex(done.stdout, r"(?m)^ok    it ")
        self.assertRegex(done.stdout, r"(?m)^FAIL  too few ")
        self.assertIn("to expect of 'too few' what came, put under its 'expect':\n\n    calls:\n"
                      "      - crm.create: { module: Notes, fields: { name: hello, by: u1 } }\n", done.stdout)

    def test_too_little_reached_is_a_failure(self):
        case = "  - name: it\n" + EVENT + ANSWER + "    expect: { calls: [ { crm.create: {} } ] }\n"
        self.assertEqual(self.play(case, "--coverage-min", "40").returncode, 0)
        done = self.play(case, "--coverage", "--coverage-min", "41")
        self.assertEqual(done.returncode, 1)
        self.assertIn("on_error rejected of call crm.create", done.stdout)


class People(Played):
    """Who is it: what a model would say is scripted, and people answer."""

    def answered(self, said, expect, verdict="review, records: [ c1, c2 ]", unsure="wait", answers=WRITE):
        return self.play("  - name: it\n" + RECORDS + "    given: [ { event: x.message.received }" + said + " ]\n    answers:\n" + MODEL % verdict + answers +
                         "    expect: " + expect + "\n", config=PEOPLE.replace("UNSURE", unsure))

    def ok(self, *args, **kwargs):
        done = self.answered(*args, **kwargs)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_a_run_that_waits_goes_on_with_the_answer(self):
        self.ok("", "{ calls: [], runs: [ { route: note, state: waiting } ], reviews: [ { state: open, asked: 1 } ], links: [] }", answers="")
        self.ok(", { accept: customers, record: c2 }", "{ calls: [ { crm.create: { fields: { name: c2 } } } ], links: [ { record: c2, by: tester } ], only: true }")
        self.ok(", { reject: customers }", "{ calls: [ { crm.create: { fields: { name: nobody } } } ], links: [], reviews: [ { state: rejected } ] }")
        self.ok(", { after: 25h }", "{ calls: [ { crm.create: { fields: { name: nobody } } } ], reviews: [ { state: open } ] }")

    def test_a_run_that_skips_ends_and_one_that_goes_on_does_not_wait(self):
        self.ok("", "{ calls: [], runs: [ { route: note, state: dropped } ] }", unsure="skip", answers="")
        self.ok("", "{ calls: [ { crm.create: { fields: { name: nobody } } } ] }", unsure="go_on")

    def test_somebody_new_is_told_to_routes(self):
        self.ok(", { new: customers }", '{ calls: [ { crm.create: { module: Contacts, fields: { last_name: "x:u1" } } } ], reviews: [ { state: new } ] }',
                unsure="skip")

    def test_what_a_directory_permits_counts_for_scripted_verdicts(self):
        self.ok("", "{ calls: [ { crm.create: { fields: { name: c1 } } } ], links: [ { record: c1, rule: score, class: name, by: ~ } ] }",
                "link, records: [ c1 ], class: name")
        self.ok("", "{ links: [], reviews: [ { candidates: [ c1 ] } ] }", "link, records: [ c1 ], probability: 0.89", unsure="go_on")
        self.ok("", "{ links: [], reviews: [] }", "none", unsure="go_on")

    def test_what_cannot_be_is_told_at_its_place(self):
        done = self.answered(", { accept: customers, record: c1 }, { reject: customers }", "{ links: [ { record: c1 } ] }")
        self.assertIn("no question about the people of 'customers' is open at this point", done.stdout)
        done = self.answered(", { accept: customers }", "{ links: [] }", unsure="skip", answers="")
        self.assertIn("say which record it is: c1 and c2", done.stdout)
        done = self.answered(", { accept: customers, record: c9 }", "{ links: [] }", unsure="skip", answers="")
        self.assertIn("directory 'customers' has no record 'c9'", done.stdout)
        done = self.answered("", "{ links: [ { record: c2 } ] }", "link, records: [ c1 ]")
        self.assertIn('record: expected "c2"', done.stdout)
        for verdict, said in (("review", "this verdict names no record"), ("none, records: [ c1 ]", "'none' means that it is none of the records"),
                              ("revue, records: [ c1 ]", "review"), ("link, records: [ c1 ], probability: 2", "must be a number from 0 to 1")):
            done = self.answered("", "{ links: [] }", verdict)
            self.assertEqual(done.returncode, 3, done.stdout)
            self.assertIn(said, done.stderr)
        done = self.answered(", { accept: custmers }", "{ links: [] }")
        self.assertEqual(done.returncode, 3, done.stdout)
        self.assertIn("there is no directory 'custmers'", done.stderr)
        self.assertIn("did you mean 'customers'?", done.stderr)

    def test_an_answer_that_no_one_asked_for_fails(self):
        done = self.play("  - name: it\n    records: { customers: [ { id: c1, twitter_c: ann } ] }\n    given: [ { event: x.message.received, body: { author: "
                         "{ network: x, id: u1, handle: ann } } } ]\n    answers:\n" + MODEL % "none" + WRITE + "    expect: { links: [ { record: c1 } ] }\n",
                         config=PEOPLE.replace("UNSURE", "wait"))
        self.assertIn("nothing asked for this answer", done.stdout)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--maillon", required=True)
    known, rest = parser.parse_known_args()
    MAILLON = known.maillon
    unittest.main(argv=[sys.argv[0], *rest])
