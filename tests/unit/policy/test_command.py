"""lifeline policy check, diff and test: what they print, and with what they end.

    test_command.py LIFELINE POLICY_FOLDER
"""

import glob
import json
import os
import subprocess
import sys
import tempfile
import unittest

POLICY = """policy: small
version: "1"
effective_on: 2021-01-01
keep_months: 24
escalate_after_days: 5
parameters: {line: 5000 yuan}
measures:
  visit: {due_days: 3, department: village}
  village_review: {due_days: 5, department: village}
  township_check: {due_days: 5, department: township}
  county_decision: {due_days: 5, department: county}
  mark_review: {due_days: 5, department: county}
rules:
  - id: sick
    title: High own costs
    title_zh: 自付费用较高
    dimension: medical
    level: 2
    when: [{indicator: medical_own_cost_12m, at_least: $line}]
    open: [visit]
"""

SCENARIOS = """start: 2025-03-01
household:
  area: "450123001001"
  members: [{name: mother, born: 1982-03-01, labour: yes}]
scenarios:
  - title: a stay
    policies: [{file: later.yaml}]
    steps:
      - on: 2025-03-02
        hospitalisation: {who: mother, total: 5000 yuan}
        expect: {case: CASE, tasks: {visit: {state: open, due: 2025-03-05}}}
"""


class Command(unittest.TestCase):
    lifeline: str
    shipped: str

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.policy = self.write("policy.yaml", POLICY)

    def write(self, name, text):
        path = os.path.join(self.folder.name, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def run_policy(self, *arguments):
        done = subprocess.run(
            [self.lifeline, "policy", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
        return done.returncode, done.stdout, done.stderr

    def test_check_finds_nothing(self):
        code, out, _ = self.run_policy("check", self.policy)
        self.assertEqual(code, 0)
        self.assertIn("policy small, version 1: no error found", out)

    def test_check_tells_each_with_its_place(self):
        path = self.write("wrong.yaml", POLICY.replace("level: 2", "level: 4")
                          .replace("open: [visit]", "open: [vist]"))
        code, out, _ = self.run_policy("check", path)
        self.assertEqual(code, 1)
        self.assertEqual(out.splitlines(), [
            f"{path}:18:12: error: '4' is no whole number from 1 to 3: write one",
            f"{path}:20:12: error: unknown measure 'vist': did you mean 'visit'?",
            "2 errors, 0 warnings",
        ])

    def test_strict_makes_warnings_errors(self):
        path = self.write("warned.yaml", POLICY.replace("yuan}", "yuan, other: 3}"))
        code, out, _ = self.run_policy("check", path)
        self.assertEqual(code, 0)
        self.assertIn(f"{path}:6:31: warning: nothing uses the parameter 'other'", out)
        code, out, _ = self.run_policy("check", "--strict", path)
        self.assertEqual(code, 1)
        self.assertIn(f"{path}:6:31: error: nothing uses the parameter 'other'", out)

    def test_check_as_json(self):
        path = self.write("warned.yaml", POLICY.replace("yuan}", "yuan, other: 3}"))
        code, out, _ = self.run_policy("check", "--json", path)
        told = json.loads(out)
        self.assertEqual(code, 0)
        self.assertEqual((told["valid"], told["errors"], told["warnings"]), (True, 0, 1))
        self.assertEqual(told["name"], "small")
        self.assertEqual(told["rules"], 1)
        finding = told["findings"][0]
        self.assertEqual((finding["severity"], finding["kind"]), ("warning", "unused-parameter"))
        self.assertEqual((finding["line"], finding["column"]), (6, 31))
        path = self.write("wrong.yaml", "policy: [")
        code, out, _ = self.run_policy("check", "--json", path)
        self.assertEqual(code, 1)
        self.assertFalse(json.loads(out)["valid"])

    def test_diff_in_both_languages(self):
        path = self.write("new.yaml", POLICY.replace("level: 2", "level: 2\n    sudden: yes")
                          .replace("department: county}", "department: county, retry_days: 9}"))
        code, out, _ = self.run_policy("diff", self.policy, path)
        self.assertEqual(code, 0)
        self.assertIn("rule sick: sudden serious difficulty: no → yes", out)
        self.assertIn("measure county decision: tried again after, days: 0 → 9", out)
        code, out, _ = self.run_policy("diff", "--lang", "zh", self.policy, path)
        self.assertIn("规则 sick：突发严重困难：否 → 是", out)
        self.assertIn("措施 县级审定：未办成或未找到后重新开启天数：0 → 9", out)
        code, out, _ = self.run_policy("diff", "--json", self.policy, path)
        self.assertIn({"sudden"}, [{change["change"]} for change in json.loads(out)])

    def test_scenarios_beside_their_policies(self):
        self.write("later.yaml", POLICY.replace('"1"', '"2"').replace("2021", "2026"))
        path = self.write("scenarios.yaml", SCENARIOS.replace("CASE", "lead"))
        code, out, _ = self.run_policy("test", "--policy", self.policy, path)
        self.assertEqual(code, 0)
        self.assertIn("1 scenarios with 1 steps under small 1: all agree", out)
        self.assertIn("rules that hold somewhere: 1 of 1", out)
        self.assertIn("steps of the procedure, done: 0 of 5, without visit the household", out)
        self.assertIn("groups: 1 of 3, without unstable_ex_poor, sudden_difficulty", out)
        self.assertIn("none → lead", self.run_policy("test", "--policy", self.policy,
                                                     self.unmoved())[1])

    def unmoved(self):
        return self.write("unmoved.yaml", SCENARIOS.replace("CASE", "none")
                          .replace("5000 yuan", "4 yuan")
                          .replace(", tasks: {visit: {state: open, due: 2025-03-05}}", ""))

    def test_scenarios_that_differ(self):
        self.write("later.yaml", POLICY.replace("2021", "2026"))
        path = self.write("scenarios.yaml", SCENARIOS.replace("CASE", "none"))
        code, out, _ = self.run_policy("test", "--policy", self.policy, path)
        self.assertEqual(code, 1)
        self.assertIn(f"{path}:6: a stay", out)
        self.assertIn("line 11, 2025-03-02: case: expected none, found lead", out)

    def test_a_policy_that_is_not_there(self):
        path = self.write("scenarios.yaml", SCENARIOS.replace("CASE", "lead"))
        code, _, err = self.run_policy("test", "--policy", self.policy, path)
        self.assertEqual(code, 1)
        self.assertIn("later.yaml: No such file", err)

    def test_mutants_that_nobody_notices(self):
        self.write("later.yaml", POLICY.replace("2021", "2026"))
        path = self.write("scenarios.yaml", SCENARIOS.replace("CASE", "lead"))
        code, out, _ = self.run_policy("test", "--mutants", "--policy", self.policy, path)
        self.assertEqual(code, 1)
        self.assertIn("not noticed: sick: warning level: 2 → 1", out)
        self.assertIn("not noticed: sick: own medical costs of the last 12 months: "
                      "at least 5,000 yuan → at least 4,999.99 yuan", out)
        self.assertNotIn("5,000 yuan → at least 5,000.01 yuan", out)
        self.assertRegex(out, r"\d+ changes of one number, comparison, flag or measure: ")

    def test_the_shipped_scenarios_cover_the_shipped_policy(self):
        code, out, _ = self.run_policy(
            "test", "--policy", os.path.join(self.shipped, "national.yaml"),
            *sorted(glob.glob(os.path.join(self.shipped, "scenarios", "*.yaml"))))
        self.assertEqual(code, 0, out)
        self.assertNotIn("without", out)


if __name__ == "__main__":
    Command.lifeline, Command.shipped = sys.argv[1:3]
    unittest.main(argv=sys.argv[:1])
