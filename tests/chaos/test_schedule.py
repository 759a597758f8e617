#!/usr/bin/env python3
"""The schedule of a run: decided by its seed, complete, and possible."""

import collections
import unittest

import schedule


class ScheduleTest(unittest.TestCase):
    def test_a_seed_decides(self):
        self.assertEqual(schedule.schedule(7, 5), schedule.schedule(7, 5))
        self.assertNotEqual(schedule.schedule(7, 5), schedule.schedule(8, 5))

    def test_a_longer_run_begins_as_a_shorter(self):
        for short, long in zip(schedule.schedule(7, 5), schedule.schedule(7, 20)):
            self.assertEqual(short, long[:len(short)])

    def test_every_kind_occurs(self):
        for seed in range(200):
            processes, servers = schedule.schedule(seed, 4)
            self.assertEqual({fault.kind for fault in processes + servers}, set(schedule.KINDS),
                             f"seed {seed}")

    def test_each_lane_is_in_order_and_ends(self):
        for seed in range(50):
            for lane in schedule.schedule(seed, 10):
                times = [fault.at_s for fault in lane]
                self.assertEqual(times, sorted(times))
                self.assertLessEqual(times[-1], 600)

    def test_servers_fail_one_at_a_time(self):
        for seed in range(50):
            servers = schedule.schedule(seed, 10)[1]
            for fault, after in zip(servers, servers[1:]):
                self.assertLess(fault.at_s + fault.lasts_s, after.at_s)

    def test_only_what_runs_is_met_and_enough_stays(self):
        for seed in range(50):
            running = set(schedule.FIRST)
            for fault in schedule.schedule(seed, 20)[0]:
                if fault.kind == "scale" and fault.how == "up":
                    self.assertNotIn(fault.target, running)
                    running.add(fault.target)
                    continue
                self.assertIn(fault.target, running)
                if fault.kind == "scale":
                    running.remove(fault.target)
                count = collections.Counter(map(schedule.stage_of, running))
                for stage, least in schedule.LEAST.items():
                    self.assertGreaterEqual(count[stage], least)

    def test_stops_outlast_what_they_are_for(self):
        for fault in schedule.schedule(3, 60)[0]:
            if fault.kind == "stop":
                least = {"session": schedule.SESSION_TIMEOUT_S,
                         "poll": schedule.MAX_POLL_INTERVAL_S}[fault.how]
                self.assertGreater(fault.lasts_s, least)

    def test_only_what_was_asked_for(self):
        processes, servers = schedule.schedule(1, 5, ("outage", "kill"))
        self.assertEqual({fault.kind for fault in processes}, {"kill"})
        self.assertEqual({fault.kind for fault in servers}, {"outage"})
        self.assertEqual(schedule.schedule(1, 5, ("kill",))[1], [])


if __name__ == "__main__":
    unittest.main()
