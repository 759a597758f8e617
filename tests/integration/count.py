#!/usr/bin/env python3
"""Counts, independently of lifeline, where every published event ended.

usage: count.py [--kafka HOST:PORT] [--json] [--expect SUMMARY.json]

It reads all topics with kcat (read_committed) and takes only the first fields of each record from
the bytes (wire.py): nothing of lifeline's own code is used. On a running demo:

    . .local/demo/env
    tests/integration/count.py
    build/lifeline summary --json

An event is (topic, source, event_id, revision, action, subject); published twice it is one event. A
record that cannot be read is an event of its own. Each must end in exactly one way:

    decided        in household-events, and not rejected by assess
    held           in `held` (the last record of its key is not a tombstone)
    dead_lettered  in dead-letters.enrich, or every record of it in dead-letters.assess
    missing        none of these

Also counted: records of life-events that were enriched twice (doubled), events in household-events
that no department published (unexplained), tasks opened, risk changes, escalations.

--expect FILE compares with the output of `lifeline summary --json`.
Exit code: 0 when nothing is missing, doubled or unexplained (and all is as expected), else 1.
"""

import argparse
import collections
import json
import os
import sys

import wire


def identity(topic, partition, offset, value):
    try:
        return (topic,) + wire.life_event(value)
    except wire.Undecodable:
        return (topic, partition, offset)


def count_in(kafka, topics):
    events, places = {}, set()
    records = 0
    for topic in topics:
        if not topic.startswith("life-events."):
            continue
        for partition, offset, _, _, value in kafka.records(topic):
            records += 1
            places.add((topic, partition, offset))
            events[identity(topic, partition, offset, value)] = True
    return set(events), places, records


def count_held(kafka):
    last = {}
    for partition, _, _, key, value in kafka.records("held"):
        last[partition, key] = value
    held = set()
    for value in last.values():
        if value is not None:
            place, event = wire.held_event(value)
            held.add(identity(*place, event))
    return held


def count_dead(kafka, topics):
    """Events that enrich or assess rejected, places of records that assess rejected, and whence
    those came: they may have been sent back (`deadletters replay`)."""
    dead, rejected, origins, reasons = set(), set(), set(), collections.Counter()
    if "dead-letters.enrich" in topics:
        for _, _, _, _, value in kafka.records("dead-letters.enrich"):
            reason, _, place, original = wire.dead_letter(value)
            reasons[reason] += 1
            dead.add(identity(*place, original))
    if "dead-letters.assess" in topics:
        for _, _, _, _, value in kafka.records("dead-letters.assess"):
            reason, _, place, original = wire.dead_letter(value)
            reasons[reason] += 1
            rejected.add(place)
            try:
                _, came_from, number, event = wire.household_event(original)
                if number == wire.BODY_LIFE_EVENT:
                    dead.add((came_from[0],) + event)
                    origins.add(came_from)
            except wire.Undecodable:
                pass
    return dead, rejected, origins, reasons


def count_decided(kafka, rejected):
    decided, came_from, bodies = set(), [], collections.Counter()
    for partition, offset, _, _, value in kafka.records("household-events"):
        try:
            _, place, number, event = wire.household_event(value)
        except wire.Undecodable:
            continue
        bodies[wire.BODIES[number]] += 1
        if number != wire.BODY_LIFE_EVENT:
            continue
        came_from.append(place)
        if ("household-events", partition, offset) not in rejected:
            decided.add((place[0],) + event)
    return decided, came_from, bodies


def count_outputs(kafka, topics):
    opened = collections.Counter()
    tasks = escalations = 0
    for topic in topics:
        if topic.startswith("assistance-tasks."):
            for _, _, _, _, value in kafka.records(topic):
                tasks += 1
                opened[topic.split(".", 1)[1]] += wire.task(value)[3] == "opened"
        elif topic.startswith("escalations."):
            escalations += sum(1 for _ in kafka.records(topic))
    return {
        "task_changes": tasks,
        "tasks_opened": sum(opened.values()),
        "tasks_opened_by_county": dict(opened),
        "risk_changes": sum(1 for _ in kafka.records("risk-changes")),
        "escalations": escalations,
    }


def count(kafka):
    topics = kafka.topics()
    came_in, places, records = count_in(kafka, topics)
    held = count_held(kafka)
    dead, rejected, replayable, reasons = count_dead(kafka, topics)
    decided, came_from, bodies = count_decided(kafka, rejected)
    counts = {
        "records": records,
        "in": len(came_in),
        "decided": len(came_in & decided),
        "held": len((came_in & held) - decided),
        "dead_lettered": len((came_in & dead) - decided - held),
        "missing": len(came_in - decided - held - dead),
        "doubled": sum(count - 1 for place, count in collections.Counter(came_from).items()
                       if place not in replayable),
        "unexplained": len(set(came_from) - places),
        "dead_letters": dict(sorted(reasons.items())),
        "household_events": dict(sorted(bodies.items())),
    }
    counts.update(count_outputs(kafka, topics))
    return counts


def compare(counts, path):
    """Names what lifeline's own summary counts otherwise."""
    with open(path) as file:
        summary = json.load(file)
    wrong = [name for name in ("in", "decided", "held", "dead_lettered", "missing",
                               "tasks_opened", "escalations")
             if summary[name] != counts[name]]
    for name in wrong:
        print(f"{name}: lifeline says {summary[name]}, counted {counts[name]}", file=sys.stderr)
    return not wrong


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kafka", metavar="HOST:PORT", default=os.environ.get(
        "LIFELINE_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092"))
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument("--expect", metavar="SUMMARY.json")
    options = parser.parse_args()
    counts = count(wire.Kafka(options.kafka))
    if options.json:
        print(json.dumps(counts))
    else:
        for name, value in counts.items():
            print(f"{name:24} {value}")
    well = counts["missing"] == counts["doubled"] == counts["unexplained"] == 0
    well &= (counts["in"] ==
             counts["decided"] + counts["held"] + counts["dead_lettered"] + counts["missing"])
    if options.expect:
        well &= compare(counts, options.expect)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
