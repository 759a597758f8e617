"""The JSON Schema for editors: it accepts what is shipped, and refuses what lifeline refuses.

    test_schema.py SCHEMA POLICY...

77 (skipped) where python3-jsonschema or python3-yaml is not there.
"""

import copy
import json
import sys
import unittest

try:
    import jsonschema
    import yaml
except ImportError:
    sys.exit(77)


class Reader(yaml.SafeLoader):
    """YAML as lifeline and editors read it: a date is text, and so is yes."""


Reader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":int", ":null", ":merge"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_both(path):
    """As YAML 1.2 has it, and with YAML 1.1's idea of yes and no."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    old = yaml.load(text, yaml.SafeLoader)
    old["effective_on"] = str(old["effective_on"])
    return yaml.load(text, Reader), old


SMALL = """
policy: small
version: "1"
effective_on: 2021-01-01
keep_months: 24
escalate_after_days: 5
case:
  stable_months: 6
  observe_months: 6
  exit:
    - {indicator: food_security, is: secure}
parameters: {line: 5000 yuan}
measures:
  visit: {due_days: 3, department: a, retry_days: 7}
  medical_aid: {due_days: 3, department: a, from: monitored}
  exit_review: {due_days: 3, department: a}
rules:
  - id: r
    title: T
    title_zh: 标
    dimension: none
    level: 1
    sudden: yes
    green_channel: no
    unknown: visit
    when: [{indicator: income_per_head, below: 150 % of $line}]
    open: [visit, medical_aid]
regions:
  - area: "36"
    parameters: {line: 6000 yuan}
    measures: {medical_aid: {from: verified}}
    rules_off: [r]
"""

# What is put where, and must be refused.
WRONG = [
    (["polcy"], "a"),
    (["version"], 2020.1),
    (["effective_on"], "2021/01/01"),
    (["keep_months"], 11),
    (["case", "stable_months"], 61),
    (["case", "observe_months"], -1),
    (["case", "measure_before_exit"], "perhaps"),
    (["case", "exit"], []),
    (["case", "exit", 0, "is"], "safe"),
    (["case", "leave"], 3),
    (["parameters", "line"], "5000 dollars"),
    (["parameters", "Line"], "5000 yuan"),
    (["measures"], {"medical_aid": {"due_days": 3, "department": "a"}}),
    (["measures", "vist"], {"due_days": 3, "department": "a"}),
    (["measures", "medical_aid", "due_days"], 0),
    (["measures", "medical_aid", "from"], "eliminated"),
    (["measures", "medical_aid", "retry_days"], 366),
    (["measures", "visit", "from"], "monitored"),
    (["measures", "exit_review", "from"], "lead"),
    (["measures", "medical_aid"], {"due_days": 3}),
    (["rules"], []),
    (["rules", 0, "id"], "exit"),
    (["rules", 0, "id"], "marks"),
    (["rules", 0, "id"], "R r"),
    (["rules", 0, "level"], 4),
    (["rules", 0, "sudden"], "maybe"),
    (["rules", 0, "green_channel"], 1),
    (["rules", 0, "lead"], "never"),
    (["rules", 0, "unknown"], "call"),
    (["rules", 0, "open"], []),
    (["rules", 0, "open"], ["visit", "visit"]),
    (["rules", 0, "open"], ["village_review"]),
    (["rules", 0, "dimension"], "medicine"),
    (["rules", 0, "when", 0, "indicator"], "incom_per_head"),
    (["rules", 0, "when", 0, "beneath"], "5 yuan"),
    (["rules", 0, "when"], [{"indicator": "dibao", "is": "yes"}] * 13),
    (["regions", 0, "area"], "360"),
    (["regions", 0, "case"], {}),
    (["regions", 0, "measures", "visit"], {"from": "lead"}),
    (["regions", 0, "measures", "visit"], {}),
]


class Schema(unittest.TestCase):
    schema: dict
    policies: list

    def setUp(self):
        self.validator = jsonschema.Draft202012Validator(self.schema)

    def refuses(self, policy):
        return [error.message for error in self.validator.iter_errors(policy)]

    def test_it_is_one(self):
        jsonschema.Draft202012Validator.check_schema(self.schema)

    def test_it_accepts_what_is_shipped(self):
        self.assertTrue(self.policies)
        for path in self.policies:
            for policy in read_both(path):
                self.assertEqual(self.refuses(policy), [], path)

    def test_it_accepts_every_key(self):
        self.assertEqual(self.refuses(yaml.load(SMALL, Reader)), [])

    def test_it_refuses_what_is_wrong(self):
        for path, value in WRONG:
            policy = copy.deepcopy(yaml.load(SMALL, Reader))
            at = policy
            for step in path[:-1]:
                at = at[step]
            at[path[-1]] = value
            self.assertTrue(self.refuses(policy), f"{path} = {value!r}")


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        Schema.schema = json.load(file)
    Schema.policies = sys.argv[2:]
    unittest.main(argv=sys.argv[:1])
