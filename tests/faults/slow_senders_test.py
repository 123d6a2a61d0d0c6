#!/usr/bin/env python3
"""Senders of webhooks that take all connections there are and bring nothing: the others are served, and nothing is left of them."""
import os
import pathlib
import resource
import socket
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from loaded_test_case import LoadedTestCase  # noqa: E402
from rig import build_folder  # noqa: E402

HEAD = b"POST /hooks/out HTTP/1.1\r\nHost: a\r\n"
STARTS = {
    "silent": b"",
    "header byte by byte": HEAD + b"X-A: ",
    "body never finished": HEAD + b"Content-Length: 100000\r\n\r\n{",
    "invited and silent": HEAD + b"Expect: 100-continue\r\nContent-Length: 100000\r\n\r\n",
    "chunk never finished": HEAD + b"Transfer-Encoding: chunked\r\n\r\nFFF\r\nx",
    "TLS never finished": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
}
MOST = 1024         # connections that the hub keeps


class SlowSenders(LoadedTestCase):
    def setUp(self):
        super().setUp()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        self.assertGreater(hard, 3 * MOST, "the test needs so many open files")
        self.assertTrue(self.rig.start(), self.rig.log())
        self.assertEqual(self.rig.post(self.rig.event("w")), 200)
        self.before = self.descriptors()

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.rig.hub.pid}/fd"))

    def connection(self, start):
        one = socket.create_connection(("127.0.0.1", self.rig.port), timeout=20)
        one.sendall(start)
        return one

    def test_others_are_served_meanwhile_and_no_descriptor_is_left(self):
        for name, start in STARTS.items():
            with self.subTest(name):
                slow = [self.connection(start) for _ in range(2 * MOST)]
                self.rig.wait(lambda: self.rig.post(self.rig.event("w")) == 200 or self.rig.wanted.pop() is None, 20)
                for _ in range(20):
                    self.assertEqual(self.rig.post(self.rig.event("w")), 200)
                self.assertLess(self.descriptors(), self.before + MOST + 200)
                for one in slow:
                    one.close()
                self.rig.wait(lambda: self.descriptors() <= self.before + 5, 30)
        self.rig.wait()
        self.assertEqual(self.rig.complaints(), [])


if __name__ == "__main__":
    LoadedTestCase.build = build_folder(sys.argv)
    unittest.main(verbosity=2)
