"""Policies to propose; run as a script, a manager who activates at a moment: URL NUMBER MOMENT."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from app.scoring.policy import Policy
from app.scoring.problems import PolicyProblem
from app.store.database import connect
from app.store.policies import RECOMMENDATION, PolicyHistory
from app.store.proposals import Draft

PROJECT = Path(__file__).parents[2]
MODEL, NEWER = "3-1f0c9a2b", "4-77aa01bc"
START_SECONDS = 6


def draft(threshold: float = 0.08, average_loss: float = 6_000.0, margin: float = 600.0) -> Draft:
    """A draft for the model ``MODEL``."""
    return Draft(Policy(threshold, 5.0, 10.0), average_loss, margin, MODEL)


def activate_at_once(url: str, managers: int) -> list[str]:
    """Have processes activate proposals 1, 2 ... at one moment, all having seen the recommendation; what each said."""
    command = [sys.executable, __file__, url]
    moment = str(time.time() + START_SECONDS)
    running = [
        subprocess.Popen([*command, str(number + 1), moment], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
        for number in range(managers)
    ]
    return [manager.communicate(timeout=120)[0].strip() for manager in running]


if __name__ == "__main__":
    history = PolicyHistory.open(connect(sys.argv[1]))
    time.sleep(max(0.0, float(sys.argv[3]) - time.time()))
    try:
        history.activate(int(sys.argv[2]), f"Manager {sys.argv[2]}", RECOMMENDATION, MODEL)
        print("activated")
    except PolicyProblem as problem:
        print("told" if "meanwhile" in str(problem) else problem)
