"""How every training command ends: 0 when done, 2 with one clear sentence when the input is at fault."""

from __future__ import annotations

import errno
import logging
import sys
from collections.abc import Callable

from app.scoring.problems import Problem

BAD_INPUT = 2


def run(command: Callable[[], int | None]) -> None:
    """Run a command and leave the process with its exit code; a ``Problem`` is a sentence, never a traceback."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        sys.exit(command() or 0)
    except Problem as problem:
        print(problem, file=sys.stderr)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EFBIG, errno.EACCES, errno.EROFS, errno.EDQUOT):
            raise
        print(
            f"Cannot write {error.filename or 'the output'}: {error.strerror}. Nothing that was served is changed. "
            "Free some space or choose a folder you may write to, then run the command again.",
            file=sys.stderr,
        )
    sys.exit(BAD_INPUT)
