#!/usr/bin/env python3
"""Measures how soon a published event's task is shown, by `lifeline tasks --follow` and by kcat.

usage: time_follow.py --lifeline PROGRAM --mapping hospitalisation.yaml --people people.csv
                      --county 360502 --day 2025-06-02 --events 8

Both readers run all the time. Each event is a large hospital bill in a household of its own; the
clock starts at the event's own timestamp in Kafka and stops when a reader's line arrives here.
Prints one JSON object, milliseconds; exit code 1 when a reader did not show a task in 30 seconds.
"""

import argparse
import csv
import datetime
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time

PATIENCE = 30
COLUMNS = ("settlement_number,revision,citizen_number,settled_on,total_yuan,reimbursed_yuan,"
           "own_share_yuan,state")


class Reader:
    """A program's lines, each with the time of its arrival."""

    def __init__(self, command):
        self.lines = []
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE,
                                        stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.append((time.time(), line))

    def after(self, seen):
        """The arrival and text of the first line after `seen` lines."""
        until = time.time() + PATIENCE
        while time.time() < until:
            if len(self.lines) > seen:
                return self.lines[seen]
            time.sleep(0.002)
        raise TimeoutError(" ".join(self.process.args[:3]))

    def settle(self):
        """Waits until nothing has come for half a second."""
        count = -1
        while count != len(self.lines):
            count = len(self.lines)
            time.sleep(0.5)
        return count


def one_person_a_household(path, county):
    seen = set()
    with open(path, encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            household = row["household_code"]
            if household.startswith(county) and household not in seen:
                seen.add(household)
                yield row["citizen_number"]


def publish(options, number, person):
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write(f"{COLUMNS}\nF{number},0,{person},{options.day},60000,1000,59000,settled\n")
        file.flush()
        subprocess.run([options.lifeline, "publish", "--quiet", "--mapping", options.mapping,
                        "--today", options.day, file.name], check=True,
                       stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)


def measure(options, follow, kcat):
    times = {"follow": [], "kcat": []}
    people = one_person_a_household(options.people, options.county)
    number = 0
    # The readers are ready when both show a task; until then events are tried.
    while not (follow.lines and kcat.lines):
        number += 1
        publish(options, number, next(people))
        time.sleep(1)
        if number > PATIENCE:
            raise TimeoutError("no reader became ready")
    for _ in range(options.events):
        seen = follow.settle(), kcat.settle()
        number += 1
        publish(options, number, next(people))
        arrived, line = follow.after(seen[0])
        published = json.loads(line)["cause"]["published_at_ms"]
        began = datetime.datetime.fromisoformat(published.replace("Z", "+00:00")).timestamp()
        times["follow"].append(round((arrived - began) * 1000))
        times["kcat"].append(round((kcat.after(seen[1])[0] - began) * 1000))
    return times


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("lifeline", "mapping", "people", "county", "day"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--events", type=int, default=8)
    parser.add_argument("--kafka", default=os.environ.get(
        "LIFELINE_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092"))
    options = parser.parse_args()
    follow = Reader([options.lifeline, "tasks", "--county", options.county, "--follow", "--json"])
    kcat = Reader(["kcat", "-b", options.kafka, "-X", "isolation.level=read_committed", "-C", "-q",
                   "-u", "-t", "assistance-tasks." + options.county, "-o", "end", "-f", "%o %T\n"])
    try:
        times = measure(options, follow, kcat)
    except TimeoutError as error:
        print(f"nothing in {PATIENCE} s: {error}", file=sys.stderr)
        return 1
    finally:
        for reader in (follow, kcat):
            reader.process.kill()
    print(json.dumps({name: {"median": statistics.median(ms), "most": max(ms), "all": ms}
                      for name, ms in times.items()}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
