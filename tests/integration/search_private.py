#!/usr/bin/env python3
"""Searches topics and files for the citizen numbers, names and phones of a people.csv.

usage: search_private.py --people people.csv [--known FILE] [--topics] [FILE...]

--topics    search all topics of the broker: keys, values and headers, aborted records too
--known     a text that is published on purpose (the policy): names that stand in it are no finding
--expect-all  prove the search: every value must be found in the FILEs

Prints what was found and where, never the value itself. Exit code: 0 when nothing was found.
"""

import argparse
import collections
import csv
import os
import re
import sys

import wire

NUMBER = re.compile(rb"(?=(\d{17}[\dXx]))")
PHONE = re.compile(rb"(?=(\d{11}))")
# Runs of the characters that names are made of, U+4E00 to U+9FFF, in UTF-8.
TEXT = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){2,}")
CHARACTER = 3


class Private:
    def __init__(self, path, known=b""):
        self.numbers, self.phones, self.names = set(), set(), set()
        with open(path, encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                self.numbers.add(row["citizen_number"].strip().upper().encode())
                self.phones.add((row.get("phone") or "").strip().encode())
                self.names.add((row.get("name") or "").strip().encode())
        self.phones.discard(b"")
        self.names.discard(b"")
        self.coincidental = {name for name in self.names if name in known}
        self.names -= self.coincidental
        self.sizes = sorted({len(name) for name in self.names})

    def search(self, data):
        """(kind, value) of everything found in the bytes."""
        found = collections.Counter()
        for match in NUMBER.finditer(data):
            if match.group(1).upper() in self.numbers:
                found["citizen number", match.group(1).upper()] += 1
        for match in PHONE.finditer(data):
            if match.group(1) in self.phones:
                found["phone", match.group(1)] += 1
        for match in TEXT.finditer(data):
            run = match.group(0)
            for size in self.sizes:
                for at in range(0, len(run) - size + 1, CHARACTER):
                    if run[at:at + size] in self.names:
                        found["name", run[at:at + size]] += 1
        return found


def sources(options):
    for path in options.files:
        with open(path, "rb") as file:
            yield path, file.read()
    if options.topics:
        kafka = wire.Kafka(options.kafka, isolation="read_uncommitted")
        for topic in kafka.topics():
            yield "topic " + topic, kafka.raw(topic)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", required=True)
    parser.add_argument("--known")
    parser.add_argument("--topics", action="store_true")
    parser.add_argument("--expect-all", action="store_true")
    parser.add_argument("--kafka", metavar="HOST:PORT", default=os.environ.get(
        "LIFELINE_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092"))
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()
    known = open(options.known, "rb").read() if options.known else b""
    private = Private(options.people, known)
    wanted = len(private.numbers) + len(private.phones) + len(private.names)
    seen, size = set(), 0
    for where, data in sources(options):
        size += len(data)
        found = private.search(data)
        seen.update(found)
        kinds = collections.Counter()
        for (kind, _), times in found.items():
            kinds[kind] += times
        for kind, times in kinds.items():
            if not options.expect_all:
                print(f"{where}: {kind}, {times} times")
    print(f"{size} bytes searched for {len(private.numbers)} citizen numbers, {len(private.phones)} "
          f"phones and {len(private.names)} names ({len(private.coincidental)} more names are words "
          f"of {options.known or 'nothing'}): {len(seen)} found")
    return len(seen) != (wanted if options.expect_all else 0)


if __name__ == "__main__":
    sys.exit(main())
