#!/usr/bin/env python3
"""Writes one record of a topic once more, to show that the checks see it.

usage: publish_again.py TOPIC [--life-event]    the first record, or the first that holds a life event
"""

import os
import subprocess
import sys

import wire

BETWEEN, END = b"<key ends>", b"<record ends>"


def main():
    topic = sys.argv[1]
    bootstrap = os.environ["LIFELINE_KAFKA_BOOTSTRAP_SERVERS"]
    for partition, _, _, key, value in wire.Kafka(bootstrap).records(topic):
        if "--life-event" in sys.argv and wire.household_event(value)[2] != wire.BODY_LIFE_EVENT:
            continue
        record = key + BETWEEN + value
        if BETWEEN in key + value or END in record:
            continue
        return subprocess.run(
            ["kcat", "-b", bootstrap, "-q", "-P", "-t", topic, "-p", str(partition),
             "-K", BETWEEN.decode(), "-D", END.decode()], input=record, check=True).returncode
    return "there is no such record"


if __name__ == "__main__":
    sys.exit(main() if len(sys.argv) > 1 else __doc__)
