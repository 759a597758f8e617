"""The run's consumers, under a supervisor that starts again what ends, as a deployment's would."""

import collections
import os
import signal
import subprocess
import threading
import time
import urllib.request

EXIT_RESTART = 4
RESTART_S = 1.0  # a supervisor's pause before it starts again what asked for it
STOP_S = 40  # to stop in order; a stage bounds it below this
WATCH_S = 0.1


class Instance:
    def __init__(self, name):
        self.name = name
        self.stage = name.rsplit("-", 1)[0]
        self.settings = {}  # environment variables of its own
        self.process = None
        self.wanted = True
        self.stopped = False  # SIGSTOP
        self.start_at = 0.0


class Instances:
    """One thread watches; the others ask. Everything is under one lock."""

    def __init__(self, program, directory, environment, say):
        self.program = program
        self.logs = os.path.join(directory, "consumers")
        self.environment = environment
        self.say = say
        self.lock = threading.RLock()
        self.all = {}
        self.restarts = collections.Counter()  # exits with 4, by stage
        self.wrong = []  # ends that no fault explains
        self.ending = False
        os.makedirs(self.logs, exist_ok=True)
        threading.Thread(target=self.watch, daemon=True).start()

    # ---- starting and watching ----

    def start(self, name, settings=None):
        with self.lock:
            instance = self.all.setdefault(name, Instance(name))
            if settings is not None:
                instance.settings = settings
            instance.wanted = True
            instance.start_at = 0.0

    def launch(self, instance):
        with open(os.path.join(self.logs, instance.name + ".log"), "ab") as log:
            instance.process = subprocess.Popen(
                [self.program, instance.stage, "--instance", instance.name],
                env=dict(self.environment, **instance.settings), stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True)
        instance.stopped = False

    def watch(self):
        while not self.ending:
            with self.lock:
                for instance in self.all.values():
                    self.look_at(instance)
            time.sleep(WATCH_S)

    def look_at(self, instance):
        if instance.process is not None:
            status = instance.process.poll()
            if status is None:
                return
            instance.process = None
            if instance.wanted and instance.start_at == 0.0:
                self.ended(instance, status)
        if instance.wanted and time.monotonic() >= instance.start_at:
            instance.start_at = 0.0
            self.launch(instance)

    def ended(self, instance, status):
        instance.start_at = time.monotonic() + RESTART_S
        if status == EXIT_RESTART:
            self.restarts[instance.stage] += 1
            self.say(f"{instance.name} ended with 4 and is started again: {self.reason(instance)}")
        else:
            self.wrong.append(f"{instance.name} ended with {status}: {self.reason(instance)}")
            self.say(self.wrong[-1])

    def reason(self, instance):
        with open(os.path.join(self.logs, instance.name + ".log"), "rb") as log:
            log.seek(max(0, os.path.getsize(log.name) - 4096))
            lines = log.read().decode("utf-8", "replace").splitlines()
        return next((line for line in reversed(lines) if "level=error" in line),
                    lines[-1] if lines else "")[:300]

    # ---- faults ----

    def kill(self, name, away_s):
        with self.lock:
            instance = self.all[name]
            instance.start_at = time.monotonic() + away_s
            process = instance.process
            if process is not None:
                process.kill()
                process.wait()
                instance.process = None

    def pause(self, name):
        """The process that was stopped, for `resume`; None where there is none."""
        with self.lock:
            instance = self.all[name]
            if instance.process is None or instance.process.poll() is not None:
                return None
            instance.process.send_signal(signal.SIGSTOP)
            instance.stopped = True
            return instance.process

    def resume(self, name, process):
        with self.lock:
            instance = self.all[name]
            if process is not None and instance.process is process and process.poll() is None:
                process.send_signal(signal.SIGCONT)
                instance.stopped = False

    def take_away(self, name):
        """Stops it in order, as scaling down does."""
        with self.lock:
            instance = self.all[name]
            instance.wanted = False
            process = instance.process
            if process is None or process.poll() is not None:
                return
            process.send_signal(signal.SIGCONT)
            process.terminate()
        try:
            status = process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self.wrong.append(f"{name} still runs {STOP_S} s after SIGTERM")
            self.say(self.wrong[-1])
            process.kill()
            status = process.wait()
        with self.lock:
            if instance.process is process:  # nobody is to wonder why it ended
                instance.process = None
        if status == -signal.SIGKILL:
            return
        if status == EXIT_RESTART:
            self.restarts[instance.stage] += 1
            self.say(f"{name} could not stop in order, and ended with 4: {self.reason(instance)}")
        elif status != 0:
            self.wrong.append(f"{name} ended with {status} after SIGTERM: {self.reason(instance)}")
            self.say(self.wrong[-1])

    def start_anew(self, name, settings):
        """Stops it in order, and starts it with other settings."""
        self.take_away(name)
        self.start(name, settings)

    # ---- looking ----

    def process(self, name):
        instance = self.all.get(name)
        return instance and instance.process

    def log(self, name):
        with open(os.path.join(self.logs, name + ".log"), encoding="utf-8") as log:
            return log.read()

    def metrics(self, name):
        """By name; those with a label under the whole of what stands before the value."""
        port = self.log(name).rsplit(" port=", 1)[1].split()[0]
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=20) as answer:
            pairs = (line.rsplit(" ", 1) for line in answer.read().decode().splitlines()
                     if line and line[0] != "#")
            return {key: float(value) for key, value in pairs}

    # ---- the end ----

    def heal(self, names):
        """Exactly these run."""
        with self.lock:
            names_now = [n for n, instance in self.all.items() if instance.wanted]
            for instance in self.all.values():
                if instance.stopped and instance.process is not None:
                    instance.process.send_signal(signal.SIGCONT)
                    instance.stopped = False
        for name in names_now:
            if name not in names:
                self.take_away(name)
        for name in names:
            self.start(name)

    def stop_all(self):
        self.ending = True
        with self.lock:
            running = [i for i in self.all.values() if i.process and i.process.poll() is None]
            for instance in running:
                instance.wanted = False
                instance.process.send_signal(signal.SIGCONT)
                instance.process.terminate()
        for instance in running:
            try:
                instance.process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                instance.process.kill()
                instance.process.wait()
