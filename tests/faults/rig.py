"""A real hub between two files, for tests that count: what happened goes into `source`, what the hub did is found in `effects`.

The oracle is `complaints()`: it compares the source, the effects and the hub's books, and knows nothing of how the hub works.
"""
import collections
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEY = b"maillon-secret"

CONFIG = """hub:
  listen: 127.0.0.1:{port}
  admin: unix:{folder}/admin.sock
  store: {store}
  secrets: {folder}/secrets
  plugins: [ {plugins} ]
  log: {{ level: warning }}
{more}connectors:
  out: {{ plugin: outside, folder: "{folder}", retry: {{ {pace}, for: {patience} }} }}
routes:
  copy:
    from: out.message.received
    steps:
      - call: out.{operation}
        with: {arguments}
"""
WRITE = '{ key: "${event.key}", n: "${event.n}", at: "${event.?at.orValue(0)}" }'
NOTHING = '{ key: "${event.key}" }'


class HeldPort:
    """A port that nobody else is given meanwhile: it stays bound here without listening, beside which a hub may listen at it."""

    def __init__(self):
        self.socket = socket.socket()
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.number = self.socket.getsockname()[1]

    def close(self):
        self.socket.close()


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=20)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Rig:
    """A folder with source, effects, mood, configuration and log; the hub is started and ended at will."""

    def __init__(self, build, folder, store=None, patience="24h", operation="write", keys=20, more="", pace="first: 20ms, longest: 500ms"):
        self.build, self.folder = pathlib.Path(build).resolve(), pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.held = HeldPort()
        self.port = self.held.number
        self.store = pathlib.Path(store or self.folder / "maillon.db")
        self.config = self.folder / "maillon.yaml"
        self.config.write_text(CONFIG.format(port=self.port, folder=self.folder, store=f"sqlite:{self.store}", plugins=self.build / "tests/faults/plugins",
                                             patience=patience, operation=operation, more=more, pace=pace, arguments=WRITE if operation == "write" else NOTHING))
        self.keys = keys
        self.numbers = collections.Counter()
        self.wanted = []            # ids of everything that happened, in order
        self.turn = 0
        self.source = open(self.folder / "source", "ab", buffering=0)
        (self.folder / "effects").touch()
        self.hangs = self.folder / "hangs"  # there once a call or a login hangs
        self.hub = None
        self.environment = dict(os.environ)
        self.limits = None          # called in the child before the hub starts

    # ---- what happens --------------------------------------------------------------------------------
    def event(self, way="k"):
        """One more event; those that are asked for ("k") and those that are told ("w") have keys of their own, as no order binds the two."""
        self.turn += 1
        key = f"{way}{self.turn * 7919 % self.keys}"
        self.numbers[key] += 1
        body = {"id": f"{key}-{self.numbers[key]}", "key": key, "n": self.numbers[key], "at": int(time.time() * 1000), "text": "ça va ? " * 20}
        self.wanted.append(body["id"])
        return body

    def happen(self, count):
        """Events that the hub finds when it asks; written whole lines at a time, as a service publishes."""
        self.source.write("".join(json.dumps(self.event()) + "\n" for _ in range(count)).encode())

    def post(self, body, connection=None):
        """An event that the service tells; the status, or None where there was no answer."""
        data = json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": "sha256=" + hmac.new(KEY, data, hashlib.sha256).hexdigest()}
        own = connection is None
        connection = connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("POST", "/hooks/out", data, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            connection.close()
            return None
        finally:
            if own:
                connection.close()

    def mood(self, word=""):
        self.hangs.unlink(missing_ok=True)
        (self.folder / "mood.new").write_text(word)
        os.replace(self.folder / "mood.new", self.folder / "mood")

    # ---- the hub -------------------------------------------------------------------------------------
    def spawn(self):
        with open(self.folder / "hub.log", "ab") as log:
            return subprocess.Popen([str(self.build / "maillon"), "--config", str(self.config), "run"], env=self.environment, stdout=log, stderr=log,
                                    preexec_fn=self.limits)

    def start(self, seconds=60):
        self.hub = self.spawn()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.hub.poll() is not None or self.answers():
                return self.hub.poll() is None
            time.sleep(0.005)
        raise AssertionError("the hub does not start:\n" + self.log()[-3000:])

    def answers(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2):
                return True
        except OSError:
            return False

    def kill(self, how=signal.SIGKILL, patience=30):
        """Ends the hub; its exit code."""
        if self.hub.poll() is None:
            self.hub.send_signal(how)
        return self.hub.wait(patience)

    def end_hub(self):
        if self.hub is not None and self.hub.poll() is None:
            self.hub.kill()
            self.hub.wait()

    def end(self):
        self.end_hub()
        self.held.close()
        self.source.close()

    def admin(self, path, method="GET", body=None):
        connection = UnixConnection(str(self.folder / "admin.sock"))
        try:
            connection.request(method, path, body)
            return json.loads(connection.getresponse().read())
        except (OSError, ValueError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def status(self, seconds=60):
        """What the hub says of itself; while its parts are exchanged an answer takes its time."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            status = self.admin("/v1/status")
            if status is not None and "sinks" in status:
                return status
            time.sleep(0.05)
        raise AssertionError(f"the hub gives no status:\n{self.log()[-3000:]}")

    def cli(self, *arguments, patience=60):
        return subprocess.run([str(self.build / "maillon"), "--config", str(self.config), *arguments], capture_output=True, text=True, timeout=patience)

    def log(self):
        return (self.folder / "hub.log").read_text(errors="replace")

    def rss_kib(self):
        for line in pathlib.Path(f"/proc/{self.hub.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1])
        return 0

    # ---- the oracle ----------------------------------------------------------------------------------
    def effects(self):
        """(idempotency key, key, n, since, when) of each."""
        with open(self.folder / "effects", encoding="utf-8") as file:
            return [(i, k, int(n), int(at), int(when)) for i, k, n, at, when in (line.rstrip("\n").split("\t") for line in file)]

    def runs(self, status=None):
        status = status or self.admin("/v1/status") or {}
        return status.get("books", {}).get("runs", {}).get("copy", {})

    def settled(self):
        status = self.admin("/v1/status")
        if status is None or "books" not in status:
            return False
        events = status["books"]["events"].get("out", {})
        runs = self.runs(status)
        # The parts of a status are not read at one moment: what was received must also have been started.
        return (events.get("received", 0) - events.get("doubles", 0) - events.get("refused", 0) >= len(self.wanted) <= runs.get("started", 0)
                and runs.get("in_flight", 0) == 0 and runs.get("waiting", 0) == 0)

    def wait(self, condition=None, seconds=240):
        condition = condition or self.settled
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if condition():
                return
            if self.hub.poll() is not None:
                raise AssertionError(f"the hub ended with {self.hub.returncode}:\n{self.log()[-3000:]}")
            time.sleep(0.02)
        raise AssertionError(f"it did not happen within {seconds} s; {json.dumps(self.admin('/v1/status'))}\n{self.log()[-3000:]}")

    def complaints(self, dead=0, doubt=0):
        """Everything that is wrong, in sentences; `dead` and `doubt` runs are allowed to have had no effect."""
        out, effects = [], self.effects()
        twice = [key for key, count in collections.Counter(e[0] for e in effects).items() if count > 1]
        out += [f"done twice: {key}" for key in twice]
        done = {f"{e[1]}-{e[2]}" for e in effects}
        lost = [i for i in self.wanted if i not in done]
        if len(lost) > dead + doubt:
            out.append(f"lost: {len(lost)}, the first {lost[:5]}")
        out += [f"done and never happened: {i}" for i in sorted(done - set(self.wanted))[:5]]
        last = {}
        for _, key, n, _, _ in effects:
            if n <= last.get(key, 0):
                out.append(f"out of order: {key}-{n} behind {key}-{last[key]}")
            last[key] = max(n, last.get(key, 0))
        status = self.admin("/v1/status") or {"books": {"balanced": None, "events": {}, "runs": {}}}
        runs = self.runs(status)
        if status["books"]["balanced"] is not True:
            out.append("the books do not balance: " + json.dumps(status["books"]))
        for name, value in (("started", len(self.wanted)), ("dead_lettered", dead), ("in_doubt", doubt), ("finished", len(self.wanted) - dead - doubt)):
            if runs.get(name, 0) != value:
                out.append(f"{runs.get(name, 0)} runs {name}, {value} expected")
        return out


def build_folder(arguments):
    """Takes --build out of the arguments; for unittest programs."""
    at = arguments.index("--build")
    build = pathlib.Path(arguments[at + 1])
    del arguments[at:at + 2]
    return build


if __name__ == "__main__":
    sys.exit("this is a part of the tests beside it")
