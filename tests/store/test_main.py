"""``python -m app.store verify`` proves journal and release, or names what broke."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from app.store.__main__ import main
from app.store.database import connect
from app.store.journal import Journal
from tests.store.verdicts import CHECKED, decision

PROJECT = Path(__file__).parents[2]


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "journal.sqlite"
    journal = Journal.open(connect(f"sqlite:///{file}"))
    for client in range(5):
        journal.record(CHECKED, decision(client + 1))
    return file


def run(file, root, *more):
    return main(["verify", "--url", f"sqlite:///{file}", "--portfolio", str(root), *more])


def test_what_is_whole_is_said_with_the_head_to_note(file, root, capsys):
    assert run(file, root) == 0
    told = capsys.readouterr().out
    head = Journal.open(connect(f"sqlite:///{file}")).verify().hash
    assert "5 entries, whole" in told and head in told
    assert run(file, root, "--head", head) == 0


def test_the_first_broken_entry_is_named(file, root, capsys):
    with sqlite3.connect(file) as connection:
        connection.execute("DROP TRIGGER decision_journal_no_update")
        connection.execute("UPDATE decision_journal SET probability = 0.01 WHERE number >= 3")
    assert run(file, root) == 2
    assert "Entry 3 " in capsys.readouterr().err


@pytest.mark.parametrize("name", ["clients.parquet", "clients.sqlite", "effects.parquet", "population.json"])
def test_a_release_altered_by_one_byte_of_the_same_length_is_named(file, root, served, capsys, name):
    content = bytearray((served / name).read_bytes())
    content[len(content) // 2] ^= 1
    (served / name).write_bytes(content)
    assert run(file, root) == 2
    assert name in capsys.readouterr().err


def test_it_is_a_command(file, root):
    command = [sys.executable, "-m", "app.store", "verify", "--url", f"sqlite:///{file}", "--portfolio", str(root)]
    told = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT)
    assert told.returncode == 0, told.stderr
    assert "whole" in told.stdout
