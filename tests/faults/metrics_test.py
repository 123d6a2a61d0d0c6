#!/usr/bin/env python3
"""What the real process tells monitoring: in the format that Prometheus reads, all of it in the manual, and in agreement with the books."""
import json
import pathlib
import re
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import demo_world as base  # noqa: E402

ROUTES = 40
SAMPLE = re.compile(r'^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (-?[0-9.e+-]+|NaN|[+-]Inf)$')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"(?:,|$)')
# Of one that the manual explains in a row of its own.
SUFFIX = re.compile(r"_(bucket|sum|count)$")


def samples(text):
    """(name, labels, value) of each sample; fails on what Prometheus would refuse."""
    out, types, helps = [], {}, set()
    for line in text.splitlines():
        if line.startswith("# HELP "):
            helps.add(line.split(" ", 3)[2])
            assert line.split(" ", 3)[3], line
        elif line.startswith("# TYPE "):
            name, kind = line.split(" ")[2:]
            assert name not in types and kind in ("counter", "gauge", "histogram"), line
            types[name] = kind
        else:
            match = SAMPLE.match(line)
            assert match, line
            labels = dict(LABEL.findall(match[2] or ""))
            assert ",".join(f'{k}="{v}"' for k, v in labels.items()) == (match[2] or ""), line
            family = match[1] if match[1] in types else SUFFIX.sub("", match[1])
            assert family in types and family in helps, line
            # Plug-ins give theirs the names that they like.
            assert not family.startswith("maillon_") or (types[family] == "counter") == family.endswith("_total"), line
            assert "instance" not in labels and "job" not in labels, "Prometheus has these for itself: " + line
            out.append((match[1], labels, float(match[3])))
    assert len({(name, *sorted(labels.items())) for name, labels, _ in out}) == len(out), "a sample stands there twice"
    return out


class MetricsTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix="maillon-metrics-")
        self.addCleanup(temporary.cleanup)
        folder = pathlib.Path(temporary.name)
        self.world = base.World(folder, mentions=6, contacts=20)
        self.addCleanup(self.world.end)
        self.config = folder / "maillon.yaml"
        example = (ROOT / "examples/social-crm/maillon.yaml").read_text(encoding="utf-8")
        example = example.replace("../../config/", str(ROOT / "config") + "/")
        routes = "".join(f"  more_{n}:\n    from: x.message.received\n    steps: [ {{ drop: \"not for us\" }} ]\n" for n in range(ROUTES))
        self.write(example + routes + "budgets:\n  answers: { of: x, operations: [reply], calls: 100, per: 1m }\n")
        self.world.demo.options.config = str(self.config)
        self.world.start()
        base.driver.http_json("POST", self.world.demo.at["control"] + "/start", {"rate": 0})
        self.world.wait(self.is_settled)

    def write(self, text):
        self.text = text
        self.config.write_text(text, encoding="utf-8")

    def is_settled(self):
        status = self.world.demo.status()
        runs = status["books"]["runs"].values() if status else []
        return sum(row["started"] for row in runs) >= 6 * (ROUTES + 1) and all(row["in_flight"] == 0 for row in runs)

    def scrape(self):
        status, text = self.world.get("/metrics")
        self.assertEqual(status, 200)
        return samples(text)

    def test_all_is_in_the_manual_and_alerts_ask_for_what_there_is(self):
        of_plugins = [(name, labels) for name, labels, _ in self.scrape() if not name.startswith("maillon_")]
        self.assertTrue(of_plugins and all("connector" in labels for _, labels in of_plugins), of_plugins)
        told = {SUFFIX.sub("", name) for name, _, _ in self.scrape()} - {SUFFIX.sub("", name) for name, _ in of_plugins}
        page = (ROOT / "docs/metrics.md").read_text(encoding="utf-8")
        explained = set(re.findall(r"^\| `(maillon_\w+)` \|", page, re.M))
        self.assertEqual(told - explained, set(), "not in docs/metrics.md")
        self.assertEqual(explained - told, set(), "in docs/metrics.md only")
        rules = (ROOT / "config/prometheus/alerts.yaml").read_text(encoding="utf-8")
        asked = set(re.findall(r"\bmaillon_\w+", " ".join(re.findall(r"^ +expr: (.*)$", rules, re.M))))
        self.assertGreater(len(asked), 8)
        self.assertEqual(asked - told, set(), "alerts ask for what there is not")

    def test_many_routes_have_figures_of_their_own_that_are_those_of_the_books(self):
        figures = {(labels["route"], labels["figure"]): value for name, labels, value in self.scrape() if name == "maillon_ledger_runs"}
        books = self.world.demo.status()["books"]["runs"]
        self.assertEqual(len(books), ROUTES + 1)
        self.assertEqual(figures, {(route, figure): value for route, row in books.items() for figure, value in row.items()})

    def test_what_a_reload_takes_away_is_told_no_more(self):
        def of(name, label):
            return {labels[label] for metric, labels, _ in self.scrape() if metric == name}

        self.assertEqual(of("maillon_budget_ratio", "budget"), {"answers"})
        self.assertEqual(of("maillon_queue_calls", "connector"), {"x", "fb", "crm", "language"})
        self.write(self.text.replace("  answers: { of", "  replies: { of"))
        self.world.demo.cli("pause", "crm", "--reason", "a new server", "--by", "anne")
        self.assertIn("reloaded", self.world.demo.cli("reload"))
        self.assertEqual(of("maillon_budget_ratio", "budget"), {"replies"})
        self.assertEqual(of("maillon_queue_calls", "connector"), {"x", "fb", "crm", "language"})
        paused = {labels["connector"]: value for name, labels, value in self.scrape() if name == "maillon_paused"}
        self.assertEqual({name for name, value in paused.items() if value == 1}, {"crm"})
        ready = {labels["component"]: value for name, labels, value in self.scrape() if name == "maillon_ready"}
        components = {one["name"]: one["state"] == "ok" for one in json.loads(self.world.get("/readyz")[1])["components"]}
        self.assertEqual({name: value == 1 for name, value in ready.items()}, components)


if __name__ == "__main__":
    base.main(__doc__)
