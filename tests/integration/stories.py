"""Household stories: a scenario file (docs/policy-officer.md) as people would live through it.

The file is read as text alone: what "yes" or "5000 yuan" means is for lifeline to say. A scenario
gets its place in the file as number; its title is "Heading: what it shows.", and the comment right
above it says the same in Chinese, "标题：说明。".
"""

import copy
import datetime
import re

import yaml

# What a step is beside an event.
NO_EVENTS = ("on", "alert", "registered", "report", "decide", "secure", "at_risk", "by", "note", "expect")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def parse_day(text):
    return datetime.date.fromisoformat(text)


def money(text):
    """'5000 yuan' as the number that a department would write."""
    return re.sub(r"\s*yuan$", "", text)


def citizen_number(birth, sequence):
    """A made-up number that passes the check of GB 11643."""
    head = "360502" + birth.strftime("%Y%m%d") + "%03d" % sequence
    return head + "10X98765432"[sum(int(d) * w for d, w in zip(head, WEIGHTS)) % 11]


class Step:
    def __init__(self, fields, day):
        self.fields = fields
        self.day = parse_day(fields["on"]) if "on" in fields else day
        kinds = [key for key in fields if key not in NO_EVENTS]
        self.kind = kinds[0] if kinds else None
        self.happens = self.kind is not None or any(
            key in fields for key in ("alert", "registered", "report", "decide"))


class Story:
    def __init__(self, number, fields, default, chinese):
        self.number = number
        self.heading, self.shows = {}, {}
        self.heading["en"], self.shows["en"] = re.split(r":\s*", fields["title"], maxsplit=1)
        self.heading["zh"], self.shows["zh"] = chinese.split("：", 1)
        self.shows["en"] = self.shows["en"][0].upper() + self.shows["en"][1:]
        slug = re.sub(r"[^a-z0-9]+", "-", self.heading["en"].lower()).strip("-")
        self.slug = "%02d-%s" % (number, slug)
        self.code = "story-%02d" % number
        self.start = parse_day(fields.get("start", default.get("start")))
        self.household = copy.deepcopy(default["household"])
        self.household.update(fields.get("household", {}))
        for sequence, member in enumerate(self.household["members"]):
            member["number"] = citizen_number(parse_day(member["born"]), number * 10 + sequence)
        self.steps = []
        day = self.start
        for step in fields["steps"]:
            self.steps.append(Step(step, day))
            day = self.steps[-1].day
        self.end = day

    def number_of(self, name):
        return next(m["number"] for m in self.household["members"] if m["name"] == name)


def chinese_titles(text):
    """The comment right above each title."""
    return re.findall(r"^ *# *(.+)\n *- title:", text, re.MULTILINE)


def read(path):
    """The stories, and what each later policy changes."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    tree = yaml.load(text, yaml.BaseLoader)
    chinese = chinese_titles(text)
    if len(chinese) != len(tree["scenarios"]):
        raise ValueError("%s: a comment with the Chinese title belongs above each title" % path)
    stories = [Story(number, fields, tree, chinese[number - 1])
               for number, fields in enumerate(tree["scenarios"], 1)]
    return stories, tree.get("policies", [])


# ---- policies that follow --------------------------------------------------------------------------

def change_list(old, new, key):
    items = {item[key]: item for item in old}
    for item in new:
        items[item[key]] = change(items.get(item[key], {}), item)
    return list(items.values())


def change(old, new):
    """Maps key by key, rules by their id, regions by their area, other lists as a whole."""
    merged = dict(old)
    for key, value in new.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            value = change(merged[key], value)
        elif key in ("rules", "regions") and key in merged:
            value = change_list(merged[key], value, "id" if key == "rules" else "area")
        merged[key] = value
    return merged


def changed_policy(path, changes):
    """The whole text of a policy that follows the one in the file."""
    with open(path, encoding="utf-8") as file:
        policy = yaml.load(file, yaml.BaseLoader)
    return yaml.dump(change(policy, changes), allow_unicode=True, sort_keys=False, width=100)
