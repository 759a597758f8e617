"""The run's Kafka and PostgreSQL, taken away and brought back."""

import os
import signal
import subprocess
import time

GONE_S = 60  # a server that was asked to stop


class ServerError(Exception):
    pass


class Servers:
    """`shell` runs a function of docker/local/*.sh: the same that started them."""

    def __init__(self, root, directory, kafka_port, postgres_port):
        self.root = root
        self.directory = directory
        self.kafka_port = str(kafka_port)
        self.postgres_port = str(postgres_port)
        self.kafka_pid_file = os.path.join(directory, "kafka", "pid")

    def shell(self, function, *arguments):
        script = ('set -euo pipefail; ROOT=$1; LOCAL=$ROOT/.local; shift; '
                  'for part in say packages servers chaos; do . "$ROOT/docker/local/$part.sh"; done; '
                  '"$@"')
        run = subprocess.run(["bash", "-c", script, "chaos", self.root, function, *arguments],
                             stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, text=True)
        if run.returncode:
            raise ServerError(f"{function}: {run.stderr.strip()}")

    # ---- Kafka ----

    def kafka_pid(self):
        with open(self.kafka_pid_file, encoding="ascii") as file:
            return int(file.read())

    def signal_kafka(self, number):
        os.kill(self.kafka_pid(), number)

    def stop_kafka(self, number):
        pid = self.kafka_pid()
        os.kill(pid, number)
        until = time.monotonic() + GONE_S
        while not is_gone(pid):
            if time.monotonic() > until:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)
        os.remove(self.kafka_pid_file)

    def start_kafka(self):
        self.shell("start_kafka", self.directory, self.kafka_port)

    # ---- PostgreSQL ----

    def stop_postgres(self, how):
        self.shell("stop_postgres", self.directory, how)

    def start_postgres(self):
        self.shell("start_postgres", self.directory, self.postgres_port)


def is_gone(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True
