#!/usr/bin/env python3
"""Plays the household stories on a running deployment and writes each one's pages.

usage: play_stories.py --lifeline PROGRAM --stories stories.yaml --policy national.yaml
                       --mappings DIRECTORY --work DIRECTORY --pages DIRECTORY

All stories are played at once, day by day, with the commands that departments, county teams and
operators use. A page is what `lifeline explain` tells from the log, word by word, below a heading;
of what people wrote in both languages, "中文 (English)", it keeps the page's own.
Exit code: 0, or 1 when a command failed or a case is not where its scenario expects it.
"""

import argparse
import concurrent.futures
import csv
import datetime
import json
import os
import re
import subprocess
import sys
import time

import yaml

import stories

PATIENCE = 60            # seconds, for all stages to have read everything
AT_A_TIME = 4            # commands
ANNOUNCED = 10           # days before a policy is in force
DAY = datetime.timedelta(days=1)
DECISIONS = {
    "visit_confirmed": "confirm", "visit_rejected": "reject",
    "village_confirmed": "village-confirm", "village_rejected": "village-reject",
    "township_confirmed": "township-confirm", "township_rejected": "township-reject",
    "county_confirmed": "monitor", "county_rejected": "decline",
    "marks_waived": "waive-marks", "marks_exclude": "exclude", "green_channel": "green-channel",
    "risk_eliminated": "eliminate", "released": "release", "hold": "hold", "unhold": "unhold",
}
REPORTS = {"accepted": "accept", "done": "done", "failed": "failed", "refused": "refused",
           "not_found": "not-found"}


class Failed(Exception):
    pass


class Deployment:
    """The commands, one by one."""

    def __init__(self, options):
        self.program = options.lifeline
        self.mappings = options.mappings
        self.work = options.work
        self.mapping_texts = {}

    def run(self, *arguments, expected=(0,)):
        done = subprocess.run([self.program, *arguments], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False)
        if done.returncode not in expected:
            raise Failed("lifeline %s: ended with %d\n%s%s" % (
                " ".join(arguments), done.returncode, done.stdout, done.stderr))
        return done.stdout

    def settle(self):
        """Everything that was published is decided and recorded."""
        until = time.monotonic() + PATIENCE
        while not json.loads(self.run("lag", "--json"))["drained"]:
            if time.monotonic() > until:
                raise Failed("not everything was read in %d s" % PATIENCE)
            time.sleep(0.02)

    def mapping(self, kind):
        """(path, its YAML): how the department that tells of such events names its columns."""
        if kind not in self.mapping_texts:
            path = os.path.join(self.mappings, kind.replace("_", "-") + ".yaml")
            with open(path, encoding="utf-8") as file:
                self.mapping_texts[kind] = (path, yaml.load(file, yaml.BaseLoader))
        return self.mapping_texts[kind]

    def file(self, name):
        return os.path.join(self.work, name)


# ---- rows ---------------------------------------------------------------------------------------------

def put(row, column, value):
    """A column of NDJSON is a path."""
    *path, last = column.split(".")
    for name in path:
        row = row.setdefault(name, {})
    row[last] = value


def column_of(field):
    return field["column"] if isinstance(field, dict) else field


def code_of(field, value):
    """The department's own word for a value, where its words are not ours."""
    codes = field.get("codes", {}) if isinstance(field, dict) else {}
    if value in codes or value not in codes.values():
        return value
    return next(code for code, meaning in codes.items() if meaning == value)


def row_of(story, place, step, mapping):
    """A department's row of the step's event."""
    event = step.fields[step.kind]
    row = {}
    for column in mapping.get("event_id", []):
        put(row, column, "%s-%s" % (story.code, event.get("id", "%d" % place)))
    put(row, mapping["occurred_on"], event.get("dated", step.day.isoformat()))
    if "citizen_number" in mapping["subject"]:
        put(row, mapping["subject"]["citizen_number"], story.number_of(event["who"]))
    else:
        put(row, mapping["subject"]["household_code"], story.code)
    if "revision" in mapping:
        put(row, mapping["revision"], event.get("revision", "0"))
    elif "revision" in event:
        raise Failed("%s cannot be corrected: its mapping has no revision" % step.kind)
    if event.get("retract") == "yes":
        put(row, mapping["action"]["column"], mapping["action"]["retract"][0])
    for name, field in mapping.get("fields", {}).items():
        value = event.get(name.removesuffix("_fen"))
        if value not in (None, "unknown"):
            put(row, column_of(field), code_of(field, stories.money(value)))
    return row


def publish(deployment, day, kind, rows):
    path, _ = deployment.mapping(kind)
    name = deployment.file("%s-%s.ndjson" % (day, kind))
    with open(name, "w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    deployment.run("publish", "--mapping", path, "--format", "ndjson", "--today", day.isoformat(),
                   "--quiet", name)


def register(deployment, day, played):
    """The registry's entries of these households, as they are now."""
    names = [deployment.file("%s-%s.csv" % (day, what)) for what in ("households", "people")]
    with open(names[0], "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["household_code", "area", "category", "dibao", "exclusion_marks",
                       "recorded_income", "income_year"])
        for story in played:
            home = story.household
            income = home.get("income", "unknown")
            rows.writerow([story.code, home["area"], home.get("category", "ordinary"),
                           home.get("dibao", "no"), "|".join(home.get("marks", [])),
                           "" if income == "unknown" else stories.money(income),
                           "" if income == "unknown" else home["income_year"]])
    with open(names[1], "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["household_code", "citizen_number", "resident", "labour", "in_school"])
        for story in played:
            for member in story.household["members"]:
                rows.writerow([story.code, member["number"], member.get("resident", "yes"),
                               member.get("labour", "no"), member.get("in_school", "no")])
    deployment.run("registry", "import", "--households", names[0], "--people", names[1], "--quiet")


# ---- what people do ---------------------------------------------------------------------------------

def alert(deployment, day, fields):
    deployment.run("alert", "--area", fields["area"], "--kind", fields.get("kind", "flood"),
                   "--severity", fields["severity"], "--on", day.isoformat(),
                   "--expires", fields["until"])


def report(deployment, story, step):
    (measure, state), = step.fields["report"].items()
    tasks = deployment.run("tasks", "list", "--json", "--household", story.key, "--measure", measure)
    tasks = [json.loads(line) for line in tasks.splitlines()]
    if len(tasks) != 1:
        raise Failed("%s, %s: %d open tasks '%s'" % (story.slug, step.day, len(tasks), measure))
    note = ["--note", step.fields["note"]] if "note" in step.fields else []
    # What would be rejected is refused by the command already, and does not come into the log.
    refused = "rejected" in step.fields.get("expect", {})
    deployment.run("tasks", REPORTS[state], tasks[0]["task_id"],
                   "--by", step.fields["by"], *note, expected=(1,) if refused else (0,))


def decide(deployment, story, step):
    word = DECISIONS[step.fields["decide"]]
    seen = []
    for name in ("secure", "at_risk"):
        if name in step.fields:
            seen += ["--" + name.replace("_", "-"), ",".join(step.fields[name])]
    deployment.run("case", word, "--code", story.code, "--by", step.fields["by"],
                   "--reason", step.fields["note"], "--today", step.day.isoformat(), *seen)


# ---- pages ---------------------------------------------------------------------------------------------

WORDS = {
    "en": {
        "home": "The household", "told": "What lifeline tells",
        "ordinary": "Ordinary household", "ex_poor": "Ex-poor household",
        "village": "village", "income": "income of {0}: {1} yuan", "no_income": "income: nobody reported it",
        "columns": ["member", "born", "labourer", "at school"], "yes": "yes", "no": "no",
        "marks": "registered: {0}", "and": "; ", "other": "[中文]({0}.zh-CN.md) · [all stories](README.md)",
        "dibao": "receives the minimum living allowance",
    },
    "zh": {
        "home": "农户", "told": "系统的说明",
        "ordinary": "一般农户", "ex_poor": "脱贫户",
        "village": "村", "income": "{0}年收入{1}元", "no_income": "收入：无人申报",
        "columns": ["成员", "出生", "劳动力", "在校"], "yes": "是", "no": "否",
        "marks": "登记有：{0}", "and": "；", "other": "[English]({0}.md) · [全部故事](README.zh-CN.md)",
        "dibao": "享受低保",
    },
}
MEMBERS = {"father": "父亲", "mother": "母亲", "son": "儿子", "daughter": "女儿",
           "grandmother": "祖母", "grandfather": "祖父"}
MARKS = {"car": {"en": "a car", "zh": "机动车"}, "company": {"en": "a company", "zh": "企业"},
         "commercial_flat": {"en": "a commercial flat", "zh": "商品房"},
         "public_employee": {"en": "a public employee", "zh": "财政供养人员"}}
ENDINGS = {"en": ".md", "zh": ".zh-CN.md"}


def home_of(story, language):
    """The household as it was registered, and its members in a table."""
    words, home = WORDS[language], story.registered
    parts = [words[home.get("category", "ordinary")], "%s %s" % (words["village"], home["area"])]
    if home.get("income", "unknown") == "unknown":
        parts.append(words["no_income"])
    else:
        parts.append(words["income"].format(home["income_year"],
                                            "{:,}".format(int(stories.money(home["income"])))))
    if home.get("dibao") == "yes":
        parts.append(words["dibao"])
    if home.get("marks"):
        parts.append(words["marks"].format(", ".join(MARKS[m][language] for m in home["marks"])))
    lines = [words["and"].join(parts) + ("." if language == "en" else "。"), ""]
    lines.append("| " + " | ".join(words["columns"]) + " |")
    lines.append("|---|---|---|---|")
    for member in home["members"]:
        name = member["name"] if language == "en" else MEMBERS[member["name"]]
        lines.append("| %s | %s | %s | %s |" % (
            name, member["born"][:4], words[member.get("labour", "no")],
            words[member.get("in_school", "no")]))
    return "\n".join(lines)


def as_markdown(text):
    """What explain tells, word by word: days as headings, indentation as lists."""
    lines = []
    for line in text.splitlines()[1:]:
        words = re.sub(r"([\\`*_<|\[\]#])", r"\\\1", line.strip().removeprefix("> "))
        depth = len(line) - len(line.lstrip())
        if depth == 0:
            lines.append("\n### %s\n" % words if words else "")
        elif line.startswith("    > "):
            lines.append("  - → %s" % words)
        else:
            lines.append("%s- %s" % (" " * (depth - 2), words))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def in_one_language(text, story, language):
    """Notes of the scenario as somebody would have written them who speaks only one language."""
    for step in story.steps:
        halves = re.fullmatch(r"(.+) \((.+)\)", step.fields.get("note", ""))
        if halves:
            text = text.replace(halves.group(0), halves.group(1 if language == "zh" else 2))
    return text


def write_page(deployment, story, language, directory):
    words = WORDS[language]
    text = in_one_language(deployment.run("explain", story.key, "--lang", language), story, language)
    page = "# %d. %s\n\n%s\n\n%s\n\n## %s\n\n%s\n\n## %s\n\n%s" % (
        story.number, story.heading[language], story.shows[language],
        words["other"].format(story.slug), words["home"], home_of(story, language),
        words["told"], as_markdown(text))
    path = os.path.join(directory, story.slug + ENDINGS[language])
    with open(path, "w", encoding="utf-8") as file:
        file.write(page)


def check(deployment, story):
    """Where the case is, by its own scenario."""
    states = [step.fields["expect"]["case"] for step in story.steps
              if "case" in step.fields.get("expect", {})]
    shown = deployment.run("case", "show", story.key, "--json").splitlines()[0]
    found = json.loads(shown)["case"]
    if states and found != states[-1]:
        raise Failed("%s: the case is %s, expected %s" % (story.slug, found, states[-1]))


def end(deployment, story, directory):
    """On the story's last day, when all is done; others go on."""
    check(deployment, story)
    for language in ENDINGS:
        write_page(deployment, story, language, directory)


# ---- day by day -----------------------------------------------------------------------------------------

def actions_of(deployment, day, steps):
    """What happens in one round, at most one thing in each story, as calls."""
    calls, rows, changed = [], {}, []
    for story, place, step in steps:
        if step.kind:
            _, mapping = deployment.mapping(step.kind)
            rows.setdefault(step.kind, []).append(row_of(story, place, step, mapping))
        elif "alert" in step.fields:
            calls.append(lambda fields=step.fields["alert"]: alert(deployment, day, fields))
        elif "report" in step.fields:
            calls.append(lambda s=story, t=step: report(deployment, s, t))
        elif "decide" in step.fields:
            calls.append(lambda s=story, t=step: decide(deployment, s, t))
        elif "registered" in step.fields:
            story.household.update(step.fields["registered"])
            changed.append(story)
    for kind, list_of_rows in rows.items():
        calls.append(lambda k=kind, r=list_of_rows: publish(deployment, day, k, r))
    if changed:
        calls.append(lambda: register(deployment, day, changed))
    return calls


def play_day(deployment, pool, day, told):
    """One round after another: what follows in a story sees what came before it."""
    queues = [[(story, place, step) for place, step in enumerate(story.steps, 1)
               if step.day == day and step.happens] for story in told]
    while any(queues):
        steps = [queue.pop(0) for queue in queues if queue]
        for call in [pool.submit(call) for call in actions_of(deployment, day, steps)]:
            call.result()
        deployment.settle()


def activate(deployment, day, policies, path):
    """Those that are announced on this day."""
    for changes in policies:
        if stories.parse_day(changes["effective_on"]) - ANNOUNCED * DAY == day:
            name = deployment.file("policy-%s.yaml" % changes["effective_on"])
            with open(name, "w", encoding="utf-8") as file:
                file.write(stories.changed_policy(path, changes))
            deployment.run("policy", "activate", name)


def play(deployment, told, policies, policy_path, pages):
    days = {step.day for story in told for step in story.steps} | {story.start for story in told}
    days |= {stories.parse_day(changes["effective_on"]) - ANNOUNCED * DAY for changes in policies}
    before = min(days) - DAY
    deployment.run("policy", "activate", policy_path)
    with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
        for day in sorted(days):
            deployment.run("clock", "--from", (before + DAY).isoformat(), "--to", day.isoformat())
            activate(deployment, day, policies, policy_path)
            begun = [story for story in told if story.start == day]
            if begun:
                register(deployment, day, begun)
            deployment.settle()
            for story in begun:
                known = json.loads(deployment.run("explain", "--code", story.code, "--json"))
                story.key = known["household_key"]
            play_day(deployment, pool, day, told)
            for ending in [pool.submit(end, deployment, story, pages)
                           for story in told if story.end == day]:
                ending.result()
            before = day


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("lifeline", "stories", "policy", "mappings", "work", "pages"):
        parser.add_argument("--" + name, required=True)
    options = parser.parse_args()
    deployment = Deployment(options)
    told, policies = stories.read(options.stories)
    for story in told:
        story.registered = dict(story.household)
    began = time.monotonic()
    try:
        play(deployment, told, policies, options.policy, options.pages)
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 1
    print("%d stories in %.0f s" % (len(told), time.monotonic() - began))
    return 0


if __name__ == "__main__":
    sys.exit(main())
