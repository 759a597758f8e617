#!/usr/bin/env python3
"""Includes point one way: base <- core <- codec, policy; base <- bus; core's types <- store; all <-
runtime <- programs. bus, store and codec do not know each other. Takes the root of the source tree.

Before it looks at the tree it makes sure, on made-up ones, that it would see what is wrong.
"""

import pathlib
import re
import sys
import tempfile

LIBRARIES = {
    "base": set(),
    "identity": {"base"},
    "core": {"base"},
    "codec": {"base", "core"},
    "policy": {"base", "core"},
    "bus": {"base"},
    "store": {"base", "core"},
    "runtime": {"base", "identity", "core", "codec", "policy", "bus", "store"},
}
PIPELINE = set(LIBRARIES) | {"cli"}
# The command line joins everything, and its table names every command; a program on one side knows
# nothing of the other side.
PROGRAMS = {
    "pipeline/cli": {"producers", "consumers"},
    "producers": {"producers", "cli"},
    "consumers": {"consumers", "cli"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def place_of(path, root):
    """What a file may include from, by the folder it lies in."""
    parts = path.relative_to(root).parts
    if parts[0] == "pipeline" and parts[1] in LIBRARIES:
        return LIBRARIES[parts[1]] | {parts[1]}
    if parts[0] == "pipeline":
        return PIPELINE | PROGRAMS["pipeline/" + parts[1]]
    return set(LIBRARIES) | PROGRAMS[parts[0]]


def errors_of(path, root):
    allowed = place_of(path, root)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = INCLUDE.match(line)
        if not found:
            continue
        name = found.group(1)
        place = f"{path.relative_to(root)}:{number}"
        if "/" not in name:
            if not (path.parent / name).exists():
                yield f"{place}: {name} is not beside it"
        elif name.startswith(".") or "/../" in name:
            yield f"{place}: {name} climbs out of its folder"
        elif name.split("/")[0] not in allowed and not is_of_the_side(path, root, name):
            yield f"{place}: {name} is not below it"


def is_of_the_side(path, root, name):
    """Programs' own include folders: producers/ for all of its programs."""
    side = path.relative_to(root).parts[0]
    return side in PROGRAMS and (root / side / name).exists()


def check(root):
    files = [
        path
        for side in ("pipeline", "producers", "consumers")
        for path in sorted((root / side).rglob("*.[ch]"))
    ]
    return len(files), [error for path in files for error in errors_of(path, root)]


MADE_UP = [
    # file, include, is it allowed?
    ("pipeline/core/a.c", "base/b.h", True),
    ("pipeline/core/a.c", "a.h", True),
    ("pipeline/core/a.c", "core/a.h", True),
    ("pipeline/core/a.c", "codec/c.h", False),
    ("pipeline/core/a.c", "elsewhere.h", False),
    ("pipeline/core/a.c", "../base/b.h", False),
    ("pipeline/base/b.c", "core/a.h", False),
    ("pipeline/codec/c.c", "core/a.h", True),
    ("pipeline/codec/c.c", "bus/d.h", False),
    ("pipeline/bus/d.c", "core/a.h", False),
    ("pipeline/bus/d.c", "store/e.h", False),
    ("pipeline/store/e.c", "core/a.h", True),
    ("pipeline/store/e.c", "codec/c.h", False),
    ("pipeline/policy/f.c", "runtime/g.h", False),
    ("pipeline/runtime/g.c", "bus/d.h", True),
    ("pipeline/runtime/g.c", "consumers/h/h.h", False),
    ("pipeline/cli/i.c", "consumers/h/h.h", True),
    ("consumers/h/h.c", "runtime/g.h", True),
    ("consumers/h/h.c", "producers/j/j.h", False),
    ("producers/j/j.c", "producers/k/k.h", True),
    ("producers/j/j.c", "consumers/h/h.h", False),
    ("producers/j/j.c", "cli/i.h", True),
    ("producers/j/j.c", "j/j.h", True),
    ("producers/j/j.c", "k/k.h", False),
]


def check_the_check():
    for file, include, is_allowed in MADE_UP:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            path = root / file
            path.parent.mkdir(parents=True)
            path.write_text(f'#include <stdio.h>\n#include "{include}"\n')
            path.with_suffix(".h").write_text("")
            _, errors = check(root)
            if (not errors) != is_allowed:
                sys.exit(f"this test is wrong about {include} in {file}: {errors}")


def main():
    check_the_check()
    count, errors = check(pathlib.Path(sys.argv[1]))
    if count == 0:
        sys.exit("no sources found")
    if errors:
        sys.exit("\n".join(errors))
    print(f"{count} files, every include points down")


main()
