"""How every command line ends: 0 when done, 2 with one sentence when the input is at fault, 70 when the program is.

``drift`` has two more answers, 1 and 3: Python's own 1 for a crash would say "investigate", so no verb leaves with it.
"""

from __future__ import annotations

import errno
import logging
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from typer import Typer, TyperException

from app.scoring.problems import Problem

BAD_INPUT = 2
STOPPED = 130
"""As shells have it: 128 and the number of the signal."""
CRASHED = 70
"""``EX_SOFTWARE`` of sysexits.h."""
LOG = logging.getLogger(__name__)
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


def verbs(told: str | None = None) -> Typer:
    """A command line to add verbs to; its help begins with ``told``."""
    return Typer(help=told, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)


def run(verb: Callable[[], int | None]) -> None:
    """Run a verb and leave the process with its exit code."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    sys.exit(code_of(verb))


def run_alone(verb: Callable[..., None], name: str) -> None:
    """Run a command line that has one verb and does not name it, likewise."""
    line = verbs()
    line.command()(verb)
    run(lambda: line(standalone_mode=False, prog_name=name))


def code_of(verb: Callable[[], int | None]) -> int:
    """Exit code of a verb that is run; a ``Problem`` is a sentence, never a traceback."""
    try:
        with _interruptible() as interrupted:
            code = verb() or 0
        if code and interrupted:
            raise KeyboardInterrupt
        return code
    except Problem as problem:
        print(problem, file=sys.stderr)
    except TyperException as misuse:
        print(_sentence(misuse), file=sys.stderr)
    except OSError as error:
        if error.errno not in PLACE_AT_FAULT:
            return _crash()
        print(_cannot_write(error), file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped. Nothing that was served is changed.", file=sys.stderr)
        return STOPPED
    except Exception:
        return _crash()
    return BAD_INPUT


@contextmanager
def _interruptible() -> Iterator[list[int]]:
    """What ends a verb after Ctrl-C is Ctrl-C: typer makes an exit of it, DuckDB a fault of the query or a file."""
    interrupted: list[int] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        interrupted.append(number)
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield interrupted
    except BaseException as ended_by:
        if interrupted:
            raise KeyboardInterrupt from ended_by
        raise
    finally:
        signal.signal(signal.SIGINT, before)


def _crash() -> int:
    LOG.exception("the program broke off; that is a fault of it, not of what it was given")
    return CRASHED


def _sentence(misuse: TyperException) -> str:
    from pydantic import ValidationError  # a tenth of a second, for a faulty value only

    said = " ".join(misuse.format_message().split())
    if isinstance(misuse.__cause__, ValidationError):
        said += f" (given: {misuse.__cause__.errors()[0]['input']})"
    where = getattr(getattr(misuse, "ctx", None), "command_path", "the command")
    return f"{said.rstrip('.')}. What there is: {where} --help."


def _cannot_write(error: OSError) -> str:
    return (
        f"Cannot write {error.filename or 'the output'}: {error.strerror}. Nothing that was served is changed. "
        "Free some space or choose a folder you may write to, then run the command again."
    )
