#!/usr/bin/env python3
"""Takes a running deployment apart by a schedule, and then counts what it did.

`./dev chaos` starts a Kafka and a PostgreSQL and imports a registry, then this. Python's standard
library and kcat only. Exit code: 0 when nothing is lost or doubled, every kind of fault occurred and
there were events and tasks.
"""

import collections
import signal
import sys
import threading
import time

import schedule
import trial


class Run(trial.Trial):
    def __init__(self, options):
        super().__init__(options, {
            "LIFELINE_KAFKA_MAX_POLL_INTERVAL_MS": str(schedule.MAX_POLL_INTERVAL_S * 1000)})
        self.counts = collections.Counter()
        self.outages = []  # wall-clock seconds, from and to
        self.timers = []

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
            self.wrong(f"the run's own fault: {error!r}")

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

    def check(self):
        for kind in self.options.faults:
            if not self.counts[kind]:
                self.wrong(f"no fault of the kind {kind} occurred")
        kinds = ", ".join(f"{kind} {self.counts[kind]}" for kind in schedule.KINDS)
        return self.count(f"faults {sum(self.counts.values())} ({kinds})", self.outages)

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
    parser = trial.parser(__doc__)
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
