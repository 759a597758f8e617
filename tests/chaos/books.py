"""The books after a run: what was acknowledged against what the topics hold, read independently
(tests/integration/wire.py), the topics against PostgreSQL's tables, and lifeline's own `verify`.
"""

import collections
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "integration"))
import compare_rows  # noqa: E402
import wire  # noqa: E402

REPORTED = {"accept": "accepted", "done": "done", "failed": "failed", "refused": "refused"}
BODY_TASK_UPDATED = wire.BODIES.index("task updated")


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [tuple(line.rstrip("\n").split("\t")) for line in file]


def life_event(value):
    """(source, event_id, revision), or None."""
    try:
        return wire.life_event(value)[:3]
    except wire.Undecodable:
        return None


def task_updated(value):
    """(task id, state) of such a record of household-events."""
    cursor = wire.body(value, "household-event")
    cursor.fixed(16)
    cursor.fixed(16)
    cursor.text()
    wire.origin(cursor)
    if cursor.long() != BODY_TASK_UPDATED:
        return None
    cursor.text()  # update_id
    task_id = cursor.fixed(16).hex()
    return task_id, wire.STATES[cursor.long()]


class Books:
    def __init__(self, options, environment, say):
        self.options = options
        self.environment = environment
        self.say = say
        self.kafka = wire.Kafka(environment["LIFELINE_KAFKA_BOOTSTRAP_SERVERS"])
        self.topics = self.kafka.topics()
        self.lost = 0
        self.doubled = 0
        self.wrong = 0

    def note(self, what, lost=0, doubled=0):
        self.lost += lost
        self.doubled += doubled
        self.say(what + (f": {lost} lost" if lost else "") +
                 (f": {doubled} doubled" if doubled else ""))

    # ---- events ----

    def check_events(self):
        decided, came_from, updates, unreadable = set(), collections.Counter(), set(), 0
        for _, _, _, _, value in self.kafka.records("household-events"):
            _, place, number, event = wire.household_event(value)
            if number == wire.BODY_LIFE_EVENT:
                decided.add(event[:3])
                came_from[place] += 1
            elif number == BODY_TASK_UPDATED:
                updates.add(task_updated(value))
        held, dead = self.held(), self.dead()
        published = {(source, event, int(revision)) for source, event, revision in
                     lines(os.path.join(self.options.directory, "published.tsv"))}
        missing = published - decided - held - dead
        twice = sum(count - 1 for count in came_from.values())
        self.note(f"{len(published)} events were acknowledged: {len(published & decided)} are in "
                  f"household-events, {len(published & held - decided)} held, "
                  f"{len(published & dead - decided - held)} dead-lettered",
                  lost=len(missing), doubled=twice)
        for event in sorted(missing)[:5]:
            self.say(f"  missing: {event}")
        reports = {(task, REPORTED[word]) for task, word in
                   lines(os.path.join(self.options.directory, "reports.tsv"))}
        self.note(f"{len(reports)} reports of county teams were acknowledged",
                  lost=len(reports - updates))
        return len(published)

    def held(self):
        last = {}
        for partition, _, _, key, value in self.kafka.records("held"):
            last[partition, key] = value
        return {life_event(wire.held_event(value)[1]) for value in last.values()
                if value is not None}

    def dead(self):
        return {life_event(wire.dead_letter(value)[3])
                for _, _, _, _, value in self.kafka.records("dead-letters.enrich")}

    # ---- tasks ----

    def check_tasks(self):
        opened, bytes_seen = collections.Counter(), collections.Counter()
        for topic in self.topics:
            if topic.startswith("assistance-tasks."):
                for _, _, _, key, value in self.kafka.records(topic):
                    task, _, _, change, _ = wire.task(value)
                    opened[task] += change == "opened"
                    bytes_seen[key, value] += 1
        twice = sum(count - 1 for count in opened.values() if count > 1)
        again = sum(count - 1 for count in bytes_seen.values())
        self.note(f"{len(opened)} tasks in the counties' queues", doubled=max(twice, again))
        return len(opened)

    def verify(self):
        run = subprocess.run([self.options.program, "verify", "--json", "--wait", "60"],
                             env=self.environment, stdin=subprocess.DEVNULL, capture_output=True,
                             text=True)
        try:
            found = json.loads(run.stdout.strip().splitlines()[-1])
        except (IndexError, ValueError):
            self.wrong += 1
            self.say(f"verify ended with {run.returncode}: {run.stderr.strip()}")
            return
        self.note(f"one run of the core over {found['records']} records of the log: " + ", ".join(
            f"{found[name]['found']} of {found[name]['computed']} {name}s"
            for name in ("task", "risk-change", "escalation") if name in found),
            lost=found["lost"], doubled=found["doubled"])
        self.wrong += run.returncode != 0 and found["lost"] == found["doubled"] == 0

    def check_rows(self):
        """PostgreSQL's tables have a row for each record, and no other."""
        run = subprocess.run([sys.executable, compare_rows.__file__], env=self.environment,
                             capture_output=True, text=True)
        for line in run.stdout.splitlines():
            self.say("  " + line)
        if run.returncode:
            lacking = beyond = 0
            for line in run.stdout.splitlines():
                words = line.split()
                lacking += int(words[words.index("not") - 1])
                beyond += int(words[words.index("only") - 1])
            self.wrong += not lacking + beyond
            self.note("PostgreSQL's tables differ from the topics", lost=lacking, doubled=beyond)

    # ---- how long nothing came ----

    def times(self, prefix):
        """When the records of all topics with this prefix were written, in wall-clock seconds."""
        return sorted(stamp / 1000 for topic in self.topics if topic.startswith(prefix)
                      for _, _, stamp, _, _ in self.kafka.records(topic))

    def say_gaps(self, windows):
        """The longest time in which nothing came, in each window of wall-clock seconds."""
        if not windows:
            return
        queues = [topic for topic in self.topics if topic.startswith("assistance-tasks.")]
        for name, prefix in [("events published", "life-events.")] + [
                ("task records in the queue of " + queue.split(".", 1)[1], queue)
                for queue in queues]:
            times = self.times(prefix)
            for began, ended in windows:
                within = [t for t in times if began <= t <= ended]
                points = [began] + within + [ended]
                longest = max(b - a for a, b in zip(points, points[1:]))
                self.say(f"while PostgreSQL was of no use for {ended - began:.0f} s: {len(within)} "
                         f"{name}, the longest time without one {longest:.2f} s")
