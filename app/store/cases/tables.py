"""The tables of a file's life: its events, which are evidence; their contents, which can be erased; where it stands."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, String, Table, Text, UniqueConstraint

from app.store.chain import METADATA
from app.store.database import LONGEST_NAME, LONGEST_PERSON

LONGEST_ATTEMPT = 64

CASE_EVENTS = Table(
    "case_events",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String(32), nullable=False),
    Column("client", BigInteger, nullable=False, index=True),
    Column("kind", String(24), nullable=False),
    Column("who", String(LONGEST_NAME), nullable=False),
    Column("person", String(LONGEST_PERSON), nullable=False, server_default=""),
    Column("role", String(40), nullable=False),
    Column("facts", Text, nullable=False),
    Column("follows", BigInteger, nullable=False),
    Column("attempt", String(LONGEST_ATTEMPT), unique=True, index=True),
    Column("payload", String(64)),
    UniqueConstraint("client", "follows"),
)
"""Append-only and in the chain. Of two that follow the same event the database takes one."""

CASE_PAYLOADS = Table(
    "case_payloads",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),
)
"""Number of an event -> its contents as JSON, whose SHA-256 the event holds. Written once; may be erased."""

CASE_STATES = Table(
    "case_states",
    METADATA,
    Column("client", BigInteger, primary_key=True, autoincrement=False),
    Column("status", String(24), nullable=False),
    Column("since", String(32), nullable=False),
    Column("state", Text, nullable=False),
    Index("ix_case_states_status_since", "status", "since"),
    Index("ix_case_states_client_status", "client", "status"),
)
"""Where each file stands that something happened to: computed from its events, so that the queue need not read them."""

BESIDE: tuple[Table, ...] = (CASE_PAYLOADS, CASE_STATES)
"""Tables that are no evidence by themselves: the chain holds what proves them."""
