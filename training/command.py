"""How every verb ends: 0 when done, 2 with one clear sentence when the input is at fault, 70 when the program is.

``drift`` has two more answers, 1 and 3: Python's own 1 for a crash would say "investigate", so no verb leaves with it.
"""

from __future__ import annotations

import errno
import logging
import sys
from collections.abc import Callable

from typer import TyperException

from app.scoring.problems import Problem

BAD_INPUT = 2
CRASHED = 70
"""``EX_SOFTWARE`` of sysexits.h."""
LOG = logging.getLogger("training")
# Of the place that was named, not of the program: no room, no right, a file where a folder is wanted.
PLACE_AT_FAULT = {
    errno.ENOSPC,
    errno.EFBIG,
    errno.EDQUOT,
    errno.EACCES,
    errno.EROFS,
    errno.ENOTDIR,
    errno.EISDIR,
    errno.EEXIST,
}


def run(verb: Callable[[], int | None]) -> None:
    """Run a verb and leave the process with its exit code; a ``Problem`` is a sentence, never a traceback."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        sys.exit(verb() or 0)
    except Problem as problem:
        print(problem, file=sys.stderr)
    except TyperException as misuse:
        print(_sentence(misuse), file=sys.stderr)
    except OSError as error:
        if error.errno not in PLACE_AT_FAULT:
            _crash()
        print(_cannot_write(error), file=sys.stderr)
    except Exception:
        _crash()
    sys.exit(BAD_INPUT)


def _crash() -> None:
    LOG.exception("the program broke off; that is a fault of it, not of what it was given")
    sys.exit(CRASHED)


def _sentence(misuse: TyperException) -> str:
    from pydantic import ValidationError  # a tenth of a second, for a faulty value only

    said = " ".join(misuse.format_message().split())
    if isinstance(misuse.__cause__, ValidationError):
        said += f" (given: {misuse.__cause__.errors()[0]['input']})"
    where = getattr(getattr(misuse, "ctx", None), "command_path", "python -m training")
    return f"{said.rstrip('.')}. What there is: {where} --help."


def _cannot_write(error: OSError) -> str:
    return (
        f"Cannot write {error.filename or 'the output'}: {error.strerror}. Nothing that was served is changed. "
        "Free some space or choose a folder you may write to, then run the command again."
    )
