"""When what fails: a schedule that a seed decides, and nothing else.

There are two lanes. Processes are killed, stopped and scaled in one, servers are restarted in the
other, at the same time. Each begins with every variant of its faults once, in an order of the seed,
so that a short run has all kinds; then it draws.

    python3 schedule.py SEED MINUTES     prints the schedule
"""

import collections
import random
import sys

SESSION_TIMEOUT_S = 6  # pipeline/bus/bus_kafka_conf.c
MAX_POLL_INTERVAL_S = 20  # the consumers of a run are given this one
OUTAGE_S = 60

FIRST = ["assess-1", "assess-2", "assess-3", "enrich-1", "enrich-2", "record-1"]
SPARE = ["assess-4", "enrich-3", "assess-5", "record-2"]
LEAST = {"assess": 2, "enrich": 1, "record": 1}  # a stage is not scaled below this

KINDS = ["kill", "stop", "broker", "postgres", "outage", "scale"]
PROCESS_FAULTS = [("kill", ""), ("kill", ""), ("stop", "session"), ("stop", "poll"), ("scale", "up"),
                  ("kill", ""), ("scale", "down")]
SERVER_FAULTS = [("broker", "term"), ("broker", "kill"), ("broker", "pause"), ("postgres", "fast"),
                 ("postgres", "immediate")]
OUTAGE = ("outage", "fast")

# at_s: when, from the start of the run; target: an instance, or ""; lasts_s: how long it is away
Fault = collections.namedtuple("Fault", "at_s kind how target lasts_s")


def stage_of(instance):
    return instance.rsplit("-", 1)[0]


def bags(rng, faults, wanted):
    """All of them, shuffled, again and again."""
    faults = [fault for fault in faults if fault[0] in wanted]
    while faults:
        rng.shuffle(faults)
        yield from faults


class Processes:
    """Which instances there are, and until when each is stopped."""

    def __init__(self):
        self.running = {name: 0.0 for name in FIRST}

    def scale(self, rng, at_s, how):
        """The instance that comes or goes; the other way round where there is none."""
        spare = [name for name in SPARE + FIRST if name not in self.running]
        count = collections.Counter(stage_of(name) for name in self.running)
        free = sorted(name for name, until in self.running.items()
                      if until < at_s and count[stage_of(name)] > LEAST[stage_of(name)])
        if (how == "up" and spare) or not free:
            name = rng.choice(spare)
            self.running[name] = 0.0
            return "up", name
        name = rng.choice(free)
        del self.running[name]
        return "down", name


def process_faults(seed, seconds, wanted):
    rng = random.Random(f"processes {seed}")
    processes = Processes()
    at_s = rng.uniform(3, 6)
    for kind, how in bags(rng, list(PROCESS_FAULTS), wanted):
        if at_s >= seconds:
            return
        lasts_s = 0.0
        if kind == "scale":
            how, target = processes.scale(rng, at_s, how)
        else:
            target = rng.choice(sorted(processes.running))
        if kind == "kill":
            lasts_s = rng.uniform(0.2, 4)
            processes.running[target] = 0.0
        elif kind == "stop":
            least = SESSION_TIMEOUT_S if how == "session" else MAX_POLL_INTERVAL_S
            lasts_s = least + rng.uniform(1, 5)
            processes.running[target] = at_s + lasts_s
        yield Fault(round(at_s, 1), kind, how, target, round(lasts_s, 1))
        at_s += rng.uniform(2, 9)


def server_faults(seed, seconds, wanted):
    rng = random.Random(f"servers {seed}")
    if "outage" in wanted and "postgres" not in wanted and "broker" not in wanted:
        faults = bags(rng, [OUTAGE], wanted)
    else:
        faults = bags(rng, SERVER_FAULTS + [OUTAGE], wanted)
    at_s = rng.uniform(5, 12)
    for kind, how in faults:
        lasts_s = OUTAGE_S if kind == "outage" else rng.uniform(1, 7)
        if at_s + lasts_s >= seconds:
            return
        yield Fault(round(at_s, 1), kind, how, "", round(lasts_s, 1))
        at_s += lasts_s + rng.uniform(4, 15)


def schedule(seed, minutes, wanted=tuple(KINDS)):
    """(faults of processes, faults of servers), each by time."""
    return (list(process_faults(seed, minutes * 60, wanted)),
            list(server_faults(seed, minutes * 60, wanted)))


def main():
    seed, minutes = int(sys.argv[1]), float(sys.argv[2])
    for fault in sorted(sum(schedule(seed, minutes), [])):
        print(f"{fault.at_s:7.1f} s  {fault.kind:8} {fault.how:9} {fault.target:9} "
              f"{fault.lasts_s:.1f} s")


if __name__ == "__main__":
    main()
