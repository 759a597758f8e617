#!/usr/bin/env python3
"""Takes a running deployment apart by a schedule, and then counts what it did.

`./dev chaos` starts a Kafka and a PostgreSQL and imports a registry, then this. Python's standard
library and kcat only. Exit code: 0 when nothing is lost or doubled, every kind of fault occurred and
there were events and tasks.
"""

import argparse
import collections
import json
import os
import signal
import subprocess
import sys
import threading
import time

import schedule
from books import Books
from instances import Instances
from load import Load
from servers import Servers

DRAIN_S = 600


class Run:
    def __init__(self, options):
        self.options = options
        self.began = time.monotonic()
        self.print_lock = threading.Lock()
        self.counts = collections.Counter()
        self.outages = []  # wall-clock seconds, from and to
        self.failed = []
        environment = dict(os.environ)
        self.consumers = Instances(
            options.program, options.directory,
            dict(environment, LIFELINE_LISTEN="127.0.0.1:0",
                 LIFELINE_KAFKA_MAX_POLL_INTERVAL_MS=str(schedule.MAX_POLL_INTERVAL_S * 1000)),
            self.say)
        self.servers = Servers(options.root, options.directory, options.kafka_port,
                               options.postgres_port)
        self.load = Load(options, environment, self.say)
        self.environment = environment
        self.timers = []

    def say(self, text):
        with self.print_lock:
            print(f"{time.monotonic() - self.began:7.1f} s  {text}", file=sys.stderr, flush=True)

    # ---- faults ----

    def apply(self, fault):
        names = {"kill": "kill -9", "stop": "SIGSTOP", "scale": "scale"}
        what = f"{names.get(fault.kind, fault.kind)} {fault.how} {fault.target}".replace("  ", " ")
        self.say(what.strip() + (f", away {fault.lasts_s:.1f} s" if fault.lasts_s else ""))
        getattr(self, fault.kind)(fault)

    def kill(self, fault):
        self.consumers.kill(fault.target, fault.lasts_s)
        self.counts["kill"] += 1

    def stop(self, fault):
        process = self.consumers.pause(fault.target)
        if process is None:
            self.say(f"{fault.target} is not there to be stopped")
            return
        self.counts["stop"] += 1
        timer = threading.Timer(fault.lasts_s, self.resume, (fault.target, process))
        self.timers.append(timer)
        timer.start()

    def resume(self, name, process):
        self.say(f"SIGCONT {name}")
        self.consumers.resume(name, process)

    def scale(self, fault):
        if fault.how == "up":
            self.consumers.start(fault.target)
        else:
            self.consumers.take_away(fault.target)
        self.counts["scale"] += 1

    def broker(self, fault):
        if fault.how == "pause":
            self.servers.signal_kafka(signal.SIGSTOP)
            time.sleep(fault.lasts_s)
            self.servers.signal_kafka(signal.SIGCONT)
        else:
            self.servers.stop_kafka(signal.SIGTERM if fault.how == "term" else signal.SIGKILL)
            time.sleep(fault.lasts_s)
            self.servers.start_kafka()
        self.counts["broker"] += 1

    def postgres(self, fault):
        self.servers.stop_postgres(fault.how)
        time.sleep(fault.lasts_s)
        self.servers.start_postgres()
        self.counts["postgres"] += 1

    def outage(self, fault):
        began = time.time()
        self.servers.stop_postgres(fault.how)
        time.sleep(fault.lasts_s)
        self.outages.append((began, time.time()))
        self.servers.start_postgres()
        self.counts["outage"] += 1

    def lane(self, faults):
        try:
            for fault in faults:
                time.sleep(max(0.0, fault.at_s - (time.monotonic() - self.began)))
                self.apply(fault)
        except Exception as error:  # what did not happen must not look as if it had been survived
            self.failed.append(repr(error))
            self.say(f"the run's own fault: {error!r}")

    # ---- the run ----

    def disturb(self):
        lanes = [threading.Thread(target=self.lane, args=(faults,))
                 for faults in schedule.schedule(self.options.seed, self.options.minutes,
                                                 self.options.faults)]
        for lane in lanes:
            lane.start()
        for lane in lanes:
            lane.join()
        time.sleep(max(0.0, self.options.minutes * 60 - (time.monotonic() - self.began)))

    def heal(self):
        self.say("everything is healed")
        for timer in self.timers:
            timer.join()
        self.servers.start_kafka()
        self.servers.start_postgres()
        self.consumers.heal(schedule.FIRST)
        self.load.stop()

    def import_latecomers(self):
        """Households that the registry did not know: their events were held until now."""
        late = os.path.join(self.options.data, "late-households.csv")
        if os.path.exists(late):
            self.load.until_done("registry", "import", "--quiet", "--households", late, "--people",
                                 os.path.join(self.options.data, "late-people.csv"))

    def drain(self):
        began = time.monotonic()
        while time.monotonic() < began + DRAIN_S:
            run = subprocess.run([self.options.program, "summary", "--wait", "30", "--json"],
                                 env=self.environment, stdin=subprocess.DEVNULL,
                                 capture_output=True, text=True)
            try:
                summary = json.loads(run.stdout.strip().splitlines()[-1])
            except (IndexError, ValueError):
                self.say(f"summary ended with {run.returncode}: {run.stderr.strip()[:300]}")
                time.sleep(2)
                continue
            if summary["drained"]:
                self.say(f"drained {time.monotonic() - began:.1f} s after it was healed; "
                         f"summary: {summary['in']} in, {summary['decided']} decided, "
                         f"{summary['held']} held, {summary['dead_lettered']} dead-lettered, "
                         f"{summary['missing']} missing")
                return
        self.failed.append(f"not drained in {DRAIN_S} s")
        self.say(self.failed[-1])

    def check(self):
        books = Books(self.options, self.environment, self.say)
        events = books.check_events()
        tasks = books.check_tasks()
        books.verify()
        books.check_rows()
        books.say_gaps(self.outages)
        self.say("ended with 4 and started again: " + (", ".join(
            f"{stage} {count}" for stage, count in sorted(self.consumers.restarts.items()))
            or "none") + f"; commands of the load done again: {self.load.again}")
        wrong = self.failed + self.consumers.wrong + self.load.failed
        for what in wrong:
            self.say("wrong: " + what)
        lacking = [kind for kind in self.options.faults if not self.counts[kind]]
        for kind in lacking:
            self.say(f"wrong: no fault of the kind {kind} occurred")
        kinds = ", ".join(f"{kind} {self.counts[kind]}" for kind in schedule.KINDS)
        print(f"events {events}, tasks {tasks}, faults {sum(self.counts.values())} ({kinds}), "
              f"lost {books.lost}, doubled {books.doubled}", flush=True)
        return bool(events and tasks and not (
            books.lost or books.doubled or books.wrong or wrong or lacking))

    def go(self):
        for name in schedule.FIRST:
            self.consumers.start(name)
        self.load.start()
        latecomers = threading.Timer(self.options.minutes * 36, self.load.guarded,
                                     (self.import_latecomers,))
        latecomers.start()
        try:
            self.disturb()
            self.heal()
            latecomers.join()
            self.drain()
            return self.check()
        finally:
            latecomers.cancel()
            self.consumers.stop_all()


def read_options():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("root", "directory", "program", "data", "mappings", "day"):
        parser.add_argument("--" + name, required=True)
    for name in ("kafka-port", "postgres-port", "seed", "rate"):
        parser.add_argument("--" + name, type=int, required=True)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--faults", default=",".join(schedule.KINDS))
    options = parser.parse_args()
    options.faults = tuple(options.faults.split(","))
    unknown = set(options.faults) - set(schedule.KINDS)
    if unknown:
        parser.error(f"no such fault: {', '.join(sorted(unknown))}")
    return options


def main():
    return 0 if Run(read_options()).go() else 1


if __name__ == "__main__":
    sys.exit(main())
