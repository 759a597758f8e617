"""Reading lifeline's topics without lifeline: kcat fetches, and the few fields needed are taken
from the bytes by the Avro specification and the field order in schemas/*.avsc. Nothing of
lifeline's own code is used, so that what is counted here is an independent count.

Python's standard library and kcat only.
"""

import json
import os
import re
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
RELEASED = os.path.join(HERE, "..", "..", "schemas", "released")


# ---- Kafka, through kcat -------------------------------------------------------------------------


class Kafka:
    def __init__(self, bootstrap, isolation="read_committed"):
        self.base = ["kcat", "-b", bootstrap, "-X", "isolation.level=" + isolation,
                     "-X", "fetch.wait.max.ms=10"]

    def topics(self):
        listing = subprocess.run(self.base + ["-L", "-J"], check=True, capture_output=True)
        names = [topic["topic"] for topic in json.loads(listing.stdout)["topics"]]
        return sorted(name for name in names if not name.startswith("__"))

    def records(self, topic):
        """All records of a topic: (partition, offset, timestamp, key, value or None)."""
        # Lengths stand before the bytes, so any bytes may be in them.
        form = "%p %o %T %K %S\n%k%s\n"
        run = subprocess.run(
            self.base + ["-q", "-C", "-t", topic, "-o", "beginning", "-e", "-f", form],
            check=True, capture_output=True)
        data, at = run.stdout, 0
        while at < len(data):
            end = data.index(b"\n", at)
            partition, offset, timestamp, key_size, size = map(int, data[at:end].split())
            at = end + 1
            key = data[at:at + max(key_size, 0)]
            at += len(key)
            value = None if size < 0 else data[at:at + size]
            at += max(size, 0)
            if data[at:at + 1] != b"\n":
                raise ValueError("kcat's output is not framed as asked for")
            at += 1
            yield partition, offset, timestamp, key, value

    def raw(self, topic):
        """All bytes of a topic: keys, values and headers, in no frame."""
        return subprocess.run(
            self.base + ["-q", "-C", "-t", topic, "-o", "beginning", "-e", "-f", "%k %s %h\n"],
            check=True, capture_output=True).stdout


# ---- Avro ----------------------------------------------------------------------------------------


class Undecodable(Exception):
    pass


def fingerprints():
    """Fingerprint as it stands on the wire -> message, of every schema version ever released."""
    known = {}
    for name in os.listdir(RELEASED):
        found = re.fullmatch(r"([a-z-]+)\.([0-9a-f]{16})\.avsc", name)
        if found:
            known[bytes.fromhex(found.group(2))[::-1]] = found.group(1)
    return known


KNOWN = fingerprints()


class Cursor:
    def __init__(self, data, at=0):
        self.data, self.at = data, at

    def long(self):
        value = shift = 0
        while True:
            if self.at >= len(self.data) or shift > 63:
                raise Undecodable("long")
            byte = self.data[self.at]
            self.at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return (value >> 1) ^ -(value & 1)

    def fixed(self, size):
        if size < 0 or self.at + size > len(self.data):
            raise Undecodable("bytes")
        self.at += size
        return self.data[self.at - size:self.at]

    def bytes(self):
        return self.fixed(self.long())

    def text(self):
        return self.bytes().decode("utf-8", "replace")


def body(value, message):
    """A cursor behind the single-object header C3 01 and fingerprint, if it is such a message."""
    if value is None or value[:2] != b"\xc3\x01" or KNOWN.get(value[2:10]) != message:
        raise Undecodable("not a " + message)
    return Cursor(value, 10)


# ---- messages: their first fields ----------------------------------------------------------------

SUBJECT_AREA = 2


def life_event_fields(cursor):
    """(source, event_id, revision, action, subject): what makes an event one event."""
    event_id = cursor.text()
    revision = cursor.long()
    source = cursor.text()
    cursor.long()  # occurred_on
    cursor.long()  # reported_at_ms
    kind = cursor.long()
    subject = cursor.text() if kind == SUBJECT_AREA else cursor.fixed(16).hex()
    action = cursor.long()
    return source, event_id, revision, action, subject


def life_event(value):
    return life_event_fields(body(value, "life-event"))


def origin(cursor):
    """(topic, partition, offset)"""
    found = cursor.text(), cursor.long(), cursor.long()
    cursor.long()  # published_at_ms
    return found


BODY_LIFE_EVENT = 0
BODIES = ["life event", "household registered", "area alert", "tick", "policy activated",
          "task updated", "case decision"]


def household_event(value):
    """(household key, origin, body's number, the life event or None)"""
    cursor = body(value, "household-event")
    household = cursor.fixed(16).hex()
    cursor.fixed(16)  # person
    cursor.text()  # area
    place = origin(cursor)
    number = cursor.long()
    event = life_event_fields(cursor) if number == BODY_LIFE_EVENT else None
    return household, place, number, event


def held_event(value):
    """(origin, the life event's bytes)"""
    cursor = body(value, "held-event")
    cursor.fixed(16)
    place = origin(cursor)
    return place, cursor.bytes()


def dead_letter(value):
    """(reason, stage, origin, the rejected record's bytes)"""
    cursor = body(value, "dead-letter")
    reason = cursor.text()
    cursor.text()  # detail
    stage = cursor.text()
    place = origin(cursor)
    cursor.long()  # rejected_at_ms
    cursor.bytes()  # key
    return reason, stage, place, cursor.bytes()


CHANGES = ["opened", "strengthened", "updated", "withdrawn", "overdue"]
STATES = ["open", "accepted", "done", "failed", "refused", "not_found", "withdrawn"]


def task(value):
    """(task id, household key, county, change, state)"""
    cursor = body(value, "task")
    task_id, household = cursor.fixed(16).hex(), cursor.fixed(16).hex()
    cursor.text()  # area
    county = cursor.text()
    cursor.long()  # measure
    return task_id, household, county, CHANGES[cursor.long()], STATES[cursor.long()]


CASES = ["none", "lead", "verified", "monitored", "eliminated", "rejected"]


def risk_change(value):
    """(household key, case before, case after, level before, level after)"""
    cursor = body(value, "risk-change")
    household = cursor.fixed(16).hex()
    cursor.text()  # area
    return household, CASES[cursor.long()], CASES[cursor.long()], cursor.long(), cursor.long()


def escalation(value):
    """(task id, household key)"""
    cursor = body(value, "escalation")
    return cursor.fixed(16).hex(), cursor.fixed(16).hex()
