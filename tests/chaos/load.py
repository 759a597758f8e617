"""What goes on while things fail: departments publish, days pass, alerts come, county teams report.

Each command is done again until it succeeds, as its reader would. What succeeded is acknowledged, and
written down in files beside the run's logs before anything else happens: nothing of it may be missing
at the end.
"""

import csv
import datetime
import json
import os
import random
import subprocess
import threading
import time

AGAIN_S = 1.0
COMMAND_S = 120  # a command that hangs is a fault of its own
DAY_S = 12  # a day passes
ALERT_S = 45
TEAM_S = 1.5
BACK_DAYS = 40  # events are at most so old
CORRECTED = 0.08  # of hospital stays come again, with a higher revision
CANCELLED = 0.25  # of those

PEOPLE_KINDS = [
    ("medical-insurance", "hospitalisation",
     "settlement_number,revision,citizen_number,settled_on,total_yuan,reimbursed_yuan,"
     "own_share_yuan,state"),
    ("employment", "job-loss",
     "registration_number,citizen_number,lost_on,monthly_wage_yuan,reason"),
    ("health", "chronic-illness",
     "record_number,citizen_number,diagnosed_on,severe,yearly_cost_yuan"),
    ("education", "school-dropout", "record_number,citizen_number,left_on,stage"),
    ("housing", "housing-damage",
     "inspection_number,household_code,inspected_on,grade,repair_cost_yuan"),
]
MIX = [60, 15, 10, 5, 10]


def read_csv(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Journal:
    """Lines of tabs; each is on disk before the next thing is done."""

    def __init__(self, directory, name):
        self.path = os.path.join(directory, name)
        self.file = open(self.path, "w", encoding="utf-8")
        self.count = 0

    def write(self, rows):
        for row in rows:
            self.file.write("\t".join(map(str, row)) + "\n")
            self.count += 1
        self.file.flush()
        os.fsync(self.file.fileno())


class Load:
    def __init__(self, options, environment, say):
        self.options = options
        self.environment = environment
        self.say = say
        self.stopping = threading.Event()
        self.rng = random.Random(f"load {options.seed}")
        self.people = read_csv(os.path.join(options.data, "people.csv"))
        self.day = datetime.date.fromisoformat(options.day)
        self.number = 0
        self.stays = []  # rows that come again, corrected
        self.published = Journal(options.directory, "published.tsv")
        self.reports = Journal(options.directory, "reports.tsv")
        self.again = 0
        self.failed = []
        self.threads = [threading.Thread(target=self.guarded, args=(part,), daemon=True)
                        for part in (self.departments, self.days, self.teams)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def stop(self):
        """Ends after what is being published is acknowledged; Kafka must be up."""
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def guarded(self, part):
        try:
            part()
        except Exception as error:  # a thread that dies silently would make the run easier
            self.failed.append(f"{part.__name__}: {error!r}")
            self.say("the load ended by itself: " + self.failed[-1])

    # ---- commands ----

    def run(self, *arguments):
        try:
            return subprocess.run([self.options.program, *arguments], env=self.environment,
                                  stdin=subprocess.DEVNULL, capture_output=True, text=True,
                                  timeout=COMMAND_S)
        except subprocess.TimeoutExpired:
            self.failed.append(f"lifeline {arguments[0]} did not end in {COMMAND_S} s")
            self.say(self.failed[-1])
            return subprocess.CompletedProcess(arguments, 1, "", "")

    def until_done(self, *arguments):
        while True:
            done = self.run(*arguments)
            if done.returncode == 0:
                return
            if done.returncode != 1:
                raise RuntimeError(f"lifeline {' '.join(arguments[:2])} ended with "
                                   f"{done.returncode}: {done.stdout[-300:]} {done.stderr[-300:]}")
            self.again += 1
            time.sleep(AGAIN_S)

    # ---- departments ----

    def departments(self):
        due = time.monotonic()
        while not self.stopping.is_set():
            for index in sorted(set(self.rng.choices(range(len(PEOPLE_KINDS)), MIX, k=4))):
                self.publish(index)
            due = max(due + 1.0, time.monotonic() - 5)
            time.sleep(max(0, due - time.monotonic()))

    def publish(self, index):
        source, mapping, header = PEOPLE_KINDS[index]
        count = max(1, self.options.rate * MIX[index] // 100)
        rows = [self.row(index) for _ in range(count)]
        if index == 0:
            rows += self.corrections(count)
        path = os.path.join(self.options.directory, "batch.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write(header + "\n" + "".join(",".join(map(str, row)) + "\n" for row in rows))
        self.until_done("publish", "--quiet", "--today", self.day.isoformat(), "--mapping",
                        os.path.join(self.options.mappings, mapping + ".yaml"), path)
        self.published.write((source, row[0], row[1] if index == 0 else 0) for row in rows)

    def row(self, index):
        rng = self.rng
        person = rng.choice(self.people)
        day = self.day - datetime.timedelta(days=rng.randrange(BACK_DAYS))
        self.number += 1
        number = f"C{self.number}"
        if index == 0:
            total = int(rng.lognormvariate(8.2, 1.0)) + 100
            paid = int(total * rng.uniform(0.2, 0.8))
            row = [number, 0, person["citizen_number"], day, total, paid, total - paid, "settled"]
            if rng.random() < CORRECTED:
                self.stays.append(row)
            return row
        return {
            1: lambda: [number, person["citizen_number"], day, rng.randrange(1500, 9000),
                        rng.choice(["dismissed", "contract_ended", "employer_closed"])],
            2: lambda: [number, person["citizen_number"], day, rng.randrange(2),
                        rng.randrange(500, 30000)],
            3: lambda: [number, person["citizen_number"], day,
                        rng.choice(["compulsory", "non_compulsory"])],
            4: lambda: [number, person["household_code"], day, rng.choice("ABCD"),
                        rng.randrange(0, 40000)],
        }[index]()

    def corrections(self, most):
        """Earlier stays once more, with the next revision."""
        earlier, self.stays = self.stays[:most], self.stays[most:]
        rows = []
        for row in earlier:
            corrected = row[:1] + [row[1] + 1] + row[2:]
            if self.rng.random() < CANCELLED:
                corrected[7] = "cancelled"
            else:
                corrected[6] = corrected[6] // 2
            rows.append(corrected)
        return rows

    # ---- days and alerts ----

    def days(self):
        towns = sorted({person["household_code"][:9] for person in self.people})
        rng = random.Random(f"alerts {self.options.seed}")
        next_alert = time.monotonic() + ALERT_S / 3
        while not self.stopping.wait(DAY_S):
            day = self.day + datetime.timedelta(days=1)
            self.until_done("clock", "--day", day.isoformat())
            self.day = day
            if time.monotonic() >= next_alert:
                next_alert += ALERT_S
                self.until_done("alert", "--area", rng.choice(towns), "--kind", "flood",
                                "--severity", "3", "--on", day.isoformat(), "--expires",
                                (day + datetime.timedelta(days=5)).isoformat())

    # ---- county teams ----

    def teams(self):
        rng = random.Random(f"teams {self.options.seed}")
        while not self.stopping.wait(TEAM_S):
            county = rng.choice(["360502", "360521"])
            listed = self.run("tasks", "--county", county, "--limit", "20", "--json")
            tasks = [json.loads(line) for line in listed.stdout.splitlines()
                     if line.startswith("{")]
            if listed.returncode == 0 and tasks:
                self.report(rng, rng.choice(tasks))

    def report(self, rng, task):
        """A team that gets no answer looks at the list again later, and so nothing is insisted on."""
        words = {"open": ["accept"], "accepted": ["done", "failed", "refused"]}
        word = rng.choice(words.get(task["state"], ["done"]))
        done = self.run("tasks", word, task["task_id"], "--by", f"team-{rng.randrange(9)}",
                        "--note", "seen")
        if done.returncode == 0:
            self.reports.write([(task["task_id"], word)])
