"""Known faults of the locked parts: ``audit.py FILE...`` asks pip-audit, and says what it could not be told.

pip-audit answers "No known vulnerabilities found" and 0 of parts that nobody could tell it anything of: here they are
counted, and named as not looked at. Leaves with 1 for a known fault, else with 0.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

UNREACHED = "The list of known faults was not reached: nothing is known of the locked parts. Run make audit elsewhere."


@dataclass(frozen=True, slots=True)
class Audit:
    """What is known of the parts of one file."""

    looked_at: int
    left_out: tuple[str, ...]
    """Name and version of what nobody could tell anything of."""
    faults: tuple[str, ...]
    """A sentence a fault."""


def audit(file: Path) -> Audit | None:
    """Ask about every pinned part of a requirement file; None when there was nobody to ask."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--no-deps", "--progress-spinner=off", "-f=json"]
    asked = subprocess.run([*command, "-r", str(file)], capture_output=True, text=True, check=False, timeout=600)
    return read(asked.stdout)


def read(answer: str) -> Audit | None:
    """pip-audit's JSON; None when it holds none, or nothing of any part."""
    try:
        parts = json.loads(answer)["dependencies"]
    except (ValueError, KeyError):
        return None
    known = [part for part in parts if "skip_reason" not in part]
    left_out = tuple(part["name"] for part in parts if "skip_reason" in part)
    faults = tuple(_sentence(part, fault) for part in known for fault in part["vulns"])
    return Audit(len(known), left_out, faults) if known else None


def _sentence(part: dict, fault: dict) -> str:
    mended = " or ".join(fault["fix_versions"]) or "no version yet"
    return f"{part['name']} {part['version']} has the known fault {fault['id']}, mended in {mended}."


def main() -> None:
    """Audit the files that are named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path)
    faulty = False
    for file in parser.parse_args().files:
        found = audit(file)
        print(f"{file}: {_told(found)}")
        faulty |= bool(found and found.faults)
    sys.exit(1 if faulty else 0)


def _told(found: Audit | None) -> str:
    if found is None:
        return UNREACHED
    said = [*found.faults, f"{found.looked_at} parts looked at, {len(found.faults)} known faults."]
    if found.left_out:
        said.append(f"Nothing is known of {', '.join(found.left_out)}.")
    return " ".join(said)


if __name__ == "__main__":
    main()
