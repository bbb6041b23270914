"""What a command takes: ``python -m tests.bench.measured COMMAND ...`` prints seconds, processor seconds and memory.

A process of its own, and a small one: a child starts with its parent's highest memory on its account.
"""

import json
import os
import subprocess
import sys
import time

CORES = 2


def measure(command):
    """Wall and processor seconds and the highest memory in MB of a command on ``CORES`` cores."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"{command} ended with status {status}")
    return {
        "seconds": time.perf_counter() - started,
        "processor_seconds": used.ru_utime + used.ru_stime,
        "memory_mb": used.ru_maxrss / 1024,
    }


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1:])))
