#!/usr/bin/env python3
"""Draws the graph of who includes whom and fails on an arrow that the design forbids.

    rooms.py --root DIR --order base,observe,... [--links FILE] [--dot FILE]

The order of the rooms is the rule: a room of core/ sees only the faces of rooms that stand before it. A face
is the headers directly in core/<room>/; what lies in core/<room>/<folder>/ belongs to the room alone. `--links`
names a file that the build writes, a target and what it links on each line; it has to tell the same story.
"""

import argparse
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

SOURCE_SUFFIXES = {".h", ".hpp", ".ipp", ".c", ".cc", ".cpp"}
TREES = ("core", "sdk", "connectors", "plugins", "examples", "tests")
SKIPPED_FOLDERS = {"node_modules", "build", "data", "corpus"}
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')

# Who may see which rooms besides its own files. Core rooms follow from the order.
SANDBOX = PurePosixPath("examples/sandbox")
SANDBOX_SEES = ("base", "event", "web")
FIRST_ROOM_THAT_SEES_THE_SDK = "plugin"
# A header beside the SDK that depends on nothing of ours; whoever needs it may see it.
FREE_HEADERS = {"maillon/post_text.h"}


@dataclass(frozen=True)
class Include:
    file: PurePosixPath  # relative to the root
    line: int
    target: str  # what stands between the quotes
    quoted: bool


@dataclass
class Findings:
    errors: list = field(default_factory=list)
    arrows: dict = field(default_factory=dict)  # unit -> set of units that it includes

    def refuse(self, include, why):
        self.errors.append(f"{include.file}:{include.line}: #include \"{include.target}\": {why}")

    def draw(self, origin, target):
        self.arrows.setdefault(origin, set())
        if target != origin:
            self.arrows[origin].add(target)


def source_files(root):
    for tree in TREES:
        for path in sorted((root / tree).rglob("*")):
            relative = PurePosixPath(path.relative_to(root).as_posix())
            if SKIPPED_FOLDERS & set(relative.parts) or path.suffix not in SOURCE_SUFFIXES:
                continue
            if path.is_file():
                yield relative


def includes_of(root, file):
    text = (root / file).read_text(encoding="utf-8", errors="replace")
    for number, line in enumerate(text.splitlines(), start=1):
        match = INCLUDE.match(line)
        if match:
            yield Include(file, number, match.group(2), match.group(1) == '"')


def unit_of(path):
    """What a file belongs to: 'base' for a room, else a folder ('connectors/x', 'tests/unit/base', 'sdk')."""
    parts = path.parts
    if parts[0] == "core":
        return parts[1]
    if parts[0] == "sdk":
        return "sdk"
    depth = 3 if parts[0] == "tests" and parts[1] in ("unit", "connectors") else 2
    return "/".join(parts[:min(depth, len(parts) - 1)])


class Rule:
    """What one tree of source files may include."""

    def __init__(self, root, order):
        self.root = root
        self.order = order

    def rank(self, room):
        return self.order.index(room) if room in self.order else -1

    def target_unit(self, include):
        """The unit of ours that an include reaches, or None for a foreign header."""
        target = PurePosixPath(include.target)
        if include.target in FREE_HEADERS:
            return None
        if target.parts[0] == "maillon":
            return "sdk"
        if target.parts[0] in TREES:
            return unit_of(target) if len(target.parts) > 1 else None
        beside = include.file.parent / target
        if include.quoted and (self.root / beside).is_file():
            return unit_of(PurePosixPath(*resolve(beside)))
        return None

    def check(self, include, findings):
        target = self.target_unit(include)
        if target is None:
            self.check_foreign(include, findings)
            return
        origin = unit_of(include.file)
        findings.draw(origin, target)
        why = self.objection(include, origin, target)
        if why:
            findings.refuse(include, why)

    def check_foreign(self, include, findings):
        if include.quoted and include.file.parts[0] == "core":
            findings.refuse(include, "no such file of ours: quotes are for our own headers, in full path")

    def objection(self, include, origin, target):
        tree = include.file.parts[0]
        if include.target.startswith("core/") and (why := self.not_a_face(include, origin, target)):
            return why
        if origin == target:
            full_path = tree != "core" or include.target.startswith("core/")
            return None if full_path else "write the path from the top"
        return getattr(self, f"from_{tree}")(include, origin, target)

    def not_a_face(self, include, origin, target):
        inner = PurePosixPath(include.target).parts[2:-1]
        own = origin == target or origin == f"tests/unit/{target}" or self.is_rooms_program(include.file, target)
        if not inner or own:
            return None
        if inner == ("testing",) and include.file.parts[0] == "tests":
            return None
        return f"'{'/'.join(inner)}/' is not part of the face of core/{target}"

    @staticmethod
    def is_rooms_program(file, room):
        """tests/fuzz/ROOM_what_fuzz.cpp and tests/bench/ROOM_bench.cpp are that room's, as unit tests are."""
        return file.parts[:2] in (("tests", "fuzz"), ("tests", "bench")) and file.stem.split("_")[0] == room

    def from_core(self, include, origin, target):
        if origin not in self.order:
            return f"core/{origin} is not in the list of rooms"
        if target == "sdk":
            seen = self.rank(origin) >= self.rank(FIRST_ROOM_THAT_SEES_THE_SDK)
            return None if seen else f"core/{FIRST_ROOM_THAT_SEES_THE_SDK} is the first room to see the SDK"
        if target not in self.order:
            return f"core/{origin} sees only rooms of core/"
        if self.rank(target) > self.rank(origin):
            return f"core/{target} stands after core/{origin}"
        return None

    def from_sdk(self, include, origin, target):
        return f"the SDK sees nothing of ours, so not {target}"

    def from_connectors(self, include, origin, target):
        return None if target == "sdk" else f"a plug-in sees only the SDK, not {target}"

    from_plugins = from_connectors

    def from_examples(self, include, origin, target):
        if include.file.is_relative_to(SANDBOX):
            seen = target in SANDBOX_SEES or target == "sdk"
            return None if seen else f"the sandbox sees only {', '.join(SANDBOX_SEES)}, not {target}"
        return None if target == "sdk" else f"an example sees only the SDK, not {target}"

    def from_tests(self, include, origin, target):
        room = origin.removeprefix("tests/unit/")
        if room == origin or room not in self.order or target not in self.order:
            return None
        if self.rank(target) > self.rank(room):
            return f"core/{target} stands after core/{room}, whose test this is"
        return None


def resolve(path):
    """The parts of a path with '..' and '.' worked out."""
    parts = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return parts


def cycle_in(graph):
    """One cycle of the graph as a list of nodes, or an empty list."""
    state = {}
    trail = []

    def visit(node):
        state[node] = "open"
        trail.append(node)
        for after in sorted(graph.get(node, ())):
            if state.get(after) == "open":
                return trail[trail.index(after):] + [after]
            if after not in state and (found := visit(after)):
                return found
        trail.pop()
        state[node] = "done"
        return []

    for node in sorted(graph):
        if node not in state and (found := visit(node)):
            return found
    return []


def header_graph(root, files):
    """Which file of core/ includes which, to find cycles that `#pragma once` hides."""
    return {
        str(file): {i.target for i in includes_of(root, file) if i.target.startswith("core/")}
        for file in files if file.parts[0] == "core"
    }


def check_includes(root, order):
    rule = Rule(root, order)
    findings = Findings()
    files = list(source_files(root))
    for file in files:
        if file.parts[0] == "core" and len(file.parts) > 2:
            findings.arrows.setdefault(unit_of(file), set())
        for include in includes_of(root, file):
            rule.check(include, findings)
    for what, graph in (("rooms", findings.arrows), ("headers", header_graph(root, files))):
        if cycle := cycle_in(graph):
            findings.errors.append(f"a cycle of {what}: {' -> '.join(cycle)}")
    return findings


def check_links(findings, lines, order):
    """Holds the links of the build, lines of 'target: linked linked …', against the includes."""
    for line in lines:
        target, _, linked = line.partition(":")
        linked = {name.removeprefix("maillon_") for name in linked.split()}
        if target.startswith("maillon_"):
            room = target.removeprefix("maillon_")
            check_room_links(findings, room, linked & set(order), order)
        elif stray := sorted(linked & set(order)):
            findings.errors.append(f"{target} links {', '.join(stray)}: a plug-in links no room")


def reached(graph, start):
    """All that can be come to from `start`, itself left out."""
    found = set()
    ahead = list(graph.get(start, ()))
    while ahead:
        node = ahead.pop()
        if node not in found:
            found.add(node)
            ahead += graph.get(node, ())
    return found


def check_room_links(findings, room, linked, order):
    for missing in sorted((findings.arrows.get(room, set()) & set(order)) - linked):
        findings.errors.append(f"core/{room} includes core/{missing}: add it to SEES in its CMakeLists.txt")
    for unused in sorted(linked - reached(findings.arrows, room)):
        findings.errors.append(f"core/{room} links core/{unused} and includes nothing of it: out of SEES")
    for later in sorted(x for x in linked if order.index(x) >= order.index(room)):
        findings.errors.append(f"core/{room} links core/{later}, which does not stand before it")


def as_text(arrows, order):
    rooms = [r for r in order if r in arrows]
    others = sorted(u for u in arrows if u not in order and not u.startswith("tests"))
    rank = {name: i for i, name in enumerate(order)}
    for unit in rooms + others:
        seen = sorted(arrows[unit], key=lambda name: (rank.get(name, len(rank)), name))
        yield f"{unit:24} -> {' '.join(seen) if seen else '(nothing of ours)'}"


def as_dot(arrows):
    yield "digraph rooms {"
    for unit in sorted(u for u in arrows if not u.startswith("tests")):
        yield f'  "{unit}";'
        yield from (f'  "{unit}" -> "{target}";' for target in sorted(arrows[unit]))
    yield "}"


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--order", required=True, help="the rooms in their order, parted by commas")
    parser.add_argument("--links", type=Path, help="what the targets of the build link")
    parser.add_argument("--dot", type=Path, help="writes the graph for Graphviz")
    options = parser.parse_args(arguments)
    order = options.order.split(",")

    findings = check_includes(options.root, order)
    if options.links:
        check_links(findings, options.links.read_text().splitlines(), order)
    if options.dot:
        options.dot.write_text("\n".join(as_dot(findings.arrows)) + "\n")
    print("\n".join(as_text(findings.arrows, order)))
    for error in findings.errors:
        print(f"error: {error}")
    print(f"{len(findings.arrows)} units, {len(findings.errors)} errors")
    return 1 if findings.errors or not findings.arrows else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
