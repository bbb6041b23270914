"""Run every benchmark beside its baseline and write the table: ``make bench``."""

import argparse
import json
import platform
import subprocess
import sys
from datetime import date
from pathlib import Path

from tests.bench.api import api_rows
from tests.bench.desk import desk_rows
from tests.bench.features import feature_rows
from tests.bench.population import as_csv, portfolio

TABLE = Path(__file__).with_name("README.md")
HEAD = """# Benchmarks

`make bench` (or `python -m tests.bench --clients 356255`) runs each pair in one go and writes this page.
Machines are noisy: the ratio is the figure, the absolute values only say on what it was taken.

"""


def in_a_process(module, way, folder):
    """What one way measures, in a process of its own."""
    command = [sys.executable, "-m", module, way, str(folder)]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[-1])


def decision_rows(clients):
    """One client's decision: ours beside the usual dashboard's."""
    folder = portfolio(clients)
    as_csv(folder)
    ours, usual = (in_a_process("tests.bench.decision", way, folder) for way in ("ours", "usual"))
    names = {"median_ms": "median, ms", "p95_ms": "95th percentile, ms", "memory_mb": "memory of the process, MB"}
    for key, name in names.items():
        yield f"one decision with its explanation, {clients:,} clients: {name}", ours[key], usual[key]


def batch_rows(clients):
    """Everyone scored with contributions: ours beside LightGBM's own calls on a matrix that is already there."""
    ours, usual = (in_a_process("tests.bench.scoring", way, portfolio(clients)) for way in ("ours", "usual"))
    what = f"{clients:,} clients scored with contributions, from Parquet to Parquet; LightGBM alone on the matrix"
    yield f"{what}: seconds", ours["seconds"], usual["seconds"]


def queue_rows(clients):
    """The queue's first page: ours beside a frame that is sorted at each look."""
    ours, usual = (in_a_process("tests.bench.queue", way, portfolio(clients)) for way in ("ours", "usual"))
    names = {"first_ms": "first look, ms", "median_ms": "median, ms", "p95_ms": "95th percentile, ms"}
    for key, name in names.items():
        yield f"the queue's first page, {clients:,} clients, 600 of them touched: {name}", ours[key], usual[key]


def table(rows):
    """The measured pairs as a Markdown table."""
    lines = ["| what | here | baseline | baseline / here |", "|---|---:|---:|---:|"]
    lines += [f"| {what} | {here:.1f} | {baseline:.1f} | {baseline / here:.1f} |" for what, here, baseline in rows]
    return "\n".join(lines)


PARTS = {
    "decision": decision_rows,
    "desk": lambda clients: desk_rows(portfolio(clients), clients),
    "queue": queue_rows,
    "api": lambda clients: api_rows(portfolio(clients), clients),
    "features": feature_rows,
    "batch": batch_rows,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=60_000)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    arguments = parser.parse_args()
    rows = [row for part in arguments.parts for row in PARTS[part](arguments.clients)]
    measured = table(rows)
    print(measured)
    where = f"Measured {date.today()}, Python {platform.python_version()}, {platform.machine()}."
    baseline = (
        "Baseline of decisions: everyone's rows in memory from CSV, `shap.TreeExplainer` made anew at each request.\n"
        "Baseline of features: `pandas_features.py`, a usual pandas kernel of seven in eight of the aggregations."
    )
    TABLE.write_text(f"{HEAD}{where}\n{baseline}\n\n{measured}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
