#!/usr/bin/env python3
"""`maillon pipe` from outside: what goes in, what comes out, what is told, and how it ends.

    tests/pipe/pipe_test.py --maillon build/dev/maillon
"""
import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
J1 = HERE.parent / "bench/pipe/j1.yaml"
MAILLON = None

COPY = """
routes:
  copy:
    from: pipe.line
    steps: [ { emit: hub.copy, with: { n: "${event.n}" } } ]
"""


class PipeTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="maillon-pipe-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, text, name="route.yaml"):
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def pipe(self, route, lines=b"", *options, **more):
        """Runs it over the lines; the finished process, its output and what it told as text."""
        if isinstance(lines, str):
            lines = lines.encode()
        ran = subprocess.run([MAILLON, "pipe", route, *options], input=lines, capture_output=True, timeout=120, **more)
        ran.told = ran.stderr.decode().replace(str(self.folder) + "/", "")
        return ran

    def fails(self, lines, told, out=b""):
        """Lines of which some are wrong: exactly this is told before the summary, the others go through."""
        ran = self.pipe(self.file(COPY), lines)
        self.assertEqual(ran.told.splitlines()[:-1], told)
        self.assertEqual(ran.stdout, out)
        self.assertEqual(ran.returncode, 1)
        return ran.told.splitlines()[-1]

    def refused(self, steps, *told):
        text = "routes:\n  r:\n    from: pipe.line\n    steps:\n" + steps
        ran = self.pipe(self.file(text), '{"n":1}\n')
        for sentence in told:
            self.assertIn(sentence, ran.told)
        self.assertEqual((ran.returncode, ran.stdout), (3, b""))

    # Mapping

    def test_events_are_filtered_and_mapped(self):
        ran = self.pipe(J1, (HERE / "data/events.ndjson").read_bytes())
        self.assertEqual(ran.stdout.decode(), (HERE / "data/cases.ndjson").read_text())
        self.assertEqual((ran.returncode, ran.told), (0, ""))

    def test_files_do_as_well_as_standard_streams(self):
        out = self.file("old and much longer than what comes\n" * 1000, "out.ndjson")
        ran = self.pipe(J1, b"", "--in", HERE / "data/events.ndjson", "--out", out)
        self.assertEqual((ran.returncode, ran.stdout), (0, b""))
        self.assertEqual(out.read_text(), (HERE / "data/cases.ndjson").read_text())

    def test_each_line_goes_to_every_route_that_fits_in_the_order_of_names(self):
        route = self.file("""
routes:
  b: { from: pipe.line, when: event.n > 1, steps: [ { emit: hub.b, with: { b: "${event.n}" } } ] }
  a: { from: pipe.line, steps: [ { emit: hub.a, with: { a: "${event.n}" } } ] }
  other: { from: hub.dead.letter, steps: [ { emit: hub.c, with: {} } ] }
""")
        lines = '{"n":1}\n{"n":2}\n'
        self.assertEqual(self.pipe(route, lines).stdout, b'{"a":1}\n{"a":2}\n{"b":2}\n')
        self.assertEqual(self.pipe(route, lines, "--route", "b").stdout, b'{"b":2}\n')

    def test_steps_that_need_nothing_are_all_there(self):
        route = self.file("""
blocks:
  tell: [ { emit: hub.tell, with: { sku: "${item.sku}", size: "${size}", line: "${meta.id}" } } ]
routes:
  r:
    from: pipe.line
    steps:
      - choose:
          - when: size(event.items) == 0
            steps: [ { drop: nothing to do } ]
          - else: [ { let: { size: "${size(event.items)}" } } ]
      - each: event.items
        as: item
        key: item.sku
        steps: [ { do: tell } ]
""")
        ran = self.pipe(route, '{"items":[]}\n\n{"items":[{"sku":"a"},{"sku":"b"}]}\n', "--stats")
        self.assertEqual(ran.stdout.decode(), '{"sku":"a","size":2,"line":"3"}\n{"sku":"b","size":2,"line":"3"}\n')
        self.assertIn("pipe: 2 lines, 2 written, 0 failed\n", ran.told)
        self.assertIn("pipe: route 'r': 2 matched, 2 written, 1 dropped, 0 failed\n", ran.told)
        self.assertRegex(ran.told, r"pipe: \d+ bytes in \d+\.\d{3} s of CPU time, \d+ lines/s, peak memory \d+ KiB\n")
        self.assertEqual(ran.returncode, 0)

    # Lines

    def test_lines_end_as_files_of_all_systems_end_them(self):
        ran = self.pipe(self.file(COPY), b'\xef\xbb\xbf{"n":1}\r\n\r\n \t\n{"n":2}\n\n{"n":3}')
        self.assertEqual((ran.stdout, ran.told, ran.returncode), (b'{"n":1}\n{"n":2}\n{"n":3}\n', "", 0))

    def test_no_input_is_no_failure(self):
        ran = self.pipe(self.file(COPY), b"")
        self.assertEqual((ran.stdout, ran.told, ran.returncode), (b"", "", 0))

    def test_long_lines_go_through_wherever_they_break(self):
        lines = [b'{"x":"' + b"y" * size + b'","n":%d}' % size for size in (1, 131000, 131057, 131072, 500000, 7, 2000000)]
        ran = self.pipe(self.file(COPY), b"\n".join(lines))
        self.assertEqual(ran.stdout, b"".join(b'{"n":%d}\n' % n for n in (1, 131000, 131057, 131072, 500000, 7, 2000000)))
        self.assertEqual(ran.returncode, 0)

    def test_output_comes_while_the_input_is_still_open(self):
        with subprocess.Popen([MAILLON, "pipe", self.file(COPY)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as one:
            one.stdin.write(b'{"n":1}\n')
            one.stdin.flush()
            self.assertEqual(one.stdout.readline(), b'{"n":1}\n')
            one.stdin.close()
            self.assertEqual(one.wait(60), 0)

    # Bad input

    def test_lines_that_are_no_json_are_told_with_their_column(self):
        summary = self.fails(
            b'{"n":1}\n{"n":1]\n\n{"n":\n{"n":1} {}\n{"a":"\xc3\xa9", n:1}\n{"n":2}\n',
            ["pipe: line 2: column 7: not valid JSON: unexpected ']'",
             "pipe: line 4: column 6: not valid JSON: the line ends too early",
             "pipe: line 5: column 9: not valid JSON: there is more behind the value",
             "pipe: line 6: column 11: not valid JSON: unexpected 'n'"],
            b'{"n":1}\n{"n":2}\n')
        self.assertEqual(summary, "pipe: 6 lines, 2 written, 4 failed")

    def test_json_that_is_no_object_is_refused(self):
        self.fails(b'[1]\n"a"\n 5\nnull\n', [
            "pipe: line 1: column 1: the line is a list, not an object",
            "pipe: line 2: column 1: the line is a text, not an object",
            "pipe: line 3: column 2: the line is a number, not an object",
            "pipe: line 4: column 1: the line is null, not an object"])

    def test_broken_utf8_and_numbers_that_would_lose_digits_are_refused(self):
        self.fails(b'{"n":"\xc3\xa9\xff"}\n{"a":"12","n":123456789012345678901234567890}\n{"n":1e999}\n', [
            "pipe: line 1: column 8: not valid UTF-8",
            "pipe: line 2: column 15: the number 123456789012345678901234567890 is too large to be kept exactly; send it as text",
            "pipe: line 3: column 6: the number 1e999 is too large to be kept exactly; send it as text"])

    def test_broken_json_in_a_member_that_nobody_reads_is_found(self):
        self.fails(b'{"n":1,"unread":tru}\n', ["pipe: line 1: column 17: not valid JSON: unexpected 't'"])

    def test_lines_beyond_the_limit_are_skipped_and_told(self):
        route = self.file("hub: { limits: { max_body: 1KiB } }\n" + COPY)
        lines = b'{"n":1}\n{"x":"' + b"y" * 1024 + b'"}\n{"x":"' + b"y" * 3000000 + b'"}\n{"n":2}\n'
        ran = self.pipe(route, lines)
        self.assertEqual(ran.told.splitlines(), [
            "pipe: line 2: longer than 1024 bytes (hub.limits.max_body)",
            "pipe: line 3: longer than 1024 bytes (hub.limits.max_body)",
            "pipe: 4 lines, 2 written, 2 failed"])
        self.assertEqual((ran.stdout, ran.returncode), (b'{"n":1}\n{"n":2}\n', 1))

    def test_a_rule_that_fails_is_told_with_its_place_and_writes_nothing_for_the_line(self):
        route = self.file("""routes:
  r:
    from: pipe.line
    when: event.go
    steps:
      - emit: hub.first
        with: { a: 1 }
      - emit: hub.second
        with: { inner: { b: "${event.b}" } }
""")
        ran = self.pipe(route, '{"go":true,"b":2}\n{"b":2}\n{"go":true}\n')
        told = ran.told.splitlines()
        self.assertRegex(told[0], r"^pipe: line 2: route\.yaml:4:11: route 'r': when: .*'go'")
        self.assertRegex(told[1], r"^pipe: line 3: route\.yaml:9:29: route 'r', step 'emit hub\.second': with: inner: b: .*'b'")
        self.assertEqual(told[2:], ["pipe: 3 lines, 2 written, 2 failed"])
        self.assertEqual((ran.stdout, ran.returncode), (b'{"a":1}\n{"inner":{"b":2}}\n', 1))

    def test_on_error_stop_ends_at_once_with_what_was_written(self):
        ran = self.pipe(self.file(COPY), '{"n":1}\nx\n{"n":2}\n', "--on-error", "stop")
        self.assertEqual((ran.stdout, ran.returncode), (b'{"n":1}\n', 1))
        self.assertEqual(ran.told.splitlines()[-1], "pipe: 2 lines, 1 written, 1 failed")

    # Wrong configuration and usage

    def test_steps_that_need_the_hub_are_refused_with_their_place(self):
        self.refused("      - call: crm.create\n        with: {}\n", "route.yaml:5:9")
        self.refused("      - timer: later\n        after: 1h\n        steps: [ { drop: late } ]\n",
                     "route.yaml:5:9", "'timer' needs the running hub: a pipe waits for nothing")

    def test_a_file_without_a_route_for_lines_says_how_to_write_one(self):
        ran = self.pipe(self.file("routes: {}\n"), "")
        self.assertIn("no route takes pipe.line", ran.told)
        self.assertEqual(ran.returncode, 3)
        ran = self.pipe(self.file(COPY), "", "--route", "coppy")
        self.assertIn("did you mean 'copy'?", ran.told)
        self.assertEqual(ran.returncode, 3)

    def test_wrong_usage_is_exit_code_two(self):
        self.assertEqual(subprocess.run([MAILLON, "pipe"], capture_output=True).returncode, 2)
        self.assertEqual(self.pipe(self.file(COPY), b"", "--on-error", "laugh").returncode, 2)

    def test_help_says_everything(self):
        told = subprocess.run([MAILLON, "pipe", "--help"], capture_output=True, text=True).stdout
        for word in ("--route", "--in", "--out", "--stats", "--on-error", "pipe.line", "Exit codes"):
            self.assertIn(word, told)

    # Input and output that fail

    def test_an_input_that_cannot_be_read_is_a_failure(self):
        ran = self.pipe(self.file(COPY), b"", "--in", self.folder / "none")
        self.assertEqual((ran.returncode, ran.told), (1, "pipe: reading none: No such file or directory\n"))
        ran = self.pipe(self.file(COPY), b"", "--in", self.folder)
        self.assertEqual(ran.returncode, 1)
        self.assertIn("Is a directory", ran.told)

    def test_the_input_is_not_written_over(self):
        both = self.file('{"n":1}\n', "both.ndjson")
        ran = self.pipe(self.file(COPY), b"", "--in", both, "--out", both)
        self.assertEqual((ran.returncode, both.read_text()), (1, '{"n":1}\n'))
        self.assertIn("both.ndjson is the input too", ran.told)

    @unittest.skipUnless(os.path.exists("/dev/full"), "the system has no /dev/full")
    def test_a_full_disk_is_a_failure(self):
        ran = self.pipe(self.file(COPY), b'{"n":1}\n', "--out", "/dev/full")
        self.assertEqual((ran.returncode, ran.told), (1, "pipe: writing /dev/full: No space left on device\n"))

    def test_a_reader_that_goes_away_ends_it_quietly(self):
        lines = self.file(b'{"n":1}\n' * 200000, "lines")
        with subprocess.Popen([MAILLON, "pipe", self.file(COPY), "--in", lines], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as one:
            one.stdout.readline()
            one.stdout.close()
            self.assertEqual((one.stderr.read(), one.wait(60)), (b"", 0))

    # Memory

    def test_memory_does_not_grow_with_the_input(self):
        block = (HERE / "data/events.ndjson").read_bytes()
        peaks = []
        for lines in (20_000, 200_000):
            path = self.folder / "events"
            with path.open("wb") as out:
                for _ in range(lines // block.count(b"\n")):
                    out.write(block)
            ran = self.pipe(J1, b"", "--in", path, "--out", "/dev/null", "--stats")
            self.assertEqual(ran.returncode, 0)
            peaks.append(int(re.search(r"peak memory (\d+) KiB", ran.told)[1]))
        self.assertLess(peaks[1] / peaks[0], 1.2, peaks)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--maillon", required=True, help="the program")
    options, rest = parser.parse_known_args()
    MAILLON = pathlib.Path(options.maillon).resolve()
    unittest.main(argv=[sys.argv[0], *rest])
