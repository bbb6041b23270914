"""The command line: ``python -m training VERB``; ``--help`` lists the verbs, ``VERB --help`` the options of one."""

from __future__ import annotations

from app import command
from training.command_line.verbs import VERBS


def main(arguments: list[str] | None = None) -> None:
    """Run the verb that the arguments name, those of the process unless given, and leave with its exit code."""
    command.run(lambda: VERBS(arguments, standalone_mode=False, prog_name="python -m training"))


if __name__ == "__main__":
    main()
