"""A CRM of which the hub knows the contacts, people who write, and a model small enough to be read: for tests of who is who on the real process."""
import json
import pathlib
import subprocess

import demo_world as base
from x_to_crm import HEAD

CONFIG = """directories:
  customers:
    records: crm.Contacts
    fields: {{ given_name: first_name, family_name: last_name, city: primary_address_city, email: email1, handle_x: twitter_c }}
    match: {{ model: {model}, {match} }}
routes:
{routes}"""

MODEL = """model: small
version: {version}
cardinality: many_to_one
id: {{left: id, right: id}}
review: 0.3
fields:
  given_name: {{kind: given_name, left: given_name, right: display_name.given, swaps_with: family_name, optional: true, rarity: false}}
  family_name: {{kind: family_name, left: family_name, right: display_name.family, optional: true, rarity: false}}
  city: {{kind: city, left: city, right: location, optional: true, rarity: false}}
blocking: [family_name + given_name]
classes:
  name+city: {{all: [given_name, family_name, city], link: 0.9}}
  name: {{all: [given_name, family_name], link: never}}
learned:
  overlap: 0.5
  fields:
    given_name:
      m: {{exact: 0.8, nickname: 0.05, similar: 0.05, close: 0.02, initial: 0.02, swapped: 0.02, different: 0.04}}
      u: {{exact: 0.01, nickname: 0.005, similar: 0.005, close: 0.005, initial: 0.005, swapped: 0.005, different: 0.965}}
    family_name:
      m: {{exact: 0.8, part: 0.02, contained: 0.02, similar: 0.05, close: 0.02, initial: 0.02, swapped: 0.02, different: 0.05}}
      u: {{exact: 0.001, part: 0.001, contained: 0.001, similar: 0.001, close: 0.001, initial: 0.001, swapped: 0.001, different: 0.993}}
    city:
      m: {{exact: {city}, contained: 0.05, similar: 0.05, different: 0.1}}
      u: {{exact: 0.01, contained: 0.005, similar: 0.005, different: 0.98}}
"""

GIVEN = ["Anne", "Bruno", "Chantal", "Didier", "Elise", "Fabien", "Gaelle", "Hugues", "Ines", "Jerome"]
FAMILY = ["Abgrall", "Bodenan", "Cornec", "Daoulas", "Euzen", "Floch", "Guivarch", "Herry", "Istin", "Jezequel"]
TOWN = ["Quimper", "Brest", "Vannes", "Lorient", "Morlaix"]


def person(number):
    """A name that nobody else has, and a town."""
    return GIVEN[number % 10], FAMILY[number // 10 % 10] + ("" if number < 100 else str(number // 100)), TOWN[number % 5]


def mention(number, author, text, location):
    given, family, _ = person(author)
    user = {"id": str(4000 + author), "username": f"someone{author}", "name": f"{given} {family}"}
    if location:
        user["location"] = location
    return json.dumps({"data": {"id": str(900000 + number), "text": text, "author_id": str(4000 + author), "created_at": "2026-09-14T08:12:44.000Z"},
                       "includes": {"users": [user]}})


class MatchingWorld:
    """`contacts` people are in the CRM; what is `written` (lines of `mention`) waits to be published."""

    def __init__(self, folder, contacts, written, routes, match="link: { at: 0.9, margin: 1 }, review: { at: 0.3 }, sample: 0"):
        self.folder = pathlib.Path(folder)
        self.routes, self.match = routes, match
        self.model = self.write_model("model.yaml", city=0.8)
        self.config = self.write_config("maillon.yaml", self.model)
        self.world = base.World(folder, lines=written, contacts=0)
        self.world.demo.options.config = str(self.config)
        self.crm = base.Colleague(self.world.demo.at)
        self.contacts = {}
        for number in contacts:
            given, family, town = person(number)
            record = self.crm.ask("POST", "/Contacts", {"first_name": given, "last_name": family, "primary_address_city": town})
            self.contacts[number] = record["id"]

    def write_model(self, name, city, version=1):
        file = self.folder / name
        file.write_text(MODEL.format(city=city, version=version))
        return file

    def write_config(self, name, model, match=None):
        file = self.folder / name
        file.write_text(HEAD + CONFIG.format(model=model, match=match or self.match, routes=self.routes))
        return file

    def maillon(self, *arguments, code=0, test=None):
        process = subprocess.run([str(base.BUILD / "maillon"), *arguments], env=self.world.demo.environment(), text=True, capture_output=True, timeout=120)
        if code is not None:
            assert process.returncode == code, f"maillon {' '.join(arguments)} ended with {process.returncode}:\n{process.stdout}{process.stderr}"
        return process.stdout if process.returncode == 0 else process.stderr

    def json(self, *arguments):
        return json.loads(self.maillon(*arguments, "--json"))

    def publish(self):
        base.driver.http_json("POST", self.world.demo.at["control"] + "/start", {"rate": 0})

    def is_quiet(self, received):
        status = self.world.demo.status()
        if status is None or not status.get("books", {}).get("events", {}).get("x"):
            return False
        runs = self.world.demo.sums(status["books"]["runs"])
        return (status["books"]["events"]["x"]["received"] >= received and status["unrouted"] == 0 and runs.get("in_flight", 0) == 0
                and all(s["queued"] + s["trying"] == 0 for s in status["sinks"]))
