#!/usr/bin/env python3
"""Plants wrong includes and links in small trees, and right ones, and sees what rooms.py says."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

import rooms

ORDER = ["base", "event", "db", "plugin", "web", "hub"]


class Tree(unittest.TestCase):
    """A tree of source files in a temporary folder."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        for room in ORDER:
            self.write(f"core/{room}/{room}.h", "#pragma once\n")
        self.write("sdk/include/maillon/abi.h", "#pragma once\n")

    def write(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def errors(self):
        return rooms.check_includes(self.root, ORDER).errors

    def assert_refused(self, path, text, because):
        self.write(path, text)
        errors = self.errors()
        self.assertEqual(len(errors), 1, errors)
        self.assertTrue(errors[0].startswith(path + ":"), errors[0])
        self.assertIn(because, errors[0])

    def assert_allowed(self, path, text):
        self.write(path, text)
        self.assertEqual(self.errors(), [])


class Includes(Tree):
    def test_a_room_may_see_the_face_of_an_earlier_room(self):
        self.assert_allowed("core/db/writer.cpp", '#include "core/base/base.h"\n#include <vector>\n')

    def test_a_room_may_not_see_a_later_room(self):
        self.assert_refused("core/base/a.cpp", '#include "core/db/db.h"\n', "core/db stands after core/base")

    def test_the_place_of_a_wrong_include_is_told(self):
        self.write("core/base/a.cpp", '\n\n  #  include "core/hub/hub.h"\n')

        self.assertTrue(self.errors()[0].startswith('core/base/a.cpp:3: #include "core/hub/hub.h"'))

    def test_angle_brackets_hide_nothing(self):
        self.assert_refused("core/base/a.cpp", "#include <core/db/db.h>\n", "stands after")

    def test_a_room_may_see_its_own_inner_headers(self):
        self.write("core/db/detail/pool.h", "#pragma once\n")

        self.assert_allowed("core/db/db.cpp", '#include "core/db/detail/pool.h"\n')

    def test_an_inner_header_of_another_room_is_not_its_face(self):
        self.write("core/db/detail/pool.h", "#pragma once\n")

        self.assert_refused("core/hub/a.cpp", '#include "core/db/detail/pool.h"\n', "not part of the")

    def test_test_doubles_are_for_tests(self):
        self.write("core/db/testing/faulty.h", "#pragma once\n")

        self.assert_allowed("tests/unit/hub/a.cpp", '#include "core/db/testing/faulty.h"\n')
        self.assert_refused("core/hub/a.cpp", '#include "core/db/testing/faulty.h"\n', "not part of the")

    def test_a_rooms_tests_may_see_its_inner_headers_and_no_other_rooms(self):
        self.write("core/db/detail/pool.h", "#pragma once\n")

        self.assert_allowed("tests/unit/db/a.cpp", '#include "core/db/detail/pool.h"\n')
        self.assert_refused("tests/unit/hub/a.cpp", '#include "core/db/detail/pool.h"\n', "not part of the")

    def test_a_rooms_fuzzing_and_benchmarks_may_see_its_inner_headers_and_no_other_rooms(self):
        self.write("core/db/detail/pool.h", "#pragma once\n")

        self.assert_allowed("tests/fuzz/db_pool_fuzz.cpp", '#include "core/db/detail/pool.h"\n')
        self.assert_allowed("tests/bench/db_bench.cpp", '#include "core/db/detail/pool.h"\n')
        self.assert_refused("tests/fuzz/hub_fuzz.cpp", '#include "core/db/detail/pool.h"\n', "not part of the")

    def test_a_rooms_tests_may_not_see_a_later_room(self):
        self.assert_refused("tests/unit/db/a.cpp", '#include "core/hub/hub.h"\n', "whose test this is")

    def test_a_path_that_does_not_start_at_the_top_is_refused(self):
        self.assert_refused("core/db/a.cpp", '#include "db.h"\n', "write the path from the top")

    def test_a_way_round_through_dots_is_followed(self):
        self.assert_refused("core/base/a.cpp", '#include "../db/db.h"\n', "core/db stands after core/base")

    def test_quotes_are_for_our_own_headers(self):
        self.assert_refused("core/db/a.cpp", '#include "soci/soci.h"\n', "no such file of ours")

    def test_a_folder_that_is_not_a_room_is_refused(self):
        self.assert_refused("core/attic/a.cpp", '#include "core/base/base.h"\n', "not in the list of rooms")

    def test_the_sdk_sees_nothing_of_ours(self):
        self.assert_refused("sdk/include/maillon/x.hpp", '#include "core/base/base.h"\n', "SDK sees nothing")

    def test_only_the_plugin_room_and_later_ones_see_the_sdk(self):
        self.assert_allowed("core/web/a.cpp", "#include <maillon/abi.h>\n")
        self.assert_refused("core/event/a.cpp", "#include <maillon/abi.h>\n", "first room to see the SDK")

    def test_a_connector_sees_its_own_files_and_the_sdk(self):
        self.write("connectors/x/signature.h", "#pragma once\n")

        self.assert_allowed("connectors/x/x.cpp", '#include "signature.h"\n#include <maillon/abi.h>\n')
        self.assert_allowed("connectors/x/y.cpp", '#include "connectors/x/signature.h"\n')

    def test_a_plug_in_sees_no_room_and_no_other_plug_in(self):
        self.write("connectors/x/signature.h", "#pragma once\n")

        self.assert_refused("plugins/p/p.cpp", '#include "core/base/base.h"\n', "sees only the SDK, not base")
        self.write("plugins/p/p.cpp", "")
        self.assert_refused("connectors/y/y.cpp", '#include "../x/signature.h"\n', "not connectors/x")

    def test_the_sandbox_sees_base_event_and_web_alone(self):
        self.assert_allowed("examples/sandbox/a.cpp", '#include "core/web/web.h"\n')
        self.assert_refused("examples/sandbox/a.cpp", '#include "core/db/db.h"\n', "the sandbox sees only")
        self.write("examples/sandbox/a.cpp", "")
        self.assert_refused("examples/other/a.cpp", '#include "core/web/web.h"\n', "sees only the SDK")


class Cycles(Tree):
    def test_two_headers_of_one_room_that_include_each_other_are_a_cycle(self):
        self.write("core/db/a.h", '#include "core/db/b.h"\n')
        self.write("core/db/b.h", '#include "core/db/a.h"\n')

        self.assertEqual(self.errors(), ["a cycle of headers: core/db/a.h -> core/db/b.h -> core/db/a.h"])

    def test_a_cycle_of_rooms_is_named(self):
        self.write("core/base/a.cpp", '#include "core/db/db.h"\n')
        self.write("core/db/a.cpp", '#include "core/base/base.h"\n')

        self.assertIn("a cycle of rooms: base -> db -> base", self.errors())


class Links(Tree):
    def setUp(self):
        super().setUp()
        self.write("core/db/a.cpp", '#include "core/event/event.h"\n')

    def errors_of(self, lines):
        findings = rooms.check_includes(self.root, ORDER)
        rooms.check_links(findings, lines, ORDER)
        return findings.errors

    def test_links_that_match_the_includes_pass(self):
        links = ["maillon_db: maillon_event SQLite::SQLite3", "plugin_x: maillon_sdk"]

        self.assertEqual(self.errors_of(links), [])

    def test_an_include_without_its_link_is_told(self):
        self.assertIn("core/db includes core/event: add it to SEES", self.errors_of(["maillon_db:"])[0])

    def test_a_link_without_an_include_is_told(self):
        errors = self.errors_of(["maillon_db: maillon_event maillon_base"])

        self.assertEqual(len(errors), 1)
        self.assertIn("core/db links core/base and includes nothing of it", errors[0])

    def test_a_link_to_what_is_included_by_way_of_another_room_passes(self):
        self.write("core/hub/a.cpp", '#include "core/db/db.h"\n')

        self.assertEqual(self.errors_of(["maillon_hub: maillon_db maillon_event"]), [])

    def test_a_link_to_a_later_room_is_told(self):
        self.assertIn("core/db links core/hub, which does not stand before it",
                      self.errors_of(["maillon_db: maillon_event maillon_hub"]))

    def test_a_plug_in_links_nothing_of_core(self):
        self.assertEqual(self.errors_of(["plugin_x: maillon_sdk maillon_db"]),
                         ["plugin_x links db: a plug-in links no room"])


class Program(Tree):
    def run_main(self):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            code = rooms.main(["--root", str(self.root), "--order", ",".join(ORDER),
                               "--dot", str(self.root / "g.dot")])
        return code, said.getvalue()

    def test_it_prints_the_graph_and_succeeds_on_a_clean_tree(self):
        self.write("core/hub/a.cpp", '#include "core/db/db.h"\n#include "core/base/base.h"\n')

        code, said = self.run_main()

        self.assertEqual(code, 0)
        self.assertRegex(said, r"hub +-> base db\n")
        self.assertIn('"hub" -> "db";', (self.root / "g.dot").read_text())

    def test_it_fails_on_one_wrong_include(self):
        self.write("core/base/a.cpp", '#include "core/db/db.h"\n')

        code, said = self.run_main()

        self.assertEqual(code, 1)
        self.assertIn("error: core/base/a.cpp:1", said)

    def test_an_empty_tree_is_no_success(self):
        self.root = self.root / "nowhere"
        self.root.mkdir()

        self.assertEqual(self.run_main()[0], 1)


if __name__ == "__main__":
    unittest.main()
