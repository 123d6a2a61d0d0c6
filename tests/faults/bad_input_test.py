#!/usr/bin/env python3
"""Wrong signatures, huge bodies, broken JSON, wrong YAML, a text file for a plug-in, a wrong password, a full disk: what the hub answers."""
import http.client
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import demo_world as base  # noqa: E402


class Webhooks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix="maillon-bad-")
        cls.world = base.World(cls.temporary.name).start()

    @classmethod
    def tearDownClass(cls):
        cls.world.end()
        cls.temporary.cleanup()

    def test_a_wrong_signature_is_refused_and_nothing_is_kept(self):
        before = self.world.received()
        status, why = self.world.post(json.dumps(base.COMMENT).encode(), "sha256=" + "0" * 64)
        self.assertEqual((status, why), (403, "a notification without the right signature\n"))
        self.assertEqual(self.world.received(), before)

    def test_a_missing_signature_is_refused(self):
        self.assertEqual(self.world.post(json.dumps(base.COMMENT).encode(), "none")[0], 403)

    def test_a_right_signature_is_taken_once_however_often_it_comes(self):
        body = json.dumps(base.COMMENT).encode()
        self.assertEqual(self.world.post(body)[0], 200)
        self.assertEqual(self.world.post(body)[0], 200)
        books = self.world.demo.status()["books"]["events"]["fb"]
        self.assertEqual(books["received"] - books["doubles"], 1)

    def test_a_wrong_verify_token_is_refused_and_the_right_one_gets_its_challenge_back(self):
        path = "/hooks/fb?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
        self.assertEqual(self.world.get(path + "wrong")[0], 403)
        self.assertEqual(self.world.get(path + "demo-verify-token"), (200, "1158201444"))

    def test_a_body_of_10_mb_is_refused_with_413(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.world.demo.port, timeout=20)
        connection.putrequest("POST", "/hooks/fb")
        connection.putheader("Content-Length", str(10 << 20))
        connection.endheaders()
        self.assertEqual(connection.getresponse().status, 413)
        connection.close()

    def test_broken_json_with_a_right_signature_is_refused_and_logged(self):
        refused = self.world.post(b'{"object":"page","entry":[')
        self.assertEqual(refused, (400, "a signed notification that is not JSON\n"))
        self.assertIn(refused[1].strip(), self.world.log())

    def test_a_request_that_never_ends_is_answered_with_408(self):
        with socket.create_connection(("127.0.0.1", self.world.demo.port)) as slow:
            slow.settimeout(30)
            slow.sendall(b"POST /hooks/fb HTTP/1.1\r\nHost: hub\r\n")
            self.assertTrue(slow.recv(100).startswith(b"HTTP/1.1 408 "))

    def test_an_unknown_hook_is_404(self):
        self.assertEqual(self.world.post(b"{}", path="/hooks/nobody")[0], 404)

    def test_health_and_metrics_answer(self):
        self.assertEqual(self.world.get("/healthz")[0], 200)
        self.assertEqual(self.world.get("/readyz")[0], 200)
        self.assertIn("maillon_events_received_total", self.world.get("/metrics")[1])


class Start(unittest.TestCase):
    """What does not even start says why in a sentence, with its exit code."""

    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory(prefix="maillon-start-")
        self.folder = pathlib.Path(self.temporary.name)

    def tearDown(self):
        self.temporary.cleanup()

    def maillon(self, *arguments, **environment):
        return subprocess.run([str(base.BUILD / "maillon"), *arguments], capture_output=True, text=True, timeout=60, env={**os.environ, **environment})

    def test_wrong_yaml_shows_every_mistake_at_its_place(self):
        file = self.folder / "maillon.yaml"
        file.write_text("hub:\n  lissen: 127.0.0.1:8080\nroutes:\n  a:\n    from: x.message.received\n    when: !event.own\n    steps: [ { cal: crm.create } ]\n")
        for command in ("check", "run"):
            done = self.maillon("--config", str(file), command)
            self.assertEqual(done.returncode, 3)
            self.assertRegex(done.stderr, r"maillon\.yaml:2:3: error: .*lissen")
            self.assertIn("listen", done.stderr)
            self.assertRegex(done.stderr, r"maillon\.yaml:6:\d+: error: ")
            self.assertRegex(done.stderr, r"maillon\.yaml:7:\d+: error: .*cal")

    def test_a_text_file_for_a_plug_in_gets_a_sentence(self):
        plugins = self.folder / "plugins"
        plugins.mkdir(mode=0o755)
        (plugins / "twitter.so").write_text("this is no plug-in\n")
        (plugins / "twitter.so").chmod(0o644)
        file = self.folder / "maillon.yaml"
        file.write_text(f"hub:\n  plugins: [ {plugins} ]\n  store: sqlite:{self.folder}/m.db\n  admin: unix:{self.folder}/a.sock\n"
                        "connectors:\n  x: { plugin: twitter, account: acme, token: \"${secret.x}\" }\n")
        done = self.maillon("--config", str(file), "run")
        self.assertEqual(done.returncode, 3)
        self.assertIn("twitter.so", done.stderr)
        self.assertIn("no shared library", done.stderr)
        listed = self.maillon("plugins", "list", "--folder", str(plugins))
        self.assertEqual(listed.returncode, 1)
        self.assertIn("twitter.so", listed.stderr)

    def test_a_plug_in_that_was_cut_short_gets_a_sentence_and_not_a_crash(self):
        plugins = self.folder / "plugins"
        plugins.mkdir(mode=0o755)
        whole = (base.BUILD / "plugins/twitter.so").read_bytes()
        (plugins / "twitter.so").write_bytes(whole[:len(whole) // 2])
        (plugins / "twitter.so").chmod(0o644)
        listed = self.maillon("plugins", "list", "--folder", str(plugins))
        self.assertEqual(listed.returncode, 1)
        self.assertIn("twitter.so: is cut short", listed.stderr)

    def test_check_warns_of_secrets_that_the_hub_could_not_use_and_of_clear_text(self):
        secrets = self.folder / "secrets"
        secrets.mkdir(mode=0o700)
        (secrets / "open").write_text("hush-hush")
        (secrets / "open").chmod(0o644)
        file = self.folder / "maillon.yaml"
        file.write_text(f"hub:\n  secrets: {secrets}\nconnectors:\n  a: {{ plugin: twitter, account: a, token: \"${{secret.open}}\" }}\n"
                        "  b: { plugin: twitter, account: b, token: \"${secret.absent}\", url: \"http://api.example.com\" }\n")
        done = self.maillon("--config", str(file), "check")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stderr, r"maillon\.yaml:4:\d+: warning: .*'open' cannot be used: others may read it; run: chmod 600")
        self.assertRegex(done.stderr, r"maillon\.yaml:5:\d+: warning: there is no secret 'absent'")
        self.assertRegex(done.stderr, r"maillon\.yaml:5:\d+: warning: b: 'url' is without TLS")
        self.assertNotIn("hush-hush", done.stderr + done.stdout)

    def test_asking_a_hub_that_does_not_run_says_so(self):
        file = self.folder / "maillon.yaml"
        file.write_text(f"hub:\n  store: sqlite:{self.folder}/m.db\n  admin: unix:{self.folder}/a.sock\n")
        done = self.maillon("--config", str(file), "status")
        self.assertEqual(done.returncode, 4)
        self.assertIn("no hub is running", done.stderr)

    def test_wrong_usage_is_exit_code_2(self):
        self.assertEqual(self.maillon("statsu").returncode, 2)


class Password(unittest.TestCase):
    def test_a_wrong_password_pauses_the_crm_and_loses_nothing(self):
        with tempfile.TemporaryDirectory(prefix="maillon-password-") as folder:
            world = base.World(folder, mentions=5, password="wrong").start(ready=False)
            try:
                base.driver.http_json("POST", world.demo.at["control"] + "/start", {"rate": 0})
                world.wait(lambda: world.demo.status()["books"]["events"].get("x", {}).get("received", 0) == 5)
                status, body = world.get("/readyz")
                self.assertEqual(status, 503)
                self.assertIn("crm", body)
                before = world.demo.state()["requests"]["sugar"]
                self.assertLess(before, 20, "a wrong password must not be tried in a storm")
                self.assertEqual(world.demo.state()["notes"], 0)
                self.assertNotIn("wrong\"", world.log().replace("wrong password", ""))
                # The person mends it; the hub is started again and everything is there.
                (world.demo.folder / "secrets/sugar_password").write_text("sandbox")
                world.demo.kill_hub()
                world.wait(lambda: world.demo.state()["notes"] == 5)
            finally:
                world.end()


class FullDisk(unittest.TestCase):
    def test_a_full_disk_refuses_webhooks_and_goes_on_when_there_is_room(self):
        with tempfile.TemporaryDirectory(prefix="maillon-full-") as folder:
            disk = pathlib.Path(folder) / "disk"
            disk.mkdir()
            if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)], capture_output=True).returncode != 0:
                self.skipTest("mounting a tmpfs takes root")
            world = None
            try:
                world = base.World(folder, comments=0, data=disk).start()
                filler = disk / "filler"
                taken, refused = [], 0

                def comment(i):
                    value = json.loads(json.dumps(base.COMMENT))
                    change = value["entry"][0]["changes"][0]["value"]
                    change["comment_id"] = f"555_{i}"
                    change["message"] = "x" * 2000
                    return json.dumps(value).encode()

                self.assertEqual(world.post(comment(1))[0], 200)
                taken.append(1)
                with open(filler, "wb", buffering=0) as file:
                    try:
                        while True:
                            file.write(b"\0" * 4096)
                    except OSError:
                        file.truncate(max(file.tell() - 8192, 0))
                for i in range(2, 400):
                    status, _ = world.post(comment(i))
                    if status == 200:
                        taken.append(i)
                    else:
                        self.assertEqual(status, 503)
                        refused += 1
                        if refused == 3:
                            break
                self.assertEqual(refused, 3, "the disk never got full")
                self.assertIn("full", world.log())
                self.assertIsNone(world.demo.hub.poll(), "a full disk must not end the hub")
                filler.unlink()
                world.wait(lambda: world.post(comment(1000))[0] == 200)
                taken.append(1000)
                # Everything that was acknowledged becomes a note, once; nothing else does.
                world.wait(lambda: world.demo.state()["notes"] >= len(taken), 90)
                self.assertEqual(world.demo.state()["notes"], len(taken))
                self.assertTrue(world.demo.status()["books"]["balanced"])
            finally:
                if world is not None:
                    world.end()
                subprocess.run(["umount", "-l", str(disk)], check=False)


class Stop(unittest.TestCase):
    def test_sigterm_drains_and_ends_with_0(self):
        with tempfile.TemporaryDirectory(prefix="maillon-stop-") as folder:
            world = base.World(folder, mentions=200).start()
            try:
                base.driver.http_json("POST", world.demo.at["control"] + "/start", {"rate": 0})
                world.wait(lambda: world.demo.state()["notes"] > 0)
                world.demo.hub.terminate()
                self.assertEqual(world.demo.hub.wait(20), 0)
                world.demo.start_hub()
                world.wait(lambda: world.demo.state()["notes"] == 200)
                self.assertEqual(world.demo.state()["replies_doubled"], 0)
            finally:
                world.end()

    def test_a_second_hub_on_the_same_store_is_refused(self):
        with tempfile.TemporaryDirectory(prefix="maillon-second-") as folder:
            world = base.World(folder).start()
            try:
                second = subprocess.run([str(base.BUILD / "maillon"), "run"], env={**world.demo.environment(), "MAILLON_PORT": "0"}, capture_output=True, text=True, timeout=30)
                self.assertNotEqual(second.returncode, 0)
                self.assertIn("maillon.db", second.stderr)
                self.assertEqual(world.get("/healthz")[0], 200)
            finally:
                world.end()


if __name__ == "__main__":
    base.main(__doc__)
