"""What every run has: a deployment of its own, consumers under a supervisor, a load that writes down
what was acknowledged, and an end at which all is drained and counted.
"""

import argparse
import json
import os
import subprocess
import sys
import threading
import time

from books import Books
from instances import Instances
from load import Load
from servers import Servers

DRAIN_S = 600


class Trial:
    def __init__(self, options, consumers=None):
        """consumers: settings of the consumers alone, as environment variables."""
        self.options = options
        self.began = time.monotonic()
        self.print_lock = threading.Lock()
        self.failed = []  # what makes the run fail, whatever is counted
        self.environment = dict(os.environ)
        self.consumers = Instances(
            options.program, options.directory,
            dict(self.environment, LIFELINE_LISTEN="127.0.0.1:0", **(consumers or {})), self.say)
        self.servers = Servers(options.root, options.directory, options.kafka_port,
                               options.postgres_port)
        self.load = Load(options, self.environment, self.say)

    def say(self, text):
        with self.print_lock:
            print(f"{time.monotonic() - self.began:7.1f} s  {text}", file=sys.stderr, flush=True)

    def wrong(self, text):
        self.failed.append(text)
        self.say("wrong: " + text)

    def import_latecomers(self):
        """Households that the registry did not know: their events were held until now."""
        late = os.path.join(self.options.data, "late-households.csv")
        if os.path.exists(late):
            self.load.until_done("registry", "import", "--quiet", "--households", late, "--people",
                                 os.path.join(self.options.data, "late-people.csv"))

    def summary(self, wait_s):
        """lifeline's own, or None where it cannot say."""
        run = subprocess.run([self.options.program, "summary", "--wait", str(wait_s), "--json"],
                             env=self.environment, stdin=subprocess.DEVNULL, capture_output=True,
                             text=True)
        try:
            return json.loads(run.stdout.strip().splitlines()[-1])
        except (IndexError, ValueError):
            self.say(f"summary ended with {run.returncode}: {run.stderr.strip()[:300]}")
            return None

    def drain(self):
        began = time.monotonic()
        while time.monotonic() < began + DRAIN_S:
            summary = self.summary(30)
            if summary is None:
                time.sleep(2)
            elif summary["drained"]:
                self.say(f"drained {time.monotonic() - began:.1f} s after it was healed; "
                         f"summary: {summary['in']} in, {summary['decided']} decided, "
                         f"{summary['held']} held, {summary['dead_lettered']} dead-lettered, "
                         f"{summary['missing']} missing")
                return
        self.wrong(f"not drained in {DRAIN_S} s")

    def count(self, what, outages=()):
        """All the books; prints the last line. What was done stands in it as `what`."""
        books = Books(self.options, self.environment, self.say)
        events = books.check_events()
        tasks = books.check_tasks()
        books.verify()
        books.check_rows()
        books.say_gaps(outages)
        self.say("ended with 4 and started again: " + (", ".join(
            f"{stage} {count}" for stage, count in sorted(self.consumers.restarts.items()))
            or "none") + f"; commands of the load done again: {self.load.again}")
        for told in self.consumers.wrong + self.load.failed:
            self.wrong(told)
        if not (events and tasks):
            self.wrong("no events or no tasks")
        print(f"events {events}, tasks {tasks}, {what}, lost {books.lost}, "
              f"doubled {books.doubled}", flush=True)
        return not (books.lost or books.doubled or books.wrong or self.failed)


def parser(description):
    """With the options that chaos.sh gives to every run."""
    made = argparse.ArgumentParser(description=description)
    for name in ("root", "directory", "program", "data", "mappings", "day"):
        made.add_argument("--" + name, required=True)
    for name in ("kafka-port", "postgres-port", "seed"):
        made.add_argument("--" + name, type=int, required=True)
    made.add_argument("--rate", type=int, required=True, help="events a second")
    return made
