"""Power state by sushy, a session and a kept connection for each BMC, one BMC after another.

status.py ADDRESSES     (user and password in BMC_USER and BMC_PASSWORD)

ADDRESSES is a file of "URL PATH On|Off" lines. Each line of standard input is a step for all BMCs: open, status, close; its
answer is a line "CPU-nanoseconds wall-nanoseconds failures", CPU being user and system of this process.
"""

import os
import sys
import time

import sushy
import urllib3

urllib3.disable_warnings()
USER = os.environ["BMC_USER"]
PASSWORD = os.environ["BMC_PASSWORD"]


class Bmc:
    def __init__(self, url, path, power):
        self.url = url
        self.path = path
        self.power = power
        self.service = None
        self.system = None

    def open(self):
        # A login that fails is repeated: only the readings are measured.
        for _ in range(4):
            try:
                return self.login()
            except sushy.exceptions.ConnectionError:
                pass
        self.login()

    def login(self):
        self.service = sushy.Sushy(self.url, username=USER, password=PASSWORD, verify=False)
        self.system = self.service.get_system(self.path)

    def status(self):
        self.system.refresh(force=True)
        if self.system.power_state.value != self.power:
            raise ValueError(self.url + ": wrong power state")

    def close(self):
        self.service._auth.close()
        self.service._conn.close()


def for_all(bmcs, step):
    failures = 0
    cpu, start = time.process_time_ns(), time.perf_counter_ns()
    for bmc in bmcs:
        try:
            getattr(bmc, step)()
        except Exception as e:
            failures += 1
            if failures == 1:
                print("sushy, the first failure:", repr(e), file=sys.stderr)
    print(time.process_time_ns() - cpu, time.perf_counter_ns() - start, failures, flush=True)


with open(sys.argv[1]) as addresses:
    fleet = [Bmc(*line.split()) for line in addresses]
for line in sys.stdin:
    if line.strip() not in ("open", "status", "close"):
        sys.exit("sushy: no step " + line)
    for_all(fleet, line.strip())
