#!/usr/bin/env python3
"""Ten times more events than the consumers can take: their memory must stay flat, nobody may be thrown
out of the group, and in the end everything is decided.

`./dev chaos pressure` starts the servers and imports a registry, then this. A consumer is slowed by
SIGSTOP and SIGCONT, five times a second, and by settings that make it take one record at a time: so what
works is slowed more than what fetches and queues. First enrich, assess and record are slow,
so that what waits for enrich piles up; then enrich is not, and all of that is poured over assess.
"""

import os
import signal
import statistics
import sys
import threading
import time

import trial

FIRST = ["enrich-1", "assess-1", "record-1"]
SLOW = {"LIFELINE_BATCH_MAX": "1", "LIFELINE_COMMIT_INTERVAL_MS": "1"}
RUN_S, PAUSE_S = 0.006, 0.194
TIMES = 10  # what is offered, in what is taken: at least
FIRST_PART = 4 / 7  # of the time, for enrich: its queue grows no faster than departments publish
STAYS = 100_000  # so many stays in hospital, corrected again and again: households do not grow
SETTLED_S = 20  # at the end of a part, when memory has to be flat
FLAT = 0.03
# docs/operator.md: a consumer asks for no more when 1,000,000 records or 256 MiB wait in it; each takes
# some 450 bytes beside its own. Then a last fetch may come, and the allocator rounds up.
LIMIT_MIB = 256 + 450 * 1_000_000 // (1 << 20) + 100
HEADER = ("settlement_number,revision,citizen_number,settled_on,total_yuan,reimbursed_yuan,"
          "own_share_yuan,state\n")


class Brake:
    """Lets a process run for a slice of the time only, as long as it is on."""

    def __init__(self, consumers, name):
        self.consumers = consumers
        self.name = name
        self.on = True
        self.thread = threading.Thread(target=self.drive, daemon=True)
        self.thread.start()

    def drive(self):
        while self.on:
            process = self.consumers.process(self.name)
            if process is not None:
                process.send_signal(signal.SIGSTOP)
                time.sleep(PAUSE_S)
                process.send_signal(signal.SIGCONT)
            time.sleep(RUN_S)

    def release(self):
        self.on = False
        self.thread.join()


class Pressure(trial.Trial):
    def __init__(self, options):
        super().__init__(options)
        self.samples = {name: [] for name in FIRST}  # (time, MiB)
        self.state = {name: 0 for name in FIRST}  # bytes of households
        self.brakes = {}
        self.publishing = True
        self.published = 0
        self.publisher = threading.Thread(target=self.load.guarded, args=(self.publish,))
        threading.Thread(target=self.watch, daemon=True).start()

    # ---- looking at a consumer ----

    def taken(self, name):
        metrics = self.consumers.metrics(name)
        self.state[name] = metrics.get("lifeline_state_bytes", 0)
        return metrics["lifeline_records_in_total"]

    def resident_mib(self, name):
        with open(f"/proc/{self.consumers.process(name).pid}/status", encoding="ascii") as file:
            return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1024

    def watch(self):
        while True:
            time.sleep(1)
            for name in FIRST:
                try:
                    self.samples[name].append((time.monotonic(), self.resident_mib(name)))
                except (OSError, AttributeError, StopIteration):
                    pass  # not started yet, or not any more

    # ---- publishing ----

    def batch(self, revision, first, count):
        people = self.load.people
        for number in range(first, first + count):
            person = people[number * 7919 % len(people)]["citizen_number"]
            total = 300 + number * 7907 % 2500 + revision
            yield f"P{number}", revision, person, total

    def publish(self):
        """A file a second, or as fast as it goes."""
        revision, first, due = 0, 0, time.monotonic()
        path = os.path.join(self.options.directory, "batch.csv")
        day = self.load.day.isoformat()
        while self.publishing:
            count = min(self.options.rate, STAYS - first)
            rows = list(self.batch(revision, first, count))
            with open(path, "w", encoding="utf-8") as file:
                file.write(HEADER + "".join(
                    f"{number},{revision},{person},{day},{total},0,{total},settled\n"
                    for number, revision, person, total in rows))
            self.load.until_done("publish", "--quiet", "--today", day, "--mapping", os.path.join(
                self.options.mappings, "hospitalisation.yaml"), path)
            self.load.published.write(("medical-insurance", row[0], row[1]) for row in rows)
            self.published += count
            first += count
            if first == STAYS:
                revision, first = revision + 1, 0
            due += count / self.options.rate
            time.sleep(max(0, due - time.monotonic()))

    # ---- the run ----

    def press(self, pressed, seconds, offered):
        """offered: the records that `pressed` was offered so far."""
        began = time.monotonic()
        before = offered(), self.taken(pressed)
        time.sleep(seconds)
        given, took = offered() - before[0], self.taken(pressed) - before[1]
        samples = [mib for at, mib in self.samples[pressed] if at >= began]
        self.say(f"{pressed} was offered {given:.0f} records and took {took:.0f} in {seconds:.0f} s; "
                 f"its memory: {samples[0]:.0f} MiB at first, at most {max(samples):.0f}, now "
                 f"{samples[-1]:.0f}, {self.state[pressed] / (1 << 20):.0f} of them households")
        self.judge_memory(pressed, samples)
        if given < TIMES * took:
            self.wrong(f"{pressed} was offered less than {TIMES} times what it took")

    def judge_memory(self, name, samples):
        limit = LIMIT_MIB + samples[0] + self.state[name] / (1 << 20)
        if max(samples) > limit:
            self.wrong(f"{name} used {max(samples):.0f} MiB, more than {limit:.0f}")
        last = samples[-SETTLED_S:]
        middle = len(last) // 2
        early, late = statistics.median(last[:middle]), statistics.median(last[middle:])
        if late > early * (1 + FLAT):
            self.wrong(f"memory of {name} still grows: {early:.0f}, then {late:.0f} MiB")

    def judge_membership(self, restarts):
        """Each start is an assignment, each stop in order a revocation; there was no other."""
        for name in FIRST:
            log = self.consumers.log(name)
            for words in ("partitions lost", "commit failed", "work failed"):
                if words in log:
                    self.wrong(f"{name}: {words}")
            if log.count("partitions assigned") != 1 + restarts[name]:
                self.wrong(f"{name}: {log.count('partitions assigned')} assignments")

    def await_assignments(self, starts):
        until = time.monotonic() + 60
        while any(self.consumers.log(name).count("partitions assigned") < count
                  for name, count in starts.items()):
            if time.monotonic() > until:
                raise RuntimeError("the consumers do not start")
            time.sleep(0.2)

    def free(self, name):
        """At full speed from now on."""
        self.brakes.pop(name).release()
        self.consumers.start_anew(name, {})

    def go(self):
        try:
            for name in FIRST:
                self.consumers.start(name, SLOW)
            time.sleep(2)
            self.await_assignments(dict.fromkeys(FIRST, 1))
            self.brakes = {name: Brake(self.consumers, name) for name in FIRST}
            self.publisher.start()
            self.say("enrich, assess and record are slow")
            self.press("enrich-1", self.options.seconds * FIRST_PART, lambda: self.published)
            self.say("assess and record are slow")
            self.free("enrich-1")
            self.await_assignments({"enrich-1": 2})
            self.press("assess-1", self.options.seconds * (1 - FIRST_PART),
                       lambda: self.taken("enrich-1"))
            self.publishing = False
            self.publisher.join()
            self.free("assess-1")
            self.free("record-1")
            self.drain()
            self.judge_membership({"enrich-1": 1, "assess-1": 1, "record-1": 1})
            peaks = ", ".join(f"{name} {max(mib for _, mib in samples):.0f} MiB"
                              for name, samples in self.samples.items())
            return self.count(f"at most {peaks}")
        finally:
            self.publishing = False
            for brake in self.brakes.values():
                brake.release()
            self.consumers.stop_all()


def main():
    parser = trial.parser(__doc__)
    parser.add_argument("--seconds", type=int, required=True, help="four sevenths for enrich, the rest for assess")
    return 0 if Pressure(parser.parse_args()).go() else 1


if __name__ == "__main__":
    sys.exit(main())
