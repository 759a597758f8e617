#!/usr/bin/env python3
"""PostgreSQL's disk is full, then Kafka's, while departments publish; then there is room again.

`./dev chaos full-disk` gives each server a small file system of its own, and imports a registry; then this.
A file of nothing takes whatever room is left, again and again.
"""

import errno
import os
import subprocess
import sys
import threading
import time

import servers
import trial

FIRST = ["enrich-1", "assess-1", "assess-2", "record-1"]
POSTGRES_S = 60
SEGMENTS = 40  # of 16 MiB: more than the disk has room for
KAFKA_DIES_S = 120  # after its disk is full
KAFKA_AWAY_S = 15  # and then nobody makes room for so long
BALLAST = "ballast"
ROWS = 50


class Disk:
    """Full as long as it is entered."""

    def __init__(self, mount):
        self.path = os.path.join(mount, BALLAST)
        self.ended = threading.Event()

    def fill(self):
        with open(self.path, "ab") as file:
            for size in (1 << 20, 4096):
                try:
                    while True:
                        file.write(bytes(size))
                        file.flush()
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def keep_full(self):
        while not self.ended.wait(0.2):
            self.fill_again()

    def fill_again(self):
        try:
            self.fill()
        except OSError:  # closing what could not be written
            pass

    def __enter__(self):
        self.fill_again()
        self.thread = threading.Thread(target=self.keep_full, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()
        os.remove(self.path)


class FullDisk(trial.Trial):
    def __init__(self, options):
        super().__init__(options)
        self.windows = []
        self.kafka_died = False

    # ---- PostgreSQL ----

    def complaint(self, *commands):
        """What PostgreSQL says to them, or None where it does them."""
        arguments = ["psql", self.environment["LIFELINE_DATABASE"], "-X", "-q", "-v",
                     "ON_ERROR_STOP=1"]
        for command in commands:
            arguments += ["-c", command]
        run = subprocess.run(arguments, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return run.stderr.strip().splitlines()[0] if run.returncode else None

    def refuses(self):
        return self.complaint(
            "CREATE TABLE room AS SELECT repeat('x', 1000) FROM generate_series(1, 20000)",
            "DROP TABLE room")

    def exhaust_log(self):
        """Asks for new segments of PostgreSQL's write-ahead log until there is no room for one."""
        for _ in range(SEGMENTS):
            said = self.complaint("SELECT pg_switch_wal()", "SELECT txid_current()")
            if said:
                self.say(f"and when its log is full, too: {said}")
                return

    def postgres_is_full(self):
        self.say(f"PostgreSQL's disk is full, for {POSTGRES_S} s")
        began = time.time()
        with Disk(self.options.postgres_disk):
            time.sleep(2)
            said = self.refuses()
            self.say(f"PostgreSQL says: {said}")
            if not said:
                self.wrong("PostgreSQL writes although its disk is full")
            time.sleep(POSTGRES_S / 2)
            self.exhaust_log()
            time.sleep(max(0, POSTGRES_S - (time.time() - began)))
            self.say("at the end PostgreSQL " + ("is up" if self.complaint("SELECT 1") is None
                                                 else "is down") + "; failed checkpoints: " +
                     ", ".join(f"{name} {self.checkpoint_failures(name):.0f}"
                               for name in FIRST if name.startswith("assess")))
        self.windows.append((began, time.time()))
        self.say("there is room again")
        self.servers.start_postgres()  # where it did not come through by itself

    def checkpoint_failures(self, name):
        return self.consumers.metrics(name)["lifeline_checkpoint_failures_total"]

    # ---- Kafka ----

    def publish(self, path):
        run = self.load.run("publish", "--quiet", "--today", self.load.day.isoformat(), "--mapping",
                            os.path.join(self.options.mappings, "hospitalisation.yaml"), path)
        self.say(f"publish ended with {run.returncode}: {(run.stdout + run.stderr).strip()[:300]}")
        return run.returncode

    def rows(self, path):
        day = self.load.day.isoformat()
        with open(path, "w", encoding="utf-8") as file:
            file.write("settlement_number,revision,citizen_number,settled_on,total_yuan,"
                       "reimbursed_yuan,own_share_yuan,state\n")
            for number in range(ROWS):
                person = self.load.people[number]["citizen_number"]
                file.write(f"F{number},0,{person},{day},500,0,500,settled\n")

    def kafka_is_full(self):
        path = os.path.join(self.options.directory, "full.csv")
        self.rows(path)
        pid = self.servers.kafka_pid()
        self.say("Kafka's disk is full")
        with Disk(self.options.kafka_disk):
            until = time.monotonic() + KAFKA_DIES_S
            if self.publish(path) != 1:
                self.wrong("publish did not end with 1 although Kafka's disk was full")
            while not servers.is_gone(pid) and time.monotonic() < until:
                time.sleep(0.2)
            self.kafka_died = servers.is_gone(pid)
            self.say("Kafka has stopped itself" if self.kafka_died else
                     f"Kafka still runs after {KAFKA_DIES_S} s")
            time.sleep(KAFKA_AWAY_S)
        self.say("there is room again")
        if self.kafka_died:
            os.remove(self.servers.kafka_pid_file)
        self.servers.start_kafka()
        if self.publish(path) != 0:
            self.wrong("publish did not succeed when there was room again")
        self.load.published.write(("medical-insurance", f"F{number}", 0) for number in range(ROWS))

    # ---- the run ----

    def go(self):
        for name in FIRST:
            self.consumers.start(name)
        try:
            self.load.start()
            time.sleep(15)
            self.postgres_is_full()
            time.sleep(15)
            self.kafka_is_full()
            time.sleep(15)
            self.load.stop()
            self.import_latecomers()
            self.drain()
            return self.count("PostgreSQL's and Kafka's disks were full", self.windows)
        finally:
            self.consumers.stop_all()


def main():
    parser = trial.parser(__doc__)
    for name in ("postgres-disk", "kafka-disk"):
        parser.add_argument("--" + name, required=True, help="where it is mounted")
    return 0 if FullDisk(parser.parse_args()).go() else 1


if __name__ == "__main__":
    sys.exit(main())
