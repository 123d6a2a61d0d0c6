#!/usr/bin/env python3
"""Drives the demo: sandbox and hub, a story published, the outcome counted in the sandbox's own state.

Called by scripts/demo. Needs nothing but Python 3 and the built programs.
"""
import argparse
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
FAULTS = {"rate_5xx": 0.05, "rate_429": 0.002, "retry_after_s": 1, "rate_cut_before": 0.01, "rate_cut_after": 0.01, "seed": 7}


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=10)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def http_json(method, url, body=None, headers=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, method=method, headers={"Content-Type": "application/json", **(headers or {})})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read() or b"{}")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Demo:
    def __init__(self, options):
        self.options = options
        self.build = pathlib.Path(options.build)
        self.folder = pathlib.Path(options.data or tempfile.mkdtemp(prefix="maillon-demo-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        if getattr(options, "store", None):
            options.config = self.config_with(options.store)
        self.sandbox = self.hub = None
        self.kills = 0
        self.random = random.Random(options.seed)
        self.hub_seconds = 0.0   # CPU of hubs that are gone

    def config_with(self, store):
        """The configuration with another store, beside the data; paths in it still lead to the same files."""
        folder = pathlib.Path(self.options.config).resolve().parent
        text, count = re.subn(r"(?m)^  store: .*$", lambda _: "  store: " + json.dumps(store), pathlib.Path(self.options.config).read_text(encoding="utf-8"))
        if count != 1:
            sys.exit(f"demo: {self.options.config} has {count} lines 'store:', so --store does not know which to replace")
        text = re.sub(r"(?m)^( +model: )([^/\s]\S*)", lambda m: m[1] + json.dumps(str((folder / m[2]).resolve())), text)
        file = self.folder / "maillon.yaml"
        file.write_text(text, encoding="utf-8")
        file.chmod(0o600)
        return file

    # ---- programs ------------------------------------------------------------------------------------
    def start_sandbox(self):
        command = [self.build / "examples/sandbox/maillon-sandbox", "--mentions", self.options.events, "--comments", str(self.options.comments),
                   "--rate", str(self.options.rate), *self.contacts()]
        with open(self.folder / "sandbox.log", "w") as log:
            self.sandbox = subprocess.Popen([str(c) for c in command], stdout=subprocess.PIPE, stderr=log, text=True)
        with self.sandbox.stdout:
            line = self.sandbox.stdout.readline()
        if not line:
            sys.exit("demo: the sandbox did not start: " + (self.folder / "sandbox.log").read_text())
        self.at = json.loads(line)

    def contacts(self):
        """Whom the CRM knows: of the people who write, two in five by their handle, and some by name and town alone; some contacts are but called
        like one of them."""
        contacts = getattr(self.options, "contacts", None)
        if contacts is None:
            return []
        authors = set()
        with open(self.options.events, encoding="utf-8", errors="replace") as file:
            for line in file:
                try:
                    authors.add(json.loads(line)["data"]["author_id"])
                except (ValueError, KeyError, TypeError):
                    continue
        shares = {"--linked": 0.4, "--named": 0.1, "--namesakes": 0.1}
        return ["--contacts", str(contacts)] + [word for name, share in shares.items() for word in (name, str(int(len(authors) * share)))]

    def secrets(self):
        folder = self.folder / "secrets"
        folder.mkdir(mode=0o700, exist_ok=True)
        values = {"x_token": self.at["x_token"], "fb_app_secret": self.at["app_secret"], "fb_page_token": self.at["page_token"],
                  "fb_verify_token": "demo-verify-token", "sugar_password": self.at["sugar_password"]}
        for name, value in values.items():
            file = folder / name
            file.write_text(value)
            file.chmod(0o600)

    def environment(self):
        at = self.at
        return {**os.environ, "MAILLON_PORT": str(self.port), "MAILLON_DATA": str(self.folder), "MAILLON_CONFIG": str(self.options.config),
                "X_URL": at["x"], "X_ACCOUNT": at["x_account"], "GRAPH_URL": at["graph"], "FB_PAGE": at["page_id"], "FB_APP": at["app_id"],
                "SUGAR_URL": at["sugar"], "SUGAR_USER": at["sugar_user"]}

    def spawn_hub(self):
        with open(self.folder / "hub.log", "a") as log:
            self.hub = subprocess.Popen([str(self.build / "maillon"), "run"], env=self.environment(), stdout=log, stderr=log)

    def start_hub(self):
        self.spawn_hub()
        until = time.monotonic() + 30
        while time.monotonic() < until:
            if self.hub.poll() is not None:
                sys.exit("demo: the hub did not start:\n" + (self.folder / "hub.log").read_text()[-3000:])
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2):
                    return
            except OSError:
                time.sleep(0.01)
        sys.exit("demo: the hub does not answer:\n" + (self.folder / "hub.log").read_text()[-3000:])

    def cpu_seconds(self):
        if self.hub is None or self.hub.poll() is not None:
            return 0.0
        fields = pathlib.Path(f"/proc/{self.hub.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def kill_hub(self):
        self.hub_seconds += self.cpu_seconds()
        self.hub.send_signal(signal.SIGKILL)
        self.hub.wait()
        self.kills += 1
        self.start_hub()

    def cli(self, *arguments):
        out = subprocess.run([str(self.build / "maillon"), *arguments], env=self.environment(), capture_output=True, text=True, timeout=60)
        return out.stdout if out.returncode == 0 else out.stdout + out.stderr

    # ---- questions -----------------------------------------------------------------------------------
    def state(self):
        return http_json("GET", self.at["control"] + "/state")

    def status(self):
        try:
            connection = UnixConnection(str(self.folder / "admin.sock"))
            connection.request("GET", "/v1/status")
            answer = json.loads(connection.getresponse().read())
            connection.close()
            return answer if "books" in answer else None
        except (OSError, ValueError, http.client.HTTPException):
            return None

    @staticmethod
    def sums(books):
        total = {}
        for row in books.values():
            for name, value in row.items():
                total[name] = total.get(name, 0) + value
        return total

    def wait_until_ready(self):
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2):
                    return
            except OSError:
                time.sleep(0.02)
        sys.exit("demo: the hub does not get ready: see " + str(self.folder / "hub.log"))

    def read_directory(self):
        """The hub reads the CRM's contacts at its first start; messages would be taken in meanwhile, and wait."""
        begun = time.monotonic()
        while time.monotonic() - begun < 120:
            status = self.status()
            read = [d for source in (status or {"sources": []})["sources"] for d in source["directories"]]
            records = sum(d["records"] for d in read)
            self.bar(records, self.options.contacts or 1000, "contacts read from the CRM", time.monotonic() - begun)
            if read and all(d["complete"] for d in read):
                self.end_bar()
                self.say(f"the hub has read {records} contacts of the CRM in {time.monotonic() - begun:.1f} s")
                return
            time.sleep(0.05)
        sys.exit("demo: the CRM's contacts cannot be read: see " + str(self.folder / "hub.log"))

    def subscribe(self):
        at = self.at
        # Meta promises no order between deliveries. Here one goes after the other, so that the end states of two runs can be compared.
        http_json("PUT", at["control"] + "/settings", {"graph": {"connections": 1}})
        parameters = urllib.parse.urlencode({"object": "page", "callback_url": f"http://127.0.0.1:{self.port}/hooks/fb", "fields": "feed,messages",
                                             "verify_token": "demo-verify-token", "access_token": f"{at['app_id']}|{at['app_secret']}"})
        http_json("POST", f"{at['graph']}/v25.0/{at['app_id']}/subscriptions?{parameters}")
        page = urllib.parse.urlencode({"subscribed_fields": "feed,messages", "access_token": at["page_token"]})
        http_json("POST", f"{at['graph']}/v25.0/{at['page_id']}/subscribed_apps?{page}")

    def shows_progress(self):
        return not self.options.quiet and (sys.stderr.isatty() or self.options.progress)

    def bar(self, done, total, words, seconds):
        if not self.shows_progress():
            return
        width = 30
        filled = "#" * (width * min(done, total) // max(total, 1))
        end = "\r" if sys.stderr.isatty() else "\n"
        print(f"  [{filled:<{width}}] {done}/{total} {words}, {seconds:.0f} s   ", end=end, file=sys.stderr, flush=True)

    def end_bar(self):
        if self.shows_progress() and sys.stderr.isatty():
            print(file=sys.stderr)

    def progress(self, state, seconds):
        total = state["mentions_total"] + state["comments_total"]
        self.bar(state["notes"], total, f"notes, {state['cases']} cases, {state['contacts'] - state['contacts_before']} new contacts, "
                 f"{state['replies']} replies" + (f", {self.kills} kills" if self.options.kill else ""), seconds)

    def is_settled(self, state, status):
        if not state["published"] or state["comments_accepted"] < state["comments_total"] or state["webhooks"]["pending"] > 0 or status is None:
            return False
        events = self.sums(status["books"]["events"])
        runs = self.sums(status["books"]["runs"])
        fresh = events.get("received", 0) - events.get("doubles", 0)
        return (fresh >= state["mentions_total"] + state["comments_total"] and status["unrouted"] == 0
                and runs.get("in_flight", 0) == 0 and all(s["queued"] + s["trying"] == 0 for s in status["sinks"]))

    # ---- the story -----------------------------------------------------------------------------------
    def run(self):
        options = self.options
        self.say(f"the sandbox stands in for X, Facebook and SugarCRM; everything is in {self.folder}")
        self.start_sandbox()
        self.secrets()
        self.start_hub()
        self.wait_until_ready()
        self.read_directory()
        self.subscribe()
        if options.faults:
            http_json("PUT", self.at["control"] + "/faults", FAULTS)
            self.say("the sandbox misbehaves: 5 % errors, rate limits, connections cut before and after the effect")
        begun = time.monotonic()
        http_json("POST", self.at["control"] + "/start", {"rate": options.rate})
        self.say(f"publishing {self.at['mentions_total']} mentions and {options.comments} comments")
        if self.at["mentions_total"] < options.lines:
            self.say(f"{options.lines - self.at['mentions_total']} lines of {options.events} are no mentions: {self.folder}/sandbox.log names them")
        status, state = self.watch(begun)
        seconds = time.monotonic() - begun
        self.hub_seconds += self.cpu_seconds()
        result = self.result(state, status, seconds)
        if options.dump:
            dump = http_json("GET", self.at["control"] + "/dump")
            pathlib.Path(options.dump).write_text(json.dumps(dump, indent=1, sort_keys=True, ensure_ascii=False))
        self.summary(result, state)
        if options.keep:
            self.keep()
        print(json.dumps(result), flush=True) if options.json else None
        return 0 if self.is_right(result) else 1

    def watch(self, begun):
        kill_at = sorted(self.random.uniform(0.3, self.options.kill_within) for _ in range(self.options.kill))
        settled = 0
        last_change, last_notes = time.monotonic(), -1
        while True:
            seconds = time.monotonic() - begun
            if kill_at and seconds >= kill_at[0]:
                kill_at.pop(0)
                self.kill_hub()
            state, status = self.state(), self.status()
            self.progress(state, seconds)
            if state["notes"] != last_notes:
                last_change, last_notes = time.monotonic(), state["notes"]
            # Twice, since an echo of the last answer may still be on its way.
            settled = settled + 1 if self.is_settled(state, status) and not kill_at else 0
            if settled == 2:
                self.end_bar()
                return status, state
            if self.hub.poll() is not None:
                sys.exit(f"demo: the hub ended by itself with {self.hub.returncode}; see {self.folder}/hub.log")
            if time.monotonic() - last_change > self.options.patience:
                print(self.cli("status"), file=sys.stderr)
                sys.exit(f"demo: nothing has moved for {self.options.patience} s; see {self.folder}/hub.log")
            time.sleep(0.1 if kill_at else 0.25)

    def result(self, state, status, seconds):
        events, runs = self.sums(status["books"]["events"]), self.sums(status["books"]["runs"])
        latency = state["latency_ms"]
        order = ("received", "doubles", "unmatched", "routed", "refused")
        run_order = ("started", "finished", "dropped", "dead_lettered", "in_doubt", "waiting", "in_flight")
        return {"events": {k: events.get(k, 0) for k in order}, "runs": {k: runs.get(k, 0) for k in run_order},
                "mentions": state["mentions_published"], "comments": state["comments_published"], "authors": state["authors"],
                "linked": state["found"]["right"] + state["found"]["wrong"], "known_by_handle": state["linked"], "known_by_name": state["named"],
                "namesakes": state["namesakes"], "found": state["found"], "review": self.reviews(), "contacts_before": state["contacts_before"],
                "created": state["contacts"] - state["contacts_before"], "contacts": state["contacts"],
                "duplicate_persons": state["duplicate_persons"], "notes": state["notes"], "conversations": state["conversations"],
                "cases": state["cases"], "replies": state["replies"], "replies_doubled": state["replies_doubled"],
                "seconds": round(seconds, 2), "p50_ms": latency["p50"], "p99_ms": latency["p99"]}

    @staticmethod
    def is_right(r):
        """Whoever decided, by whatever means: nobody is taken for somebody else, nobody has two contacts, everybody else has got one or waits for a
        person's decision, and who could be known by their handle was."""
        found = r["found"]
        return (r["notes"] == r["mentions"] + r["comments"] and r["created"] == r["authors"] - r["linked"] - r["review"]
                and found["wrong"] == 0 and found["twice"] == 0 and r["duplicate_persons"] == 0 and found["right"] >= r["known_by_handle"]
                and r["cases"] == r["conversations"] == r["replies"] and r["replies_doubled"] == 0 and r["runs"]["dead_lettered"] == 0
                and r["runs"]["in_doubt"] == 0)

    def summary(self, r, state):
        messages = r["mentions"] + r["comments"]
        cpu = 1000 * self.hub_seconds / max(messages, 1)
        self.say("")
        self.say(f"{r['mentions']} mentions on X and {r['comments']} comments on Facebook by {r['authors']} people")
        self.say(f"  → {r['notes']} notes, {r['cases']} cases for {r['conversations']} conversations, each answered once "
                 f"({r['replies']} replies, {r['replies_doubled']} doubled)")
        self.say(self.people(r))
        self.say(f"  books: {r['events']['received']} events received ({r['events']['doubles']} doubles, {r['events']['unmatched']} unmatched), "
                 f"{r['runs']['started']} runs, {r['runs']['finished']} finished, {r['runs']['dead_lettered']} dead letters")
        if self.kills:
            self.say(f"  the hub was killed {self.kills} times; injected faults: {state['faults']}")
        self.say(f"  {r['seconds']:.1f} s, {messages / r['seconds']:.0f} messages/s, {cpu:.2f} ms of the hub's CPU each; "
                 f"mention to case p50 {r['p50_ms']:.0f} ms, p99 {r['p99_ms']:.0f} ms")
        self.say("as it should be" if self.is_right(r) else "NOT AS IT SHOULD BE")
        self.one_story()

    @staticmethod
    def people(r):
        found = r["found"]
        known = r["known_by_handle"] + r["known_by_name"]
        precision = 100 * found["right"] / max(found["right"] + found["wrong"], 1)
        recall = 100 * found["right"] / max(known, 1)
        return (f"  → people: {r['linked']} linked to one of the CRM's {r['contacts_before']} contacts, {r['review']} for review, {r['created']} created; "
                f"{r['duplicate_persons'] + found['twice']} with two contacts\n"
                f"    truth: {known} of them were in the CRM ({r['known_by_handle']} with their handle, {r['known_by_name']} by name and town alone; "
                f"{r['namesakes']} namesakes as traps)\n"
                f"    links: {found['right']} right, {found['wrong']} wrong, {found['missed']} missed: precision {precision:.1f} %, recall {recall:.1f} %")

    def reviews(self):
        """How many people nobody was found for without doubt; samples of links are questions about those who were."""
        answer = json.loads(self.cli("--json", "review", "list", "--limit", "1000"))
        return sum(one["kind"] != "sample" for one in answer.get("reviews", answer.get("items", [])))

    def one_story(self):
        listed = json.loads(self.cli("--json", "events", "list", "--connector", "x", "--limit", "200") or "{}").get("events", [])
        if not listed:
            return
        keys = [e["meta"]["partitionkey"] for e in listed]
        chosen = max(listed, key=lambda e: (keys.count(e["meta"]["partitionkey"]) > 1, -e["seq"]))
        self.say("\none person's story (maillon why " + str(chosen["seq"]) + "):")
        self.say(self.cli("why", str(chosen["seq"])))

    def say(self, text):
        if not self.options.quiet:
            print(text, file=sys.stderr if self.options.json else sys.stdout, flush=True)

    def keep(self):
        self.say(f"\nstill running: hub http://127.0.0.1:{self.port}  sandbox {json.dumps({k: self.at[k] for k in ('x', 'graph', 'sugar', 'control')})}")
        self.say(f"ask it:  MAILLON_DATA={self.folder} … {self.build}/maillon --config {self.options.config} status")
        exports = " ".join(f"{k}={v}" for k, v in self.environment().items() if os.environ.get(k) != v)
        self.say(f"with:    export {exports}\nstop it: Ctrl-C")
        if self.options.json:
            return
        try:
            signal.pause()
        except KeyboardInterrupt:
            pass

    def end(self):
        keep = self.options.keep and self.options.json
        for program in (self.hub, self.sandbox):
            if program is None or program.poll() is not None or keep:
                continue
            program.send_signal(signal.SIGTERM)
            try:
                program.wait(20)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()
        if self.options.data is None and not self.options.keep and not self.failed:
            shutil.rmtree(self.folder, ignore_errors=True)

    failed = False


def count(text):
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def parse(arguments):
    parser = argparse.ArgumentParser(prog="scripts/demo", description="Real mentions and comments become people, conversations, cases and answers, "
                                     "in a CRM and on networks that one program of ours stands in for.")
    parser.add_argument("--events", default=str(ROOT / "examples/social-crm/mentions.ndjson"), metavar="FILE",
                        help="mentions to publish, NDJSON as in examples/sandbox/README.md (default: an invented sample of 300)")
    parser.add_argument("--json", action="store_true", help="the last line of standard output is one JSON object with all counts")
    parser.add_argument("--keep", action="store_true", help="leave everything running, with the addresses printed")
    parser.add_argument("--faults", action="store_true", help="the sandbox misbehaves: 5 %% 5xx, 429 with Retry-After, connections cut before and after the effect")
    parser.add_argument("--kill", type=count, default=0, metavar="N", help="kill the hub with SIGKILL at N random moments and start it again")
    parser.add_argument("--rate", type=count, default=400, metavar="N", help="mentions a second (default 400; 0 = all at once)")
    parser.add_argument("--comments", type=count, default=200, metavar="N", help="Facebook comments (default 200)")
    parser.add_argument("--contacts", type=count, default=20000, metavar="N", help="contacts that the CRM begins with (default 20000)")
    parser.add_argument("--seed", type=int, default=None, help="for the moments of --kill")
    parser.add_argument("--kill-within", type=float, default=None, help="seconds within which the kills fall (default: while the story is published)")
    parser.add_argument("--dump", metavar="FILE", help="write the sandbox's end state, for comparing runs")
    parser.add_argument("--data", metavar="FOLDER", help="where to keep store, logs and secrets (default: a temporary folder)")
    parser.add_argument("--config", default=str(ROOT / "examples/social-crm/maillon.yaml"), help="the hub's configuration")
    parser.add_argument("--store", metavar="URL", help="another store than a file in --data, such as postgresql://user@/database?host=/run/postgresql; it must be empty")
    parser.add_argument("--patience", type=float, default=120, help="give up when nothing has moved for so many seconds (default 120)")
    parser.add_argument("--progress", action="store_true", help="show progress also when standard error is no terminal")
    parser.add_argument("--quiet", action="store_true", help="say nothing but the JSON line")
    parser.add_argument("--build", default=str(ROOT / "build/demo"), help=argparse.SUPPRESS)
    parser.add_argument("--only-parse", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    options.events = os.path.abspath(options.events)
    if not os.path.isfile(options.events):
        parser.error(f"there is no file {options.events}")
    if not os.path.isfile(options.config):
        parser.error(f"there is no file {options.config}")
    if options.data and os.path.isdir(options.data) and os.listdir(options.data):
        parser.error(f"{options.data} is not empty: the counts of an earlier demo would mix with this one's")
    with open(options.events, "rb") as file:
        options.lines = sum(1 for line in file if line.strip())
    if options.kill_within is None:
        options.kill_within = max(3.0, options.lines / options.rate if options.rate else 5.0, options.kill * 0.7)
    return options


def main():
    options = parse(sys.argv[1:])
    if options.only_parse:
        return 0
    if not (pathlib.Path(options.build) / "maillon").exists():
        sys.exit(f"demo: there is no build in {options.build}; scripts/demo makes one")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # hub and sandbox end with us
    demo = Demo(options)
    code = 1
    try:
        code = demo.run()
    except urllib.error.URLError as error:
        print(f"demo: the sandbox does not answer: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        code = 130
    finally:
        demo.failed = code != 0
        demo.end()
    if code == 1:
        print(f"demo: everything is kept in {demo.folder}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
