"""The sandbox and a hub of the demo, for tests of the real process that look at both; what stands around such tests."""
import argparse
import hashlib
import hmac
import json
import pathlib
import sys
import time
import types
import unittest
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import demo as driver  # noqa: E402

BUILD = None  # the folder of the programs; set by `main`
COMMENT = {"object": "page", "entry": [{"id": "104422781100341", "time": 1789375402, "changes": [{"field": "feed", "value": {
    "from": {"id": "24680135", "name": "Zoé"}, "message": "perdu ?", "post_id": "104422781100341_555", "comment_id": "555_77", "created_time": 1789375400,
    "item": "comment", "parent_id": "104422781100341_555", "verb": "add"}}]}]}


class World:
    """A sandbox and a hub of the demo's configuration, nothing published."""

    def __init__(self, folder, mentions=0, comments=0, data=None, password=None, lines=(), contacts=None):
        empty = pathlib.Path(folder) / "mentions.ndjson"
        lines = list(lines) + [json.dumps({"data": {"id": str(1000 + i), "text": f"mention {i}", "author_id": str(i), "created_at": "2026-09-14T08:12:44.000Z"},
                                           "includes": {"users": [{"id": str(i), "username": f"person{i}"}]}}) for i in range(mentions)]
        empty.write_text("".join(line + "\n" for line in lines))
        options = types.SimpleNamespace(build=str(BUILD), data=str(data or pathlib.Path(folder) / "data"), seed=1, events=str(empty), comments=comments, rate=0,
                                        config=str(ROOT / "examples/social-crm/maillon.yaml"), quiet=True, json=False, keep=False, progress=False, contacts=contacts)
        self.demo = driver.Demo(options)
        self.demo.start_sandbox()
        if password is not None:
            self.demo.at["sugar_password"] = password
        self.demo.secrets()

    def start(self, ready=True):
        self.demo.start_hub()
        if ready:
            self.demo.wait_until_ready()
        return self

    def post(self, body, signature=None, path="/hooks/fb"):
        right = "sha256=" + hmac.new(self.demo.at["app_secret"].encode(), body, hashlib.sha256).hexdigest()
        request = urllib.request.Request(f"http://127.0.0.1:{self.demo.port}{path}", data=body, method="POST",
                                         headers={"X-Hub-Signature-256": signature or right, "Content-Type": "application/json"})
        return self.answer(request)

    def get(self, path):
        return self.answer(urllib.request.Request(f"http://127.0.0.1:{self.demo.port}{path}"))

    @staticmethod
    def answer(request):
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:
                return reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")

    def received(self):
        status = self.demo.status()
        return status["books"]["events"].get("fb", {}).get("received", 0)

    def wait(self, condition, seconds=60):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if condition():
                return
            time.sleep(0.05)
        raise AssertionError("it did not happen within %d s; the hub's log ends with:\n%s" % (seconds, self.log()[-2000:]))

    def log(self):
        return (self.demo.folder / "hub.log").read_text()

    def end(self):
        self.demo.failed = True  # the folder belongs to the test
        self.demo.end()


class Colleague:
    """Works on records in the CRM itself."""

    def __init__(self, at):
        self.root = at["sugar"] + "/rest/v11_20"
        token = driver.http_json("POST", self.root + "/oauth2/token", {
            "grant_type": "password", "client_id": "sugar", "client_secret": "", "username": at["sugar_user"], "password": at["sugar_password"],
            "platform": "base"})
        self.headers = {"Authorization": "Bearer " + token["access_token"]}

    def ask(self, method, path, body=None):
        return driver.http_json(method, self.root + path, body, self.headers)


def main(about):
    """Runs the tests of the program, on the programs in --build."""
    global BUILD
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--build", required=True, type=lambda p: pathlib.Path(p).resolve())
    options, rest = parser.parse_known_args()
    BUILD = options.build
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)
