#!/usr/bin/env python3
"""Writes a hospital file with every kind of bad row between good ones, and checks what became of it.

usage: bad_rows.py make FILE.csv people.csv       also writes FILE.csv.expected.json
       bad_rows.py check FILE.csv SUMMARY.json    against FILE.csv.rejects.csv and publish --json
       bad_rows.py strangers FILE.csv COUNT       good rows of persons whom no registry knows, which
                                                  the department gave one number all
"""

import csv
import json
import sys

HEADER = ("settlement_number,revision,citizen_number,settled_on,total_yuan,reimbursed_yuan,"
          "own_share_yuan,state")
# Valid by GB 11643, the standard's own example; the simulation does not make it.
UNKNOWN = "11010519491231002X"
MIB = 1 << 20


def row(number, person, day="2025-06-01", total="800", own="300"):
    return f"{number},0,{person},{day},{total},500,{own},settled".encode()


def rows(person):
    """(line's bytes, None or (field, reason))"""
    wrong_digit = person[:-1] + ("1" if person[-1] != "1" else "2")
    return [
        (row("B1", person), None),
        (row("B2", wrong_digit), ("citizen_number", "bad-citizen-number")),
        (row("B3", person), None),
        (row("B4", person, total="-800"), ("total_yuan", "negative")),
        (row("B5", person, day="2099-01-01"), ("settled_on", "future")),
        (row("B6", person), None),
        (b"B7\xff\xfe" + row("", person), ("settlement_number", "bad-utf8")),
        (row("B8" + "x" * (10 * MIB), person), ("settlement_number", "too-large")),
        (row("B9", UNKNOWN), None),  # goes through, and is held
        (row("B10", person, day=""), ("settled_on", "missing")),
        (row("B11", person, total="a lot"), ("total_yuan", "bad-number")),
        (row("B12", person)[:-20], (None, "bad-row")),
        (b'B13,0,"' + person.encode() + b",a quote too many", (None, "bad-row")),
        (row("B14", person), None),
    ]


def make(path, people):
    with open(people, encoding="utf-8", newline="") as file:
        person = next(csv.DictReader(file))["citizen_number"]
    expected = []
    with open(path, "wb") as file:
        file.write(HEADER.encode() + b"\n")
        for line, (data, wrong) in enumerate(rows(person), start=2):
            file.write(data + b"\n")
            if wrong:
                expected.append([line, *wrong])
    with open(path + ".expected.json", "w") as file:
        json.dump({"rows": len(rows(person)), "rejected": expected}, file)


def check(path, summary):
    with open(path + ".expected.json") as file:
        expected = json.load(file)
    with open(summary) as file:
        counts = json.loads(file.read().strip().splitlines()[-1])
    csv.field_size_limit(64 * MIB)
    with open(path + ".rejects.csv", encoding="utf-8", errors="replace", newline="") as file:
        found = [[int(r["line"]), r["field"], r["reason"], r["text"]] for r in csv.DictReader(file)]
    wrong = 0
    for line, field, reason in expected["rejected"]:
        given = [f for f in found if f[0] == line]
        fits = len(given) == 1 and given[0][2] == reason and field in (None, given[0][1])
        wrong += not (fits and given[0][3])
        print(f"line {line}: expected {field} {reason}, got {given}")
    rejected = len(expected["rejected"])
    wrong += len(found) != rejected
    wrong += counts["rejected"] != rejected
    wrong += counts["published"] != expected["rows"] - rejected
    print(f"published {counts['published']} of {expected['rows']}, rejected {counts['rejected']}")
    return wrong != 0


def strangers(path, count):
    with open(path, "wb") as file:
        file.write(HEADER.encode() + b"\n")
        for order in range(int(count)):
            digits = f"11010519491230{order:03}"
            weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
            total = sum(int(digit) * weight for digit, weight in zip(digits, weights))
            file.write(row("ONE", digits + "10X98765432"[total % 11]) + b"\n")
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit({"make": make, "check": check, "strangers": strangers}[sys.argv[1]](*sys.argv[2:]))
