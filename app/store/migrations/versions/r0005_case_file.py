"""The life of a file: its events, their erasable contents, where it stands; limits of what one person decides alone;
suspensions and incidents. Each decision from before becomes an event of its file, by whom and when the journal says."""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op

from app.store.chain import digest, link
from app.store.guards import Keys, install

revision, down_revision = "0005", "0004"

ROWS_A_LINK = 1_000
LIMITS = ("officer_amount", "override_amount", "override_points")
KEYS: dict[str, Keys] = {
    "case_events": [("number",), ("attempt",), ("client", "follows")],
    "suspensions": [("number",)],
    "suspension_liftings": [("number",), ("suspension",)],
    "incidents": [("number",)],
    "decision_journal": [("number",), ("previous",), ("hash",), ("attempt",), ("event",)],
}


def _number(name: str = "number") -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, primary_key=True, autoincrement=False)


def _by() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("who", sa.String(320), nullable=False),
        sa.Column("person", sa.String(512), nullable=False, server_default=""),
    )


def upgrade() -> None:
    """Make the tables, add the columns, enter the decisions from before, guard all."""
    for name in LIMITS:
        op.add_column("policy_proposals", sa.Column(name, sa.Double, nullable=True))
    op.add_column("decision_journal", sa.Column("event", sa.BigInteger, nullable=True))
    op.create_index("ix_decision_journal_event", "decision_journal", ["event"], unique=True)
    _make_cases()
    _make_suspensions()
    _enter_decisions(op.get_bind())
    for table, keys in KEYS.items():
        install(op.get_bind(), table, keys)


def _make_cases() -> None:
    at, who, person = _by()
    op.create_table(
        "case_events",
        _number(),
        at,
        sa.Column("client", sa.BigInteger, nullable=False, index=True),
        sa.Column("kind", sa.String(24), nullable=False),
        who,
        person,
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("follows", sa.BigInteger, nullable=False),
        sa.Column("attempt", sa.String(64), nullable=True),
        sa.Column("payload", sa.String(64), nullable=True),
        sa.UniqueConstraint("client", "follows"),
    )
    op.create_index("ix_case_events_attempt", "case_events", ["attempt"], unique=True)
    op.create_table("case_payloads", _number(), sa.Column("content", sa.Text, nullable=False))
    op.create_table(
        "case_states",
        _number("client"),
        sa.Column("status", sa.String(24), nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
    )
    op.create_index("ix_case_states_status_since", "case_states", ["status", "since"])
    op.create_index("ix_case_states_client_status", "case_states", ["client", "status"])


def _make_suspensions() -> None:
    op.create_table(
        "suspensions",
        _number(),
        *_by(),
        sa.Column("model_version", sa.String(40), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_table(
        "suspension_liftings",
        _number(),
        *_by(),
        sa.Column("suspension", sa.BigInteger, nullable=False, unique=True),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_table(
        "incidents",
        _number(),
        *_by(),
        sa.Column("about", sa.BigInteger),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("whom", sa.Text, nullable=False),
        sa.Column("done", sa.Text, nullable=False),
        sa.Column("suspension", sa.BigInteger),
        sa.Column("drift_run", sa.String(80)),
        sa.Column("activation", sa.BigInteger),
    )


def _enter_decisions(connection: sa.Connection) -> None:
    events = list(_events(connection))
    for first in range(0, len(events), ROWS_A_LINK):
        rows = events[first : first + ROWS_A_LINK]
        columns = list(rows[0])
        names = ", ".join(f":{name}" for name in columns)
        connection.execute(sa.text(f"INSERT INTO case_events ({', '.join(columns)}) VALUES ({names})"), rows)
        link(connection, "case_events", rows[-1]["number"], digest(rows))


def _events(connection: sa.Connection) -> Iterator[dict[str, Any]]:
    """A decision or a referral each, in the order of the journal: what role, and whom to, was not kept."""
    asked = sa.text("SELECT number, at, officer, person, client, choice FROM decision_journal ORDER BY number")
    last: dict[int, tuple[int, str]] = {}
    for entry in connection.execute(asked).mappings().all():
        follows, before = last.get(entry["client"], (0, ""))
        refers = entry["choice"] == "refer"
        # A clock that went backwards: the entry keeps what it said, and no event is before the one it follows.
        row = {
            "number": entry["number"],
            "at": max(entry["at"], before),
            "client": entry["client"],
            "kind": "referred" if refers else "decided",
            "who": entry["officer"],
            "person": entry["person"],
            "role": "",
            "facts": json.dumps({"entry": entry["number"]} if refers else _ruling(entry), separators=(",", ":")),
            "follows": follows,
            "attempt": None,
            "payload": None,
        }
        last[entry["client"]] = row["number"], row["at"]
        yield row


def _ruling(entry: sa.RowMapping) -> dict[str, Any]:
    return {"ruling": entry["choice"], "entry": entry["number"]}
