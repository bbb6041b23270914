"""The command line: ``python -m app.store VERB``; ``--help`` lists the verbs, ``VERB --help`` the options of one."""

from __future__ import annotations

import sys

from app import command
from app.store.verbs import VERBS


def main(arguments: list[str] | None = None) -> int:
    """Run the verb that the arguments name, those of the process unless given; returns its exit code."""
    return command.code_of(lambda: VERBS(arguments, standalone_mode=False, prog_name="python -m app.store"))


if __name__ == "__main__":
    sys.exit(main())
