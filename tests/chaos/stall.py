#!/usr/bin/env python3
"""A broker that is slow, or stands still for longer than anybody waits for it: longer than the session and
a transaction (6 s), than a commit or an abort (30 and 10 s), than a request (60 s).

`./dev chaos stall` starts the servers and imports a registry, then this: SIGSTOP and SIGCONT of the broker,
which notices nothing of it, while departments publish. Each time the stages must be at work again.
"""

import signal
import sys
import time

import trial

FIRST = ["enrich-1", "enrich-2", "assess-1", "assess-2", "record-1"]
STALLS_S = [8, 25, 45, 75]
SLOW_S, RUN_S, PAUSE_S = 45, 0.1, 0.9  # at a tenth of its speed
AGAIN_S = 60  # until tasks come again


class Stall(trial.Trial):
    def decided(self):
        summary = self.summary(1)
        return summary["decided"] if summary else 0

    def await_work(self, since, before):
        """Until more is decided than before."""
        while self.decided() <= before:
            if time.monotonic() > since + AGAIN_S:
                self.wrong(f"nothing was decided in {AGAIN_S} s")
                return
        self.say(f"at work again {time.monotonic() - since:.1f} s after it")

    def stall(self, lasts_s):
        before = self.decided()
        self.say(f"the broker stands still for {lasts_s} s")
        self.servers.signal_kafka(signal.SIGSTOP)
        time.sleep(lasts_s)
        self.servers.signal_kafka(signal.SIGCONT)
        self.await_work(time.monotonic(), before)

    def slow(self):
        before, until = self.decided(), time.monotonic() + SLOW_S
        self.say(f"the broker runs {RUN_S} s, stands still for {PAUSE_S} s, for {SLOW_S} s")
        while time.monotonic() < until:
            self.servers.signal_kafka(signal.SIGSTOP)
            time.sleep(PAUSE_S)
            self.servers.signal_kafka(signal.SIGCONT)
            time.sleep(RUN_S)
        decided = self.decided() - before
        self.say(f"{decided} events were decided meanwhile")
        if not decided:
            self.wrong("a slow broker stopped all work")

    def go(self):
        for name in FIRST:
            self.consumers.start(name)
        try:
            self.load.start()
            time.sleep(10)
            self.slow()
            for lasts_s in STALLS_S:
                self.stall(lasts_s)
            self.load.stop()
            self.import_latecomers()
            self.drain()
            return self.count("the broker stood still for " +
                              ", ".join(f"{lasts_s} s" for lasts_s in STALLS_S))
        finally:
            self.servers.signal_kafka(signal.SIGCONT)
            self.consumers.stop_all()


def main():
    return 0 if Stall(trial.parser(__doc__).parse_args()).go() else 1


if __name__ == "__main__":
    sys.exit(main())
