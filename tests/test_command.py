"""How a verb ends when it is stopped from the keyboard, wherever it is."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

import duckdb
import pytest

from app import command
from app.scoring.problems import Problem

LONG = "SELECT count(*) FROM range(1_000_000_000_000) t(i) WHERE hash(i) = 1"


def in_a_query() -> None:
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    duckdb.connect(config={"threads": 1}).execute(LONG)


def taken_for_a_damaged_file() -> None:
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt as stopped:
        raise Problem("{file} is damaged.", "A query broke off.", "Copy it again.", file="bureau.csv") from stopped


def made_an_exit() -> int:
    try:
        signal.raise_signal(signal.SIGINT)
    except KeyboardInterrupt:
        return command.STOPPED
    return 0


@pytest.mark.parametrize("verb", [in_a_query, taken_for_a_damaged_file, made_an_exit])
def test_ctrl_c_is_one_sentence_and_130(verb: Callable[[], int | None], capsys: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(SystemExit) as end:
        command.run(verb)
    assert end.value.code == 130
    assert capsys.readouterr().err == "Stopped. Nothing that was served is changed.\n"
    assert signal.getsignal(signal.SIGINT) is before
