#!/usr/bin/env python3
"""Compares PostgreSQL's tables with the topics, record for record.

usage: compare_rows.py [--kafka HOST:PORT] [--database CONNINFO]

task_history, risk_change and escalation must have one row for each record of their topics, and
task the last change of each task.
"""

import argparse
import os
import subprocess
import sys

import wire

PLACE = "log_topic, log_partition, log_offset"


def rows(database, query):
    run = subprocess.run(["psql", database, "-X", "-A", "-t", "-q", "-F", "\t", "-c", query],
                         check=True, capture_output=True, text=True)
    return [tuple(line.split("\t")) for line in run.stdout.splitlines()]


def read(kafka):
    tasks, changes, escalations = {}, {}, {}
    for topic in kafka.topics():
        for name, table, read_one in (("assistance-tasks.", tasks, wire.task),
                                      ("risk-changes", changes, wire.risk_change),
                                      ("escalations.", escalations, wire.escalation)):
            if not topic.startswith(name):
                continue
            for partition, offset, _, _, value in kafka.records(topic):
                table[topic, str(partition), str(offset)] = read_one(value)
    return tasks, changes, escalations


def differences(name, in_topics, in_table):
    lacking = len(in_topics - in_table)
    beyond = len(in_table - in_topics)
    print(f"{name}: {len(in_topics)} in the topics, {lacking} not in the table, "
          f"{beyond} only in the table")
    return lacking + beyond


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kafka", default=os.environ.get(
        "LIFELINE_KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092"))
    parser.add_argument("--database", default=os.environ.get("LIFELINE_DATABASE", ""))
    options = parser.parse_args()
    tasks, changes, escalations = read(wire.Kafka(options.kafka))
    wrong = 0

    wrong += differences(
        "task_history",
        {place + (t[0], t[1], t[3], t[4]) for place, t in tasks.items()},
        set(rows(options.database, f"SELECT {PLACE}, encode(task_id, 'hex'), "
                 "encode(household_key, 'hex'), change, state FROM lifeline.task_history")))
    last = {}
    for place in sorted(tasks, key=lambda p: (p[0], int(p[1]), int(p[2]))):
        last[tasks[place][0]] = place + (tasks[place][3], tasks[place][4])
    wrong += differences(
        "task", {(task,) + rest for task, rest in last.items()},
        set(rows(options.database, f"SELECT encode(task_id, 'hex'), {PLACE}, change, state "
                 "FROM lifeline.task")))
    wrong += differences(
        "risk_change",
        {place + (c[0], c[1], c[2], str(c[3]), str(c[4])) for place, c in changes.items()},
        set(rows(options.database, f"SELECT {PLACE}, encode(household_key, 'hex'), state_before, "
                 "state_after, level_before, level_after FROM lifeline.risk_change")))
    wrong += differences(
        "escalation", {place + e for place, e in escalations.items()},
        set(rows(options.database, f"SELECT {PLACE}, encode(task_id, 'hex'), "
                 "encode(household_key, 'hex') FROM lifeline.escalation")))
    return wrong != 0


if __name__ == "__main__":
    sys.exit(main())
